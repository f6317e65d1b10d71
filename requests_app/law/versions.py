"""Rows as they were at earlier moments, read from their history."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from requests_app.models import Proposal


class Versions:
    """Rows as they were when each proposal became what it is."""

    def __init__(self, proposals: Iterable[Any]) -> None:
        self.moments: dict[int, datetime] = {row.pk: row.moment for row in proposals}

    def by(self, model: Any, owner: str, **where: Any) -> Any:
        """One query; then (proposal, owner) → its rows, the oldest first."""
        grouped: dict[Any, dict[int, list[Any]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for version in model.history.filter(**where).order_by("history_id"):
            grouped[getattr(version, owner)][version.id].append(version)

        def rows(proposal: Proposal, key: Any) -> list[Any]:
            moment = self.moments[proposal.pk]
            last = (_last(row, moment) for row in grouped[key].values())
            return [version.instance for version in last if version is not None]

        return rows


def _last(versions: list[Any], moment: datetime) -> Any:
    """None where the row was not there yet, or no longer."""
    then = [version for version in versions if version.history_date <= moment]
    return then[-1] if then and then[-1].history_type != "-" else None
