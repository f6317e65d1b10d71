"""Power is confirmed anew within a year: opened and reminded of by the sweep, confirmed
or ended by whoever answers for it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.models import (
    DelegationRule,
    InformationSetPerson,
    Recertification,
    StandingAssessment,
)
from requests_app.permissions.powers import powers, standing_rows
from requests_app.permissions.recertification import recertifications_for
from requests_app.permissions.roles import today
from requests_app.words.in_record import in_record
from requests_app.workflow.ending_power import end, why_not_ended
from requests_app.workflow.several import each
from requests_app.workflow.step import Step, lock, note, save, step

Outcome = Recertification.Outcome
YEAR = timedelta(days=365)
# So long before its day something is shown; reminded of; reminded of again; and so long
# at least between the reminders, and from the second to the end.
SHOWN, FIRST, SECOND = timedelta(days=62), timedelta(days=30), timedelta(days=10)
BETWEEN, LEFT = timedelta(days=7), timedelta(days=3)
SOONEST = timedelta(days=14)
REASON = gettext_lazy("not confirmed anew after two reminders")


def due_after(since: Any) -> date:
    """The first day of the month in which its year is over: what is confirmed together
    is due together. Where there is no time left to remind of it twice, the first month
    that has."""
    year_over = (timezone.localdate(since) + YEAR).replace(day=1)
    if year_over >= today() + SOONEST:
        return year_over
    return ((today() + FIRST).replace(day=1) + timedelta(days=32)).replace(day=1)


def to_open(model: type[Model]) -> Any:
    """What stands, is due within the time shown, and waits not yet."""
    waiting = Recertification.objects.filter(
        row_table=model._meta.db_table, outcome=""
    ).values("row_id")
    soon = clock.now() - YEAR + SHOWN
    rows = standing_rows(model).filter(since__lte=soon)
    return rows.exclude(pk__in=waiting).order_by("pk")


@step
def open_one(row: Any, *, by: Any) -> Recertification:
    """Ask for it to be confirmed anew. `row` is one of `to_open`."""
    return Recertification.objects.create(
        row_table=row._meta.db_table,
        row_id=row.pk,
        name=_name_of(row),
        authority_id=row.at,
        person_id=row.holder,
        opened_at=clock.now(),
        due_on=due_after(row.since),
    )


def _name_of(row: Any) -> str:
    """As lists call it; a role and a name on a list by whose they are."""
    if isinstance(row, InformationSetPerson):
        return f"{row.information_set}: {row.person}"[:300]
    if isinstance(row, DelegationRule):
        return f"{row.item_no} {row.title}"[:300]
    if isinstance(row, StandingAssessment):
        return f"{row.provider}, {row.information_set or row.authority}"[:300]
    person = getattr(row, "person", None)
    return (f"{person}: {row}" if person else str(row))[:300]


def to_remind() -> list[Recertification]:
    """What is due a first or a second reminder by now."""
    day, now = today(), clock.now()
    waiting = Recertification.objects.filter(outcome="")
    first = waiting.filter(reminded_at=None, due_on__lte=day + FIRST)
    again = waiting.filter(
        reminded_again_at=None,
        reminded_at__lte=now - BETWEEN,
        due_on__lte=day + SECOND,
    )
    return list(first.union(again))


def gone() -> list[Recertification]:
    """What waits although it stands no more."""
    rows: list[Recertification] = []
    for model in powers():
        waiting = Recertification.objects.filter(
            row_table=model._meta.db_table, outcome=""
        )
        standing = standing_rows(model).values("pk")
        rows += waiting.exclude(row_id__in=standing)
    return rows


@step
def remind(row: Recertification, *, by: Any) -> None:
    """Whoever answers for it is told, by a clock in their queue and so by mail."""
    lock(row)
    name = "reminded_at" if row.reminded_at is None else "reminded_again_at"
    save(row, **{name: clock.now()})
    note("recertification.reminded", on=row, by=by)


def to_end() -> list[Recertification]:
    """What nobody has confirmed, its day over, and time left after both reminders."""
    late = Recertification.objects.filter(
        outcome="", due_on__lt=today(), reminded_again_at__lte=clock.now() - LEFT
    )
    return list(late.order_by("pk"))


@step
def end_unconfirmed(row: Recertification, *, by: Any) -> str:
    """End it; or say why it stays, where nobody would be left. Returns why."""
    lock(row)
    if row.outcome:
        return ""
    subject = subject_of(row)
    if subject is None:
        _settle(row, Outcome.GONE, by=by)
        return ""
    why = why_not_ended(subject, by)
    if why:
        if why != row.kept_because:
            save(row, kept_because=why[:500])
            note("recertification.kept", on=row, by=by)
        return why
    _settle(row, Outcome.ENDED, by=by)
    end(subject, by=by, reason=in_record(REASON))
    note("recertification.ended", on=row, by=by)
    return ""


@step
def settle_gone(row: Recertification, *, by: Any) -> None:
    """It was ended on its own page: nobody is asked any more."""
    lock(row)
    if not row.outcome:
        _settle(row, Outcome.GONE, by=by)


def subject_of(row: Recertification) -> Any:
    """What gives the power; None where it stands no more."""
    model = model_of(row)
    if model is None:
        return None
    return standing_rows(model).filter(pk=row.row_id).first()


def model_of(row: Recertification) -> type[Model] | None:
    tables = {model._meta.db_table: model for model in powers()}
    return tables.get(row.row_table)


def _is_settled(_may: Any, row: Recertification) -> str:
    if row.outcome:
        return _("It has been confirmed or ended already.")
    return "" if subject_of(row) else _("It has ended meanwhile.")


def _answers_for(user: Any, row: Recertification) -> bool:
    return recertifications_for(user).filter(pk=row.pk).exists()


def _is_not_to_end(by: Any, row: Recertification) -> str:
    return _is_settled(by, row) or why_not_ended(subject_of(row), by)


@step(may=_answers_for, hindrance=_is_settled)
def confirm_one(row: Recertification, *, by: Any) -> None:
    """It is needed as before, for another year."""
    _settle(row, Outcome.CONFIRMED, by=by)
    note("recertification.confirmed", on=row, by=by)


@step(may=_answers_for, hindrance=_is_not_to_end)
def end_one(row: Recertification, *, by: Any, reason: str) -> None:
    """It is not needed any more, and ends now."""
    subject = subject_of(row)
    _settle(row, Outcome.ENDED, by=by)
    end(subject, by=by, reason=reason)
    note("recertification.ended", on=row, by=by, reason=reason)


@step
def confirm_all(rows: Iterable[Recertification], *, by: Any) -> int:
    """Each as `confirm_one` does; all or none. Raises SomeHindered."""
    return _each(confirm_one, rows, by=by)


@step
def end_all(rows: Iterable[Recertification], *, by: Any, reason: str) -> int:
    """Each as `end_one` does; all or none. Raises SomeHindered."""
    return _each(end_one, rows, by=by, reason=reason)


def _each(
    act: Step[..., None], rows: Iterable[Recertification], *, by: Any, **fields: Any
) -> int:
    in_order = sorted(rows, key=lambda row: row.pk)
    return each(act, in_order, by=by, why_denied=why_not_theirs, **fields)


def why_not_theirs(row: Recertification) -> str:
    if row.outcome:
        return _("It has been confirmed or ended already.")
    return _("Another than you answers for it now.")


def _settle(row: Recertification, outcome: str, *, by: Any) -> None:
    save(row, outcome=outcome, settled_by=by, settled_at=clock.now())
