"""What a rule of reconciliation would have made of the acts there were, before it is
changed."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet

from audit_app import clock
from requests_app.law.reconciliation_rules import applies
from requests_app.models import (
    AccessEvent,
    ReconciliationRule,
    RegisterChange,
)
from requests_app.selectors.act_rows import (
    act_rows_of,
    object_of,
    outcome_of,
    with_outcome,
)
from requests_app.selectors.register_change import row_after

BACK = timedelta(days=30)
# The newest: more would keep somebody waiting.
MOST = 20_000
SHOWN = 10


class ShownAct(NamedTuple):
    event: Any
    object_in_words: str
    outcome: str


class RuleTrial(NamedTuple):
    """Of so many acts the rule is about `taken`; the first that the person may see."""

    of: int
    taken: int
    marks: bool
    rows: list[ShownAct]


def trial_of(rule: ReconciliationRule, user: Any) -> RuleTrial | None:
    """None for a rule that is nobody's yet."""
    if rule.authority_id is None:
        return None
    events = list(_lately(rule)[:MOST])
    taken = [
        event
        for event in events
        if applies(rule, event, event.outcome_now, event.connection_id)
    ]
    marks = rule.effect == ReconciliationRule.Effect.MARK
    shown = _shown(user, [event.pk for event in taken[:SHOWN]])
    return RuleTrial(len(events), len(taken), marks, shown)


def trial_of_change(change: RegisterChange, user: Any) -> RuleTrial | None:
    """Of a rule as it would become; None where the change is about something else."""
    rule = row_after(change, ReconciliationRule)
    return trial_of(rule, user) if rule is not None else None


def _shown(user: Any, keys: list[int]) -> list[ShownAct]:
    rows = act_rows_of(user).filter(pk__in=keys).order_by("-happened_at", "-pk")
    return [ShownAct(row, object_of(row), outcome_of(row)) for row in rows]


def _lately(rule: ReconciliationRule) -> QuerySet[Any]:
    rows = AccessEvent.objects.filter(
        connection__authority=rule.authority_id,
        happened_at__gte=clock.now() - BACK,
        log__isnull=False,
    )
    return with_outcome(rows).order_by("-happened_at", "-pk")
