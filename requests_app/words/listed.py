"""Several things in one sentence."""

from collections.abc import Iterable


def listed(names: Iterable[str], last: str = "och") -> str:
    """A, B och C."""
    parts = list(names)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
