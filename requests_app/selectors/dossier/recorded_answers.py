"""Questions of the tree that other steps answer by what they record (N11–N16)."""

from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Authority
from requests_app.models.service_of_decision import is_served
from requests_app.words.times import in_full


def recorded(case: Any) -> dict[str, str]:
    """What has been recorded so far, by node; empty where nothing has."""
    return {
        "N11": _declared(case),
        "N12": _delegated(case),
        "N13": _decided(case),
        "N14": _answers(case),
        "N15": _kept_within(case),
        "N16": _closed(case),
    }


def _declared(case: Any) -> str:
    last = {row.person_id: row for row in case.declarations}
    words = {True: _("conflict of interest"), False: _("no conflict of interest")}
    declarations = [f"{row.person}: {words[row.has_conflict]}" for row in last.values()]
    return "; ".join(declarations)


def _delegated(case: Any) -> str:
    if not case.decisions:
        return ""
    snapshot = case.decisions[0].delegation_snapshot
    return _("item %(item)s, the board's decision %(board)s") % {
        "item": snapshot["item_no"],
        "board": snapshot["board_decision"],
    }


def _decided(case: Any) -> str:
    if not case.decisions:
        return ""
    decision = case.decisions[0]
    when = in_full(decision.decided_at)
    return f"{decision.get_outcome_display()}, {decision.decided_by_name}, {when}"


def _answers(case: Any) -> str:
    """The answer given; and that a decision in law has not reached its recipient."""
    answers = [
        f"{row.get_answer_display()}, {in_full(row.given_at)}"
        for row in case.deliveries
        if row.given_at
    ]
    if answers and any(_is_unserved(row) for row in case.decisions[:1]):
        answers.append(_("the decision has not been served"))
    return "; ".join(answers)


def _is_unserved(decision: Any) -> bool:
    in_law = decision.regime != Authority.Regime.INTERNAL
    return in_law and not is_served(decision)


def _kept_within(case: Any) -> str:
    if not case.reported:
        return ""
    if outside := [act for act in case.reported if not act.is_inside]:
        return _("%s reported events lie outside the access granted.") % len(outside)
    if case.deviations:
        return _("Deviations found: %(n)s.") % {"n": len(case.deviations)}
    return _("What the provider has reported lies within the access granted.")


def _closed(case: Any) -> str:
    return in_full(case.review.closed_at) if case.review.closed_at else ""
