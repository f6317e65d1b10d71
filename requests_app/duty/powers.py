"""Powers: recertification, recertifications, authority moving and ending power."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from django.db import IntegrityError
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Exists,
    F,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app import acting
from audit_app.history import BearerToken
from audit_app.models import LedgerEntry
from requests_app.cases.access import clients
from requests_app.cases.access.models import ContractClient, RegisterToken
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.rights.involvement import clients_kept_by
from requests_app.core.fields import first_instant
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import (
    CLOUD_KEEPERS,
    INFORMATION_KEEPERS,
    MANAGERS,
    authorities_of,
    has_role,
    managed_by,
    manages,
    roles_of,
    within_reach,
)
from requests_app.core.queue import (
    Clock,
    Kind,
    NoticeKind,
    WorkItem,
    clock_between,
    of_each,
    upkeep_item,
    url,
)
from requests_app.core.step import (
    Step,
    WrongState,
    as_owner,
    each,
    lock,
    note,
    save,
    step,
)
from requests_app.core.words.texts import in_record
from requests_app.duty import steps as duty_steps
from requests_app.duty.models.notices import NoticeChannel
from requests_app.duty.models.roster import Recertification
from requests_app.duty.rights import channels_kept_by
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import (
    CONFIRMERS,
    delegations_to_confirm,
    roles_managed,
    someone_decides,
)
from requests_app.registers import steps as registers_steps
from requests_app.registers.models.cloud import CloudObject, Connection
from requests_app.registers.models.information import InformationSetPerson
from requests_app.registers.models.standing import StandingAssessment, StandingReliance
from requests_app.registers.rights import (
    STANDING_ASSESSORS,
    standing_assessments_to_confirm,
)

# What gives power and is confirmed anew within a year, by whom, and when it was last
# used: the one list.

Rows = QuerySet[Any]
NOBODY = Value(None, BigIntegerField())


class Power(NamedTuple):
    """Rows that give power: those that stand; since when each was first confirmed, who
    has it and at which authority; when it was last used; who confirms it anew."""

    standing: Callable[[], Rows]
    since: Any
    holder: Any
    at: Any
    used: Any
    roles: tuple[str, ...]
    confirmable: Callable[[Any], Rows]


def powers() -> dict[type[Model], Power]:
    """By model; each sort of token that there is stands in it by itself."""
    tokens = BearerToken.__subclasses__()
    return {**_POWERS, **{model: _of_token(model) for model in tokens}}


def standing_rows(model: type[Model]) -> Rows:
    """What stands of it, each with `since`, its `holder` and `at` which authority."""
    power = powers()[model]
    return power.standing().annotate(
        since=Greatest(power.since, _last_confirmed(model)),
        holder=power.holder,
        at=power.at,
    )


def _last_confirmed(model: type[Model]) -> Any:
    rows = Recertification.objects.filter(
        row_table=model._meta.db_table,
        row_id=OuterRef("pk"),
        outcome=Recertification.Outcome.CONFIRMED,
    )
    return Subquery(rows.order_by("-settled_at").values("settled_at")[:1])


def is_ended(model: type[Model]) -> Exists:
    """In a query of tokens: has it ended, since nobody confirmed it anew?"""
    rows = Recertification.objects.filter(
        row_table=model._meta.db_table,
        row_id=OuterRef("pk"),
        outcome=Recertification.Outcome.ENDED,
    )
    return Exists(rows)


def _last_line(actor: str, authority: str = "") -> Subquery:
    """When whoever the path names last did something, at the authority."""
    where = {"authority_id": OuterRef(authority)} if authority else {}
    lines = LedgerEntry.objects.filter(actor_id=OuterRef(actor), **where)
    return Subquery(lines.order_by("-at", "-id").values("at")[:1])


def _latest(rows: Rows, path: str, moment: str) -> Subquery:
    mine = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Subquery(mine.annotate(last=Max(moment)).values("last")[:1])


def _roles() -> Rows:
    rows = RoleAssignment.objects.standing().filter(confirmed_at__isnull=False)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=acting.today()))


def _items() -> Rows:
    rows = DelegationRule.objects.filter(confirmed_at__isnull=False)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=acting.today()))


def _named() -> Rows:
    return InformationSetPerson.objects.filter(information_set__is_named_list=True)


def _named_since() -> Subquery:
    """When the name came onto the list."""
    versions = InformationSetPerson.history.filter(id=OuterRef("pk"))
    return Subquery(versions.order_by("history_id").values("history_date")[:1])


def _names_kept_by(user: Any) -> Rows:
    owned = authorities_of(user, *INFORMATION_KEEPERS)
    return InformationSetPerson.objects.filter(information_set__authority__in=owned)


_POWERS: dict[type[Model], Power] = {
    RoleAssignment: Power(
        _roles,
        F("confirmed_at"),
        F("person"),
        F("authority"),
        _last_line("person", "authority"),
        MANAGERS,
        roles_managed,
    ),
    DelegationRule: Power(
        _items,
        F("confirmed_at"),
        F("person"),
        F("authority"),
        _latest(Decision.objects.all(), "delegation_rule", "decided_at"),
        CONFIRMERS,
        delegations_to_confirm,
    ),
    StandingAssessment: Power(
        lambda: StandingAssessment.objects.valid(acting.today()),
        F("confirmed_at"),
        NOBODY,
        F("authority"),
        _latest(
            StandingReliance.objects.all(),
            "standing_assessment",
            "proposal__proposed_at",
        ),
        STANDING_ASSESSORS,
        standing_assessments_to_confirm,
    ),
    InformationSetPerson: Power(
        _named,
        _named_since(),
        F("person"),
        F("information_set__authority"),
        _last_line("person", "information_set__authority"),
        INFORMATION_KEEPERS,
        _names_kept_by,
    ),
    ContractClient: Power(
        lambda: ContractClient.objects.filter(ended_at=None),
        F("secret_made_at"),
        NOBODY,
        F("connection__authority"),
        _last_line("account"),
        CLOUD_KEEPERS,
        clients_kept_by,
    ),
    NoticeChannel: Power(
        lambda: NoticeChannel.objects.filter(ended_at=None),
        F("made_at"),
        NOBODY,
        F("authority"),
        Value(None, DateTimeField()),
        MANAGERS,
        channels_kept_by,
    ),
}


def is_of_a_municipality(model: type[Model]) -> bool:
    return any(field.name == "municipality" for field in model._meta.fields)


def _of_token(model: type[BearerToken]) -> Power:
    """Where somebody answers for it, the managers of their authority confirm it; else
    whoever administers the system."""
    rows = model._default_manager

    def standing() -> Rows:
        return rows.filter(~is_ended(model), ended_at=None)

    if is_of_a_municipality(model):
        admins = (Role.SYSTEM_ADMINISTRATOR,)
        return Power(
            standing,
            F("made_at"),
            NOBODY,
            NOBODY,
            Value(None, DateTimeField()),
            admins,
            lambda user: rows.filter(Q(municipality__in=within_reach(user, *admins))),
        )
    working = RoleAssignment.objects.in_force(acting.now())
    theirs = working.filter(person=OuterRef("person")).order_by("authority")
    at = Coalesce(
        F("authority"),
        Subquery(theirs.values("authority")[:1]),
        output_field=BigIntegerField(),
    )

    def confirmable(user: Any) -> Rows:
        managed = authorities_of(user, *MANAGERS)
        others = rows.annotate(kept_at=at).filter(kept_at__in=managed)
        return others.exclude(**{"person": user.pk})

    return Power(
        standing,
        F("made_at"),
        F("person"),
        at,
        _last_line("person"),
        MANAGERS,
        confirmable,
    )


# Whose it is to confirm power anew, and who sees what became of it.


def recertifications_for(user: Any) -> QuerySet[Recertification]:
    """Those that wait for the person to confirm or end."""
    mine = Q(pk__in=[])
    for model, power in powers().items():
        if has_role(user, *power.roles):
            rows = power.confirmable(user).values("pk")
            mine |= Q(row_table=model._meta.db_table, row_id__in=rows)
    waiting = Recertification.objects.filter(mine, outcome="")
    return waiting.exclude(person__isnull=False, person=user.pk)


def recertifications_kept(user: Any) -> QuerySet[Recertification]:
    """Those at the manager's authorities that could not end when their time was out."""
    managed = authorities_of(user, *MANAGERS)
    return Recertification.objects.filter(outcome="", authority__in=managed).exclude(
        kept_because=""
    )


def recertifications_visible_to(user: Any) -> QuerySet[Recertification]:
    """At one's authorities, for managers and auditors; what belongs to a municipality,
    for its auditors and whoever administers its system; and one's own turn."""
    here = Q(authority__in=authorities_of(user, *MANAGERS, Role.AUDITOR))
    here |= _of_municipalities(user, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR)
    mine = Q(pk__in=recertifications_for(user).values("pk"))
    return Recertification.objects.filter(here | mine)


def _of_municipalities(user: Any, *roles: str) -> Q:
    """In a query of recertifications: of what belongs to no authority, but to a
    municipality where the person has one of these roles."""
    theirs, mine = Q(pk__in=[]), {"municipality__in": within_reach(user, *roles)}
    for model in filter(is_of_a_municipality, BearerToken.__subclasses__()):
        rows: Any = model._default_manager.filter(**mine)
        theirs |= Q(row_table=model._meta.db_table, row_id__in=rows.values("pk"))
    return theirs


# How each sort of power ends: its own step, past the question whose it is to take.


def why_not_ended(subject: Any, by: Any) -> str:
    """Why it can't end now; empty where it can."""
    rule = HINDRANCES.get(type(subject))
    return rule(subject, by) if rule else ""


def end(subject: Any, *, by: Any, reason: str) -> None:
    """Inside a step."""
    ENDINGS[_sort_of(subject)](subject, by, reason)


def _sort_of(subject: Any) -> type[Any]:
    return BearerToken if isinstance(subject, BearerToken) else type(subject)


def _role_hindrance(subject: RoleAssignment, by: Any) -> str:
    return steps.end_role.hindrance(by, subject)


def _item_hindrance(subject: DelegationRule, _by: Any) -> str:
    Authority.objects.select_for_update().get(pk=subject.authority_id)
    tomorrow = acting.today() + timedelta(days=1)
    decides = someone_decides(subject.authority_id, tomorrow)
    left = someone_decides(subject.authority_id, tomorrow, without_rule=subject.pk)
    if left or not decides:
        return ""
    return _(
        "Nobody would then decide for the authority: enter and confirm another item"
        " first."
    )


def _name_hindrance(subject: InformationSetPerson, by: Any) -> str:
    others = subject.information_set.named_people.exclude(pk=subject.pk)
    if not others.exists():
        return _("Nobody would be left on the list: name another person first.")
    if by.is_machine:
        return ""
    return _("It takes two to take a name off: propose it on the information set.")


def _end_item(subject: DelegationRule, by: Any, reason: str) -> None:
    """At the end of the day: what has been decided today keeps its item."""
    save(subject, valid_to=max(acting.today(), subject.valid_from))


def _end_name(subject: InformationSetPerson, by: Any, reason: str) -> None:
    subject.delete()


HINDRANCES: dict[type[Any], Callable[[Any, Any], str]] = {
    RoleAssignment: _role_hindrance,
    DelegationRule: _item_hindrance,
    InformationSetPerson: _name_hindrance,
}


def _by_step(act: Step[..., None]) -> Callable[[Any, Any, str], None]:
    return lambda subject, by, reason: act.function(subject, by=by, reason=reason)


# A token is void once its recertification says that it has ended.
ENDINGS: dict[type[Any], Callable[[Any, Any, str], None]] = {
    RoleAssignment: _by_step(steps.end_role),
    DelegationRule: _end_item,
    StandingAssessment: _by_step(registers_steps.revoke),
    InformationSetPerson: _end_name,
    ContractClient: _by_step(clients.end_client),
    NoticeChannel: _by_step(duty_steps.end_channel),
    BearerToken: lambda _subject, _by, _reason: None,
}

# Power is confirmed anew within a year: opened and reminded of by the sweep, confirmed
# or ended by whoever answers for it.

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
    if year_over >= acting.today() + SOONEST:
        return year_over
    return ((acting.today() + FIRST).replace(day=1) + timedelta(days=32)).replace(day=1)


def to_open(model: type[Model]) -> Any:
    """What stands, is due within the time shown, and waits not yet."""
    waiting = Recertification.objects.filter(
        row_table=model._meta.db_table, outcome=""
    ).values("row_id")
    soon = acting.now() - YEAR + SHOWN
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
        opened_at=acting.now(),
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
    day, now = acting.today(), acting.now()
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
    save(row, **{name: acting.now()})
    note("recertification.reminded", on=row, by=by)


def to_end() -> list[Recertification]:
    """What nobody has confirmed, its day over, and time left after both reminders."""
    late = Recertification.objects.filter(
        outcome="",
        due_on__lt=acting.today(),
        reminded_again_at__lte=acting.now() - LEFT,
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
    save(row, outcome=outcome, settled_by=by, settled_at=acting.now())


# The yearly round of power: what is due is opened, reminded of twice, and ended.
#
# Level-triggered: the next round finds what was missed, and nothing is told twice.

log = logging.getLogger(__name__)

# So many of a kind in one round: the next goes on.
MOST = 500


def recertify(by: Any) -> list[str]:
    """What changed for somebody, in lines."""
    reminded = ended = 0
    for model in powers():
        for row in to_open(model)[:MOST]:
            _tried(partial(open_one, row, by=by))
    for past in gone()[:MOST]:
        _tried(partial(settle_gone, past, by=by))
    for waiting in to_remind()[:MOST]:
        reminded += _tried(partial(remind, waiting, by=by))
    for late in to_end()[:MOST]:
        try:
            why = end_unconfirmed(late, by=by)
        except (WrongState, IntegrityError) as error:
            log.warning("recertification %s: %s", late.pk, error)
            continue
        ended += not why
    counts = {"reminded": reminded, "ended": ended}
    return [f"recertifications: {n} {what}" for what, n in counts.items() if n]


def _tried(act: Callable[[], Any]) -> int:
    """Another round may just have done it."""
    try:
        act()
    except (WrongState, IntegrityError) as error:
        log.info("recertification: %s", error)
        return 0
    return 1


# What somebody confirms anew, as its page shows it: what has not been used first.

# As many as one person reads before they stand for them.
RECERTIFICATION_MOST = 300
UNUSED = timedelta(days=182)


class Line(NamedTuple):
    """`used`: when it was last used; None where nobody has since it was given."""

    row: Recertification
    used: datetime | None

    @property
    def is_unused(self) -> bool:
        """Has nobody used it for six months?"""
        return self.used is None or self.used < acting.now() - UNUSED


def to_confirm(user: Any) -> list[Line]:
    """What waits for the person: unused first, then by kind, authority and name."""
    waiting = recertifications_for(user).select_related("authority", "person")
    return lines_of(waiting.order_by("due_on", "pk")[: RECERTIFICATION_MOST + 1])


def lines_of(rows: Iterable[Recertification]) -> list[Line]:
    """One query for each kind among them."""
    rows = list(rows)
    used = _last_used(rows)
    lines = [Line(row, used.get((row.row_table, row.row_id))) for row in rows]
    return sorted(lines, key=_unused_first)


def _unused_first(line: Line) -> tuple:
    row = line.row
    return (not line.is_unused, row.kind, str(row.authority or ""), row.name)


def _last_used(rows: list[Recertification]) -> dict[tuple[str, int], datetime | None]:
    moments: dict[tuple[str, int], datetime | None] = {}
    for model, power in powers().items():
        table = model._meta.db_table
        keys = [row.row_id for row in rows if row.row_table == table]
        if keys:
            used = model._default_manager.filter(pk__in=keys).annotate(used=power.used)
            for pk, at in used.values_list("pk", F("used")):
                moments[table, pk] = at
    return moments


# Power that somebody is to confirm anew, as lines of the queue: one for each day on
# which some of it is due; and what could not end, for the manager.


def recertifications_to_do(user: Any) -> Iterator[Kind]:
    if roles_of(user):
        yield Kind(recertifications_for(user), _by_day)


def kept_powers_for(user: Any) -> Iterator[Kind]:
    if manages(user):
        rows = recertifications_kept(user).select_related("authority")
        yield of_each(rows.order_by("due_on"), _line_of_kept)


def _by_day(rows: QuerySet[Recertification], most: int) -> Iterator[WorkItem]:
    fields = ("due_on", "opened_at", "reminded_at", "reminded_again_at")
    in_order = rows.order_by("due_on", "pk").values_list(*fields)
    for day, those in groupby(in_order, key=lambda row: row[0]):
        yield _of_day(day, list(those))


def _of_day(day: date, rows: list[tuple]) -> WorkItem:
    """Calm until it is reminded of; then with a clock, and told by mail each time."""
    first = min(opened for _day, opened, _first, _again in rows)
    reminders = max(bool(one) + bool(two) for _day, _opened, one, two in rows)
    in_words = date_format(day, "j F Y")
    page = f"{reverse('admin:recertification')}?due={day:%Y-%m-%d}"
    text = ngettext(
        "%(n)s right or role to confirm anew",
        "%(n)s rights and roles to confirm anew",
        len(rows),
    )
    return upkeep_item(
        text % {"n": len(rows)},
        "",
        _("What is not confirmed by %(day)s ends.") % {"day": in_words},
        _("Confirm or end"),
        clock=_clock(first, day) if reminders else None,
        url=page,
        step_url=page,
        since=first,
        turn=reminders,
    )


def _clock(opened: Any, day: date) -> Clock:
    return clock_between(NoticeKind.RECERTIFICATION, opened, first_instant(day))


def _line_of_kept(row: Recertification) -> WorkItem:
    change = url("recertification_change", row.pk)
    return upkeep_item(
        row.name,
        row.authority or "",
        row.kept_because,
        "",
        alarm=_("Not confirmed in time, and it could not end."),
        url=change,
        step_url=change,
        since=row.opened_at,
    )


# An authority moves to another municipality, with all it has: where municipalities
# merge, or a board becomes a joint one.

# Whoever gives roles and makes accounts belongs to the municipality.
STAY = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)


@step
def move(
    authority: Authority,
    *,
    by: Any,
    to: Municipality,
    released_by: Any,
    received_by: Any,
    decision: str,
) -> None:
    """By the system account, signed in to the database as the owner of the tables.
    `released_by` manages where the authority is, `received_by` where it comes.

    Cases, registers, history and the ledger's lines go along as they are. Its people
    stay where their accounts are: their roles at it become lent, with the decision as
    basis; those of managers and of administrators end. Raises WrongState.
    """
    before = authority.municipality
    if hindrance := why_not(authority, to, released_by, received_by):
        raise WrongState(hindrance)
    with as_owner():
        _end_keys(authority, by, decision)
        served = _is_served_by(authority, before)
        save(
            authority,
            municipality=to,
            managers_from=before if served else None,
            managers_agreement=decision if served else "",
        )
        _lend(authority, by, before, decision)
    note(
        "authority.moved",
        on=authority,
        by=by,
        authority=authority.pk,
        decision=decision,
        old=before.organisation_number,
        new=to.organisation_number,
        released_by=released_by.username,
        received_by=received_by.username,
    )


def why_not(
    authority: Authority, to: Municipality, released_by: Any, received_by: Any
) -> str:
    """Why it can't move, in a sentence; nothing where it can."""
    before = authority.municipality
    if before == to:
        return f"{authority} is of {to} already."
    if to.left_at or before.left_at:
        return "A municipality that has left neither gives nor takes."
    for person, place in ((released_by, before), (received_by, to)):
        if place.pk not in managed_by(person) or person.municipality_id != place.pk:
            return f"{person.username} is no IT manager of {place}."
    same = Q(code__iexact=authority.code) | Q(name__iexact=authority.name)
    if twin := to.authorities.filter(same).first():
        return (
            f"{to} has {twin} ({twin.code}) already: give one of them another name and"
            " code first."
        )
    if runs := Connection.objects.filter(authority=authority):
        names = ", ".join(map(str, runs))
        return f"It runs connections: {names}. Another authority takes them on first."
    return ""


def _is_served_by(authority: Authority, municipality: Municipality) -> bool:
    """Do its objects or cases lie in connections that are run there?"""
    run = "connection__authority__municipality"
    objects = CloudObject.objects.filter(
        authority=authority, **{f"system__{run}": municipality}
    )
    reviews = SecrecyReview.objects.filter(
        authority=authority, **{f"access_request__{run}": municipality}
    )
    return objects.exists() or reviews.exists()


def _lend(authority: Authority, by: Any, before: Municipality, decision: str) -> None:
    rows = RoleAssignment.objects.standing().filter(authority=authority)
    for row in rows.filter(person__municipality=before):
        if row.role in STAY:
            save(row, ended_by=by, ended_at=acting.now(), stop_reason=decision)
        else:
            save(row, employer=str(before), basis=decision)


def _end_keys(authority: Authority, by: Any, decision: str) -> None:
    """A key of the old municipality's opens its registers no more."""
    for token in RegisterToken.objects.filter(authority=authority, ended_at=None):
        save(token, ended_at=acting.now())
        note("token.ended", on=token, by=by, decision=decision)
