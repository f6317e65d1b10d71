"""Which acts people are to look at: what came out as other than granted, and what an
authority's rules say beside that. A rule changes nothing of what an act came out as."""

from collections.abc import Iterable
from typing import Any

from requests_app.law.reconciliation import Match
from requests_app.models import ReconciliationRule
from requests_app.models.event_outcome import Outcome

Effect = ReconciliationRule.Effect


class Marking:
    """The rules of one authority. Where one marks an act and another leaves it, it is
    marked: who wants to look may."""

    def __init__(self, rules: Iterable[ReconciliationRule]) -> None:
        self.rules = list(rules)

    def is_marked(self, event: Any, match: Match, connection: int) -> bool:
        effects = {
            rule.effect
            for rule in self.rules
            if applies(rule, event, match.outcome, connection)
        }
        if effects:
            return Effect.MARK in effects
        return match.outcome != Outcome.INSIDE


def applies(
    rule: ReconciliationRule, event: Any, outcome: str, connection: int
) -> bool:
    """Is the act all that the rule says?"""
    return (
        rule.connection_id in (None, connection)
        and rule.outcome in ("", outcome)
        and rule.action.casefold() in event.action.casefold()
        and rule.country.upper() in ("", event.country.upper())
    )
