"""Small parts of sentences: names of values, several things in a row, numbers."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _


def label_of(choices: Any, value: Any) -> Any:
    """The value itself where there is no such choice: whoever had the application's
    login may have written one, and what tells of it does not break by it."""
    return dict(choices.choices).get(value, value)


def listed(names: Iterable[str], last: str = "och") -> str:
    """A, B och C."""
    parts = list(names)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def number_in_words(number: int) -> str:
    """Up to twelve in words, as Swedish style has it; figures after that."""
    words = (
        _("none"),
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
        _("eleven"),
        _("twelve"),
    )
    return words[number] if number < len(words) else str(number)
