"""Lists to dispose of: drawn up, answered, proposed by one and confirmed by another."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.disposal import (
    ANSWERABLE,
    due_cases,
    held_items,
    is_outdated,
    obstacles_of,
    receipted_cases,
    reckon,
    unanswered,
)
from requests_app.models import (
    Authority,
    Disposal,
    DisposalAnswer,
    DisposalItem,
)
from requests_app.permissions.disposal import (
    can_confirm_disposal,
    can_dispose,
    can_draw_up,
    can_retain,
)
from requests_app.permissions.roles import today
from requests_app.workflow.step import WrongState, note, require, save, step

Status = Disposal.Status
Answer = DisposalAnswer.Answer
# A list is answered case by case: no more than somebody looks at.
MOST = 1_000


@step
def draw_up(*, by: Any, authority: Authority, until: date) -> Disposal:
    """All cases of the authority whose day has come by then, that the person sees, and
    that stand on no other list. Raises ValidationError where there are none."""
    require(can_draw_up(by, authority.pk))
    if until > today():
        raise ValidationError({"until": _("The day is to come: nothing is due then.")})
    Authority.objects.select_for_update().get(pk=authority.pk)
    reckon(authority)
    rows = list(due_cases(by, authority, until)[:MOST])
    if not rows:
        raise ValidationError({"until": _("No case has come to its date by then.")})
    disposal = Disposal.objects.create(
        authority=authority, drawn_by=by, drawn_at=clock.now()
    )
    for dated in rows:
        _put_on(disposal, dated)
    note("disposal.drawn_up", on=disposal, by=by, cases=len(rows))
    return disposal


def _put_on(disposal: Disposal, dated: Any) -> None:
    DisposalItem.objects.create(
        disposal=disposal,
        case_key=dated.review_id,
        diary_number=dated.review.diary_number,
        closed_on=dated.closed_on,
        rule=dated.rule,
        due_on=dated.due_on,
    )


@step(may=can_dispose, starts_from=(Status.DRAWN_UP,))
def answer(
    disposal: Disposal, *, by: Any, items: Sequence[DisposalItem], answer: str
) -> None:
    """Destroy or transfer: of cases that nobody has retained and nothing holds."""
    obstacles = obstacles_of(disposal)
    for item in items:
        why = obstacles.get(item.pk, "")
        if why not in ANSWERABLE:
            text = _("%(case)s is held or retained: look at the list again.")
            raise WrongState(text % {"case": item})
    for item in items:
        _say(item, answer, by=by)
    save(disposal)
    note("disposal.answered", on=disposal, by=by, answer=answer, cases=len(items))


@step(may=can_retain, starts_from=Disposal.OPEN)
def retain(
    disposal: Disposal,
    *,
    by: Any,
    items: Sequence[DisposalItem],
    until: date,
    reason: str,
) -> None:
    """Until another day: this wins over all other answers, and is not taken back."""
    if until <= today():
        raise ValidationError({"until": _("The day is to be one to come.")})
    for item in items:
        _say(item, Answer.RETAIN, by=by, until=until, reason=reason)
    save(disposal)
    note("disposal.retained", on=disposal, by=by, until=until, cases=len(items))


def _say(item: DisposalItem, kind: str, *, by: Any, **more: Any) -> None:
    DisposalAnswer.objects.create(
        item=item, answer=kind, answered_by=by, answered_at=clock.now(), **more
    )


def _is_not_answered(_may: Any, disposal: Disposal) -> str:
    if number := unanswered(disposal):
        return _("Cases without an answer: %(n)s.") % {"n": number}
    return ""


@step(may=can_dispose, starts_from=(Status.DRAWN_UP,), hindrance=_is_not_answered)
def propose(disposal: Disposal, *, by: Any) -> None:
    save(disposal, status=Status.PROPOSED, proposed_by=by, proposed_at=clock.now())
    note("disposal.list_proposed", on=disposal, by=by)


def _can_not_go(_may: Any, disposal: Disposal) -> str:
    if is_outdated(disposal):
        return _(
            "A rule of disposal has changed since the list was drawn up: withdraw it,"
            " and draw up another."
        )
    if stuck := held_items(disposal):
        text = _("Something holds %(cases)s by now: answer that they are retained.")
        return text % {"cases": ", ".join(map(str, stuck[:5]))}
    return ""


@step(may=can_confirm_disposal, starts_from=(Status.PROPOSED,), hindrance=_can_not_go)
def confirm(disposal: Disposal, *, by: Any) -> None:
    """The second person stands for it: it waits to be carried out."""
    save(disposal, status=Status.CONFIRMED, confirmed_by=by, confirmed_at=clock.now())
    note("disposal.list_confirmed", on=disposal, by=by)


def _is_begun(_may: Any, disposal: Disposal) -> str:
    if disposal.items.exclude(disposed_case=None).exists():
        return _("Some of its cases are gone: it is carried out to its end.")
    return ""


@step(may=can_dispose, starts_from=Disposal.OPEN, hindrance=_is_begun)
def withdraw(disposal: Disposal, *, by: Any, reason: str) -> None:
    save(disposal, status=Status.WITHDRAWN)
    note("disposal.withdrawn", on=disposal, by=by)


def _has_no_transfer(_may: Any, disposal: Disposal) -> str:
    if disposal.items.filter(answers__answer=Answer.TRANSFER, receipt="").exists():
        return ""
    return _("No case of the list waits for a receipt.")


@step(may=can_dispose, starts_from=Disposal.OPEN, hindrance=_has_no_transfer)
def receive(
    disposal: Disposal, *, by: Any, items: Sequence[DisposalItem], receipt: str
) -> None:
    """The archive has taken the cases: what is here may go. Raises ValidationError for
    one that is in no package that the archive has receipted."""
    receipted = receipted_cases(disposal.authority_id, [i.case_key for i in items])
    for item in items:
        if item.case_key not in receipted:
            text = _("No package that the archive has receipted holds %(number)s.")
            number = {"number": item.diary_number}
            raise ValidationError({"items": text % number})
        save(item, receipt=receipt)
    save(disposal)
    note("disposal.received", on=disposal, by=by, receipt=receipt, cases=len(items))
