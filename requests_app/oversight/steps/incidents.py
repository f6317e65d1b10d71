"""Incidents, of the steps of oversight: alteration, breach, door, incident duty,
replay, sealing key and side door."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.changes import NoticedRow
from audit_app.reconcile import agrees_again
from requests_app.cases.access.models import (
    MOST_COVERED,
    AccessGrant,
    SideDoor,
    SupportTicket,
)
from requests_app.cases.access.steps import delivery, outbox
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.tree import Premise, parse
from requests_app.cases.review.models.afterwards import Alteration, place_of
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.steps.afterwards import OpenMatter
from requests_app.core.calendar import months_after
from requests_app.core.content import keep, refuse_outside
from requests_app.core.municipality import SealedField
from requests_app.core.people.models import Authority
from requests_app.core.step import SYSTEM, machine_account, note, require, save, step
from requests_app.core.words.texts import in_record
from requests_app.oversight.models import Breach, Deviation, IncidentDuty, ReplayRun
from requests_app.oversight.rights import (
    can_close_door,
    can_conclude_alteration,
    can_cover,
    can_order_replay,
    can_record_breach,
    can_settle_duty,
)
from requests_app.providers.door import Door
from requests_app.providers.secrets import (
    SEALS,
    WrongKey,
    is_sealed_with,
    keep_sealing_keys,
    sealed_with,
    sealing_keys,
    unseal,
)
from requests_app.registers.models.cloud import Connection
from requests_app.registers.models.standing import StandingAssessment

# What was found changed outside the system is told to those who can act, and ended
# with a conclusion. What the page shows in red stays red until it is true again.


def _is_concluded(_may: Any, alteration: Alteration) -> str:
    return _("It has been concluded already.") if alteration.concluded_at else ""


@step
def report_alterations(noticed_rows: Iterable[NoticedRow], *, by: Any) -> None:
    """Keep what was noticed, once while nobody has concluded anything about it."""
    for row in noticed_rows:
        names = {"object_type": row.object_type, "object_id": row.object_id}
        if Alteration.objects.filter(concluded_at=None, **names).exists():
            continue
        place = place_of(row.place)
        alteration = Alteration.objects.create(
            **names,
            authority_id=place.authority,
            access_request_id=place.request,
            found_at=acting.now(),
            found_by=by,
        )
        note("alteration.found", on=alteration, by=by, **names)


@step(may=can_conclude_alteration, hindrance=_is_concluded)
def conclude_alteration(
    alteration: Alteration, *, by: Any, outcome: str, conclusion: str
) -> None:
    """Who changed it and why, and what was done about it. What is looked at again and
    does not agree now either is no false alarm."""
    place = alteration.object_type, alteration.object_id
    if outcome == Alteration.Outcome.FALSE_ALARM and not agrees_again(*place):
        raise ValidationError(
            {
                "outcome": _(
                    "It was compared again, and nothing shows that the alarm was false."
                )
            }
        )
    save(
        alteration,
        outcome=outcome,
        conclusion=conclusion,
        concluded_by=by,
        concluded_at=acting.now(),
    )
    note("alteration.concluded", on=alteration, by=by, outcome=outcome)


# Duties to tell of an incident: begun when it is known, ended as done or not needed.
#
# The hours are the law's, where the law names any; the authority's own where it says
# “promptly”. They are counted from when it became known, whatever it turns out to be.

Kind = IncidentDuty.Kind
Status = IncidentDuty.Status

WARNING = timedelta(hours=24)
REPORT = timedelta(hours=72)
OF_INCIDENT = (
    Kind.CYBER_WARNING,
    Kind.GDPR_AUTHORITY,
    Kind.GDPR_PERSONS,
    Kind.CYBER_REPORT,
    Kind.CYBER_FINAL,
    Kind.SECURITY,
)


def begin_of_deviation(deviation: Deviation) -> None:
    """Inside a step: their clocks run while somebody finds out what it is."""
    incident = {"review": deviation.review, "deviation": deviation}
    for kind in OF_INCIDENT:
        _begin(kind, deviation.discovered_at, **incident)


def begin_of_breach(breach: Breach) -> None:
    """Inside a step: which of them apply is said of each, when it is known."""
    for kind in OF_INCIDENT:
        _begin(kind, breach.known_at, breach=breach)


def begin_of_stop(review: SecrecyReview) -> None:
    """Inside a step: what concerns Sweden's security may have been revealed."""
    known = IncidentDuty.objects.filter(review=review, deviation=None)
    if not known.exists():
        _begin(Kind.SECURITY, acting.now(), review=review)


def _begin(kind: str, known_at: datetime, **incident: Any) -> None:
    duty = IncidentDuty(kind=kind, known_at=known_at, **incident)
    duty.due_at = _due(duty.authority, kind, known_at)
    duty.save()


def _due(authority: Authority, kind: str, known_at: datetime) -> datetime:
    if kind == Kind.CYBER_WARNING:
        return known_at + WARNING
    if kind == Kind.SECURITY:
        return known_at + timedelta(hours=authority.prompt_hours)
    if kind == Kind.CYBER_FINAL:
        # From the report itself, once there is one.
        return a_month_after(known_at + REPORT)
    return known_at + REPORT


def a_month_after(moment: datetime) -> datetime:
    """The same day of the next month, or its last, as calendars here have it."""
    moment = timezone.localtime(moment)
    day = months_after(moment.date(), 1)
    return moment.replace(year=day.year, month=day.month, day=day.day)


@step(starts_from=(Status.OPEN,), may=can_settle_duty)
def record_report(
    duty: IncidentDuty,
    *,
    by: Any,
    reported_at: datetime,
    reference: str,
    report: str,
    goes_on: bool = False,
) -> None:
    """It has been reported: when, under which reference, and in which words. A final
    report on what still `goes_on` is a status report, and the final one is left to do
    (Cyber Security Act 2:8)."""
    text = _("The time lies before it was known, or in the future.")
    refuse_outside("reported_at", reported_at, duty.known_at, text)
    done = duty
    if goes_on and duty.kind == Kind.CYBER_FINAL:
        done = _status_report(duty)
        # It is not handled before this; a month from then is never too late.
        save(duty, due_at=a_month_after(reported_at))
    save(
        done,
        status=Status.DONE,
        reported_at=max(reported_at, duty.known_at),
        reference=reference,
        report=keep(report),
        settled_by=by,
        settled_at=acting.now(),
    )
    note("duty.done", on=done, by=by, duty=done.kind)
    if duty.kind == Kind.CYBER_REPORT:
        _count_from_report(duty)


def _status_report(final: IncidentDuty) -> IncidentDuty:
    """In place of the final report, at the time when that was due."""
    return IncidentDuty.objects.create(
        review=final.review,
        deviation=final.deviation,
        breach=final.breach,
        kind=Kind.CYBER_STATUS,
        known_at=final.known_at,
        due_at=final.due_at,
    )


def _count_from_report(duty: IncidentDuty) -> None:
    final = IncidentDuty.objects.filter(
        review=duty.review_id,
        deviation=duty.deviation_id,
        breach=duty.breach_id,
        kind=Kind.CYBER_FINAL,
        status=Status.OPEN,
    ).first()
    if final is not None and duty.reported_at is not None:
        save(final, due_at=a_month_after(duty.reported_at))


@step(starts_from=(Status.OPEN,), may=can_settle_duty, keeps_reason=True)
def decline(duty: IncidentDuty, *, by: Any, reason: str) -> None:
    """Nothing has to be told, and why."""
    settle_without_report(duty, by=by, reason=reason)


def settle_without_report(duty: IncidentDuty, *, by: Any, reason: str) -> None:
    """Inside a step."""
    save(
        duty,
        status=Status.NOT_NEEDED,
        reason=keep(reason),
        settled_by=by,
        settled_at=acting.now(),
    )
    note("duty.not_needed", on=duty, by=by, duty=duty.kind)


def duties_left_open(
    review: SecrecyReview, _decision: Decision | None
) -> Iterator[OpenMatter]:
    """The duties left open, also of a deviation that has been concluded as an
    incident."""
    rows = IncidentDuty.objects.filter(review=review, status=IncidentDuty.Status.OPEN)
    for row in rows:
        text = _("Not settled yet: %(duty)s.")
        yield OpenMatter(text % {"duty": row.get_kind_display()})


# A breach of Lockbox itself is recorded, and what the law asks of it begins.


@step
def record_breach(
    authority: Authority,
    *,
    by: Any,
    known_at: datetime,
    what_happened: str,
    affected: str,
) -> Breach:
    """The clocks run from when it was known, and not from when it was recorded. Raises
    ValidationError for a time to come."""
    require(can_record_breach(by, authority.pk))
    if known_at > acting.now():
        raise ValidationError({"known_at": _("This time lies in the future.")})
    breach = Breach(
        authority=authority,
        known_at=known_at,
        what_happened=keep(what_happened),
        affected=keep(affected),
        recorded_by=by,
        recorded_at=acting.now(),
    )
    save(breach)
    begin_of_breach(breach)
    note("breach.recorded", on=breach, by=by)
    return breach


# Side doors: held to what the provider shows, covered by a decision, taken back.

ADVANCED = gettext_lazy("advanced diagnostics")
OPEN = gettext_lazy("“%(place)s” is open at the provider, and no decision covers it.")


class Opening(NamedTuple):
    """What a provider shows as open. `access_request`: the case whose access it is,
    where it is open for longer than was granted."""

    place: str
    what: str = ""
    until: datetime | None = None
    record: bytes = b""
    ticket: SupportTicket | None = None
    access_request: AccessRequest | None = None


def settle(
    connection: Connection,
    kind: SideDoor.Kind,
    openings: Iterable[Opening],
    *,
    by: Any,
    leave: Collection[str] = (),
) -> list[str]:
    """Inside a step: rows become what is shown; what is shown no longer is closed. What
    stands at the places to `leave` stays: of it nothing is known yet. A line for each
    new one."""
    doors = connection.side_doors.open().filter(kind=kind)
    rows = {row.place.lower(): row for row in doors.select_for_update(of=("self",))}
    lines = []
    for place, opening in {row.place.lower(): row for row in openings}.items():
        row = rows.pop(place, None)
        if row is not None and row.what == opening.what:
            _see_again(row, opening, by)
            continue
        if row is not None:
            _close(row, by)
        lines.append(_see(connection, kind, opening, by))
    for place, row in rows.items():
        if place not in leave:
            _close(row, by)
    return lines


def _see(connection: Connection, kind: SideDoor.Kind, opening: Opening, by: Any) -> str:
    door = SideDoor(
        connection=connection,
        kind=kind,
        seen_at=acting.now(),
        **{
            **opening._asdict(),
            "record": keep(opening.record, "application/json")
            if opening.record
            else None,
        },
    )
    door.save()
    note("side_door.seen", on=door, by=by)
    return f"{connection}: {in_record(OPEN, place=door.place)}"


def _see_again(door: SideDoor, opening: Opening, by: Any) -> None:
    request = opening.access_request or door.access_request
    if door.until != opening.until or door.access_request != request:
        save(door, until=opening.until, access_request=request)
        note("side_door.seen", on=door, by=by)


def _close(door: SideDoor, by: Any) -> None:
    save(door, closed_at=acting.now())
    note("side_door.closed", on=door, by=by)


def settle_consents(connection: Connection, *, by: Any) -> None:
    """Inside a step: each ticket that carries consent is a door."""
    openings = [
        Opening(ticket.number, _consents(ticket), ticket=ticket)
        for ticket in connection.support_tickets.with_consent()
    ]
    settle(connection, SideDoor.Kind.CONSENT, openings, by=by)


def _consents(ticket: SupportTicket) -> str:
    advanced = [in_record(ADVANCED)] if ticket.advanced_diagnostics else []
    return ", ".join([*advanced, ticket.other_consents]).strip(", ")[:300]


@step
def note_closed(door: SideDoor, *, by: Any) -> None:
    """The provider shows, just now, that it is closed."""
    row = SideDoor.objects.select_for_update(of=("self",)).get(pk=door.pk)
    if row.is_open:
        _close(row, by)


def _is_closed(_may: Any, door: SideDoor) -> str:
    if not door.is_open:
        return _("It is closed at the provider.")
    waiting = door.outbox.filter(finished_at=None)
    return _("It is being taken back already.") if waiting.exists() else ""


def by_hand(door: SideDoor) -> str:
    """How people close it where no machine does; empty where one does."""
    if door.closes_by_machine:
        return ""
    if door.is_watched:
        return _(
            "No machine closes it: close it in the provider's portal. Here it is closed"
            " when the provider shows so."
        )
    return _(
        "No machine looks after it: close it in the provider's portal, and say so here."
    )


def _is_closed_by_hand(may: Any, door: SideDoor) -> str:
    return _is_closed(may, door) or by_hand(door)


def _is_watched(may: Any, door: SideDoor) -> str:
    if door.is_watched:
        return _("Here it is closed when the provider shows so.")
    return _is_closed(may, door)


@step(may=can_cover, hindrance=_is_closed, keeps_reason=True)
def cover(
    door: SideDoor,
    *,
    by: Any,
    decision_number: str,
    covered_until: datetime,
    reason: str,
) -> None:
    """This decision covers it until then: whoever says so answers for it."""
    now = acting.now()
    if not now < covered_until <= now + MOST_COVERED:
        text = _("Choose a time to come, within a year: then somebody looks again.")
        raise ValidationError({"covered_until": text})
    save(
        door,
        decision_number=decision_number,
        covered_until=covered_until,
        covered_by=by,
        covered_at=now,
        reason=keep(reason),
    )
    note("side_door.covered", on=door, by=by)


@step(may=can_close_door, hindrance=_is_closed_by_hand)
def withdraw(door: SideDoor, *, by: Any, reason: str) -> None:
    """Have it closed at the provider; it is when that is read back. No decision covers
    it from now on."""
    save(door, withdrawn_at=acting.now(), withdrawn_by=by)
    outbox.close_door(door)
    note("side_door.withdrawn", on=door, by=by)


@step(may=can_close_door, hindrance=_is_watched)
def say_closed(door: SideDoor, *, by: Any, reason: str) -> None:
    """Closed in the portal, where no machine looks any more."""
    save(door, closed_at=acting.now())
    note("side_door.said_closed", on=door, by=by)


# Access as a door that we open at the provider: what is seen of it, beside what was
# decided.

# Between what was sent and what was written down of it.
TOLERANCE = timedelta(minutes=5)
CLOSED_THERE = gettext_lazy("The provider shows that the access is closed.")


@step
def look_at(
    connection: Connection, doors: Iterable[Door], *, by: Any, asked_at: datetime
) -> list[str]:
    """Compare what stands open with the access that runs: what was closed has ended,
    and what nobody here has decided is a side door. Returns a line for each."""
    open_now = {door.place.lower(): door for door in doors}
    lines = []
    openings = []
    for grant in _running(connection, asked_at):
        door = open_now.pop(_place(grant.access_request), None)
        if door is None:
            lines += _ended_there(grant, by)
        elif _is_longer(grant, door):
            openings.append(_opening(door, grant.access_request))
    # Being opened just now, or just closed: the next look tells.
    passing = {place for place in open_now if _is_ours(connection, place, asked_at)}
    openings += [
        _opening(door) for place, door in open_now.items() if place not in passing
    ]
    opened = SideDoor.Kind.OPENED
    return lines + settle(connection, opened, openings, by=by, leave=passing)


@step
def look_at_outsiders(
    connection: Connection, shown: Mapping[SideDoor.Kind, Iterable[Door]], *, by: Any
) -> list[str]:
    """Who of another tenant may enter without asking is a side door, by the kinds of
    those. Returns a line for each new one."""
    return [
        line
        for kind, doors in shown.items()
        for line in settle(connection, kind, map(_opening, doors), by=by)
    ]


def _opening(door: Door, access_request: AccessRequest | None = None) -> Opening:
    return Opening(
        door.place, door.what, door.until, door.raw, access_request=access_request
    )


def _running(connection: Connection, asked_at: datetime) -> list[AccessGrant]:
    """What ran already when the provider was asked."""
    rows = AccessGrant.objects.running().filter(
        access_request__connection=connection, opens_at__lt=asked_at
    )
    return list(rows.select_related("access_request"))


def _place(access_request: AccessRequest) -> str:
    return access_request.external_id.partition("/")[0].lower()


def _ended_there(grant: AccessGrant, by: Any) -> list[str]:
    """Closed by the vendor, or by somebody in its portal. At its own end the clock ends
    it, and what was revoked is ended by the answer."""
    request = AccessRequest.objects.select_for_update().get(pk=grant.access_request_id)
    current = request.grants.running().filter(pk=grant.pk).first()
    runs_out = grant.ends_at - TOLERANCE < acting.now()
    if current is None or runs_out or request.revoked_at is not None:
        return []
    current.access_request = request
    account = in_record(CLOSED_THERE)
    delivery.end(current, AccessGrant.EndReason.COMPLETED, by=by, account=account)
    return [f"{request}: {account}"]


def _is_longer(grant: AccessGrant, door: Door) -> bool:
    return door.until is None or door.until > grant.ends_at + TOLERANCE


def _is_ours(connection: Connection, place: str, asked_at: datetime) -> bool:
    """Is it being opened just now, or was it closed since the provider was asked?"""
    requests = AccessRequest.objects.filter(
        connection=connection, external_id__istartswith=place
    )
    return any(
        outbox.may_have_taken_effect(row)
        or row.grants.filter(opens_at__gte=asked_at).exists()
        or row.grants.filter(ended_at__gte=asked_at - TOLERANCE).exists()
        for row in requests
        if _place(row) == place
    )


# Ordering that earlier decisions are tried anew. The sweep does it.


@step
def order(
    *, by: Any, authority: Authority, premise: str = "", since: date | None = None
) -> ReplayRun:
    """Raises ValidationError where the premise can't be read, or supposes that
    something of another authority is revoked."""
    require(can_order_replay(by, authority.pk))
    return _ordered(by, authority, premise, since)


@step
def order_everywhere(
    *, by: Any, premise: str = "", since: date | None = None
) -> ReplayRun:
    """For whoever operates the installation: the cases of every authority."""
    require(by.is_machine)
    return _ordered(by, None, premise, since)


def _ordered(
    by: Any, authority: Authority | None, premise: str, since: date | None
) -> ReplayRun:
    try:
        supposed = parse(premise)
        _refuse_unknown(supposed, authority)
    except ValidationError as error:
        raise ValidationError({"premise": error.messages}) from error
    run = ReplayRun.objects.create(
        authority=authority,
        premise=str(supposed),
        since=since,
        ordered_by=by,
        ordered_at=acting.now(),
    )
    note("replay.ordered", on=run, by=by, premise=run.premise)
    return run


def _refuse_unknown(premise: Premise, authority: Authority | None) -> None:
    rows = StandingAssessment.objects.filter(
        pk__in=premise.revoked, confirmed_at__isnull=False
    )
    if authority is not None:
        rows = rows.filter(authority=authority)
    if unknown := premise.revoked - set(rows.values_list("pk", flat=True)):
        numbers = ", ".join(str(number) for number in sorted(unknown))
        raise ValidationError(
            _("There is no confirmed standing assessment with the number %(numbers)s.")
            % {"numbers": numbers}
        )


# The key that secrets in the database are sealed with, and a new one in its place.
#
# Killed at any moment, each secret opens with a key of the file, and what is run again
# goes on from there.

OWNER = "owner"
CHANGES = "hashtextextended('lockbox sealing key', 0)"


class Sealed(NamedTuple):
    """A secret, by where it stands."""

    model: type[Model]
    column: str
    pk: Any

    def __str__(self) -> str:
        return f"{self.model._meta.verbose_name} {self.pk} ({self.column})"


class AlreadyChanging(Exception):
    """Another process has begun to change the key, and is at it."""


def sealed_columns() -> list[tuple[type[Model], str]]:
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, SealedField)
    ]


def lost_secrets() -> list[Sealed]:
    """What no key of the file opens."""
    return [one for one in _all_sealed() if _opened(_text_of(one)) is None]


def change_key() -> tuple[int, list[Sealed]]:
    """A new key, or the one that an earlier call had begun with: all is sealed with it,
    and then the keys before it are dropped. Returns how many secrets were sealed anew,
    and those that no key opens. Raises NoSealingKey, AlreadyChanging, OSError."""
    with _alone():
        keys = sealing_keys()
        if len(keys) == 1:
            keys = [secrets.token_urlsafe(48), *keys]
            keep_sealing_keys(keys)
        _wait_for_who_seals_with_the_old()
        done = [_seal_anew(one, keys[0]) for one in _all_sealed()]
        lost = lost_secrets()
        keep_sealing_keys(keys[:1])
    return sum(done), lost


def _all_sealed() -> Iterator[Sealed]:
    for model, column in sealed_columns():
        rows = model._base_manager.using(OWNER).exclude(**{column: ""})
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            yield Sealed(model, column, pk)


def _text_of(one: Sealed) -> str:
    rows = one.model._base_manager.using(OWNER).filter(pk=one.pk)
    return rows.values_list(one.column, flat=True)[0]


def _opened(sealed: str) -> str | None:
    try:
        return unseal(sealed)
    except WrongKey:
        return None


def _seal_anew(one: Sealed, key: str) -> bool:
    with acting_as(machine_account(SYSTEM, using=OWNER), using=OWNER):
        row = one.model._base_manager.using(OWNER).select_for_update().get(pk=one.pk)
        sealed = getattr(row, one.column)
        secret = None if is_sealed_with(key, sealed) else _opened(sealed)
        if secret is None:
            return False
        setattr(row, one.column, sealed_with(key, secret))
        row.save(using=OWNER, update_fields=[one.column])
    return True


@contextmanager
def _alone() -> Iterator[None]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(f"select pg_try_advisory_lock({CHANGES})")
        if not cursor.fetchone()[0]:
            raise AlreadyChanging("Another process is changing the key.")
        try:
            yield
        finally:
            cursor.execute(f"select pg_advisory_unlock({CHANGES})")


def _wait_for_who_seals_with_the_old() -> None:
    """Whoever had read the file before it was changed has committed after this."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(f"select pg_advisory_lock({SEALS})")
        cursor.execute(f"select pg_advisory_unlock({SEALS})")
