"""Acts, of the steps of oversight: access use, deviation, log gap, provider log,
reconciliation, reported act, support ticket and unasked access."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from audit_app.history import add_unversioned
from requests_app.cases.access.models import AccessGrant, SupportTicket
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps.request import receive, set_aside
from requests_app.cases.review.rights.involvement import is_its_client
from requests_app.cases.review.steps.gate import live_reviews, review_for
from requests_app.core.content import keep, keep_many, refuse_future, sealed
from requests_app.core.models import Content
from requests_app.core.step import note, save, step
from requests_app.core.words.texts import in_record
from requests_app.oversight.law import (
    Access,
    Accesses,
    Divergence,
    Granted,
    Marking,
    Match,
    access_of,
    accesses_since,
    divergences,
    unsaid,
    usage,
)
from requests_app.oversight.models import (
    FILE,
    AccessUse,
    Deviation,
    DeviationEvent,
    EventOutcome,
    IncidentDuty,
    LogGap,
    LogPosition,
    ProviderLog,
    ReconciliationRule,
)
from requests_app.oversight.rights import (
    can_conclude_deviation,
    can_explain_gap,
    can_read_file,
    can_take_deviation,
)
from requests_app.oversight.steps.incidents import (
    begin_of_deviation,
    settle_consents,
    settle_without_report,
)
from requests_app.providers.application import Application, Event
from requests_app.providers.protocol import LogPage, Missing, Ticket
from requests_app.registers.models.cloud import (
    Confidence,
    Connection,
    Outcome,
    Reason,
    Use,
)

# What became of each access, as far as is known: stated when it has ended, and stated
# anew when something late changes it.

SAME = ("use", "acts", "outside")


def state_uses(
    connection: Connection, accesses: Iterable[Access], *, by: Any
) -> list[str]:
    """Inside a step. Returns a line for each that is stated otherwise than before."""
    rows = [access for access in accesses if access.granted.windows]
    keys = [access.key for access in rows]
    acts = _acts(keys)
    last = _last(keys)
    known_until, gaps = known_until_of(connection), _gaps(connection)
    new, lines = [], []
    for access in rows:
        use = usage(access, acts[access.key], known_until, gaps, acting.now())
        before = last.get(access.key)
        row = _row(access, use, acts[access.key], known_until, before)
        if use == Use.RUNNING or (before is not None and _is_same(before, row)):
            continue
        new.append(row)
        if before is not None:
            lines.append(f"{connection}: {access.numbers[0]}: {use}")
            _tell(row, by)
    add_unversioned(new)
    return lines


def known_until_of(connection: Connection) -> datetime | None:
    """All that happened before has come to us, but for the gaps; None where nothing
    tells."""
    logs = connection.logs.with_known_until()
    ends = list(logs.values_list("known_until", flat=True))
    return None if None in ends else min(ends, default=None)


def _gaps(connection: Connection) -> list[Missing]:
    rows = LogGap.objects.filter(log__connection=connection)
    return [Missing(row.since, row.until, row.why) for row in rows]


def _acts(keys: list[int]) -> dict[int, list[Match]]:
    acts: dict[int, list[Match]] = defaultdict(list)
    rows = EventOutcome.objects.current().filter(access_request__in=keys)
    for row in rows:
        match = Match(
            Outcome(row.outcome),
            Confidence(row.confidence),
            Reason(row.reason),
            row.access_request_id,
            [],
            (),
        )
        acts[row.access_request_id or 0].append(match)
    return acts


def _last(keys: list[int]) -> dict[int, AccessUse]:
    rows = AccessUse.objects.filter(access_request__in=keys).order_by("number")
    return {row.access_request_id: row for row in rows}


def _row(
    access: Access,
    use: Use,
    acts: list[Match],
    known_until: datetime | None,
    before: AccessUse | None,
) -> AccessUse:
    return AccessUse(
        access_request_id=access.key,
        number=before.number + 1 if before else 1,
        use=use,
        acts=len(acts),
        outside=sum(row.outcome != Outcome.INSIDE for row in acts),
        known_until=known_until,
        stated_at=acting.now(),
    )


def _is_same(before: AccessUse, now: AccessUse) -> bool:
    return all(getattr(before, name) == getattr(now, name) for name in SAME)


def _tell(row: AccessUse, by: Any) -> None:
    """On the case: what had been said of its use no longer holds."""
    case = AccessRequest.objects.get(pk=row.access_request_id)
    note("access.use_restated", on=case, by=by, use=row.use)


# Deviations: found when an act is reported, taken on and concluded by people.

Status = Deviation.Status
# Of what no grant was compared with: what people read that it is.
KINDS: dict[str, str] = {
    Outcome.WITHOUT_GRANT: Deviation.Kind.NO_GRANT,
    Outcome.OUTSIDE_TIME: Deviation.Kind.TIME,
    Outcome.BYPASS: Deviation.Kind.BYPASS,
    Outcome.UNCLEAR: Deviation.Kind.UNCLEAR,
}


def find_deviations(
    event: AccessEvent, granted: Granted, *, by: Any, says_all: bool = False
) -> None:
    """Inside a step: hold an act that was reported of a request against what was
    granted. `says_all`: told by who has promised to say all that is compared, so that
    what is left out is a deviation."""
    assert event.access_request is not None  # noqa: S101 — it was reported of it
    differences = divergences(event, granted)
    differences += unsaid(event, granted) if says_all else ()
    if differences:
        for review in _concerned(event, event.access_request):
            _add_act(review, differences, event, by)


def _add_act(
    review: SecrecyReview, differences: list[Divergence], event: AccessEvent, by: Any
) -> None:
    """To the deviation of acts that diverged alike, while nobody has concluded it."""
    kinds = [row.kind for row in differences]
    rows = review.deviations.filter(
        status=Status.OPEN, event__isnull=False, outcome_of_acts=""
    )
    alike = [row for row in rows.order_by("pk") if row.kind_names == kinds]
    deviation = alike[0] if alike else _find(review, differences, event=event, by=by)
    _act(deviation, event).save()


def put_in_deviations(marked: list[tuple[EventOutcome, Match]], *, by: Any) -> None:
    """Inside a step: acts of a log that people are to look at. What came out alike in
    one case is one deviation, as long as nobody has concluded it. An act is in one that
    is open at most, and in none twice for the same outcome: its page says what it came
    out as last."""
    looked_at = _looked_at([row.event_id for row, _match in marked])
    open_now: dict[tuple[int, str], Deviation] = {}
    cases: dict[int | None, AccessRequest] = {}
    acts = []
    for row, match in marked:
        case = cases.get(row.access_request_id) or row.access_request
        assert case is not None  # noqa: S101 — what is marked has a case
        cases[case.pk] = case
        for review in _concerned(row.event, case):
            key = (review.pk, row.outcome)
            if (*key, row.event_id) in looked_at:
                continue
            if key not in open_now:
                open_now[key] = _deviation_of(review, row, match, by)
            acts.append(_act(open_now[key], row.event))
    add_unversioned(acts)


def _looked_at(events: list[int]) -> set[tuple[int, str, int]]:
    """In which reviews acts need not be put in a deviation, and for which outcomes: for
    any where one is open."""
    rows = DeviationEvent.objects.filter(event__in=events).select_related("deviation")
    return {
        (row.deviation.review_id, outcome, row.event_id)
        for row in rows
        for outcome in (
            Outcome.values
            if row.deviation.status == Status.OPEN
            else [row.deviation.outcome_of_acts]
        )
    }


def _act(deviation: Deviation, event: AccessEvent) -> DeviationEvent:
    return DeviationEvent(deviation=deviation, event=event, added_at=acting.now())


def _deviation_of(
    review: SecrecyReview, row: EventOutcome, match: Match, by: Any
) -> Deviation:
    rows = review.deviations.filter(status=Status.OPEN, outcome_of_acts=row.outcome)
    known = rows.order_by("pk").first()
    if known is not None:
        return known
    differences = list(match.divergences) or [_without_grant(row)]
    # One that was concluded of the same act has it as its event.
    is_named = review.deviations.filter(event=row.event).exists()
    return _find(
        review,
        differences,
        event=None if is_named else row.event,
        by=by,
        outcome_of_acts=row.outcome,
    )


def _without_grant(row: EventOutcome) -> Divergence:
    event = row.event
    kind = KINDS.get(row.outcome, Deviation.Kind.RULE)
    if kind == Deviation.Kind.BYPASS:
        return Divergence(kind, event.unasked, "")
    return Divergence(kind, event.object_name or event.action, "")


def find_late_end(grant: AccessGrant, *, by: Any) -> None:
    """Inside a step: it was revoked, and ran its whole time all the same."""
    request = grant.access_request
    assert request.revoked_at is not None  # noqa: S101 — the caller has asked
    times = (grant.ends_at.isoformat(), request.revoked_at.isoformat())
    for review in live_reviews(request):
        late = Divergence(Deviation.Kind.LATE_END, *times)
        _find(review, [late], event=None, by=by)


def _find(
    review: SecrecyReview,
    differences: list[Divergence],
    *,
    event: AccessEvent | None,
    by: Any,
    outcome_of_acts: str = "",
) -> Deviation:
    deviation = Deviation.objects.create(
        review=review,
        access_request=review.access_request,
        event=event,
        outcome_of_acts=outcome_of_acts,
        divergences=[row.as_row() for row in differences],
        discovered_at=acting.now(),
    )
    begin_of_deviation(deviation)
    note("deviation.found", on=deviation, by=by)
    return deviation


def _concerned(
    event: AccessEvent, access_request: AccessRequest
) -> list[SecrecyReview]:
    """Whose object it was; everybody's, where that is not known."""
    reviews = live_reviews(access_request)
    name = event.object_name.strip()
    objects = access_request.requested_objects.filter(external_id__iexact=name)
    theirs = set(objects.values_list("review", flat=True)) if name else set()
    own = [review for review in reviews if review.pk in theirs]
    if own or reviews:
        return own or reviews
    return [_last_of(access_request)]


def _last_of(access_request: AccessRequest) -> SecrecyReview:
    """Where none has a say any more: one that was handed on or merged. Where nobody has
    routed it, whoever runs the connection finds out whose it was."""
    known = access_request.reviews.order_by("pk").first()
    if known is not None:
        return known
    review = review_for(access_request, access_request.connection.authority_id)
    review.access_request = access_request
    if access_request.status not in AccessRequest.AWAITING:
        save(review, status=SecrecyReview.Status.LAPSED)
    return review


@step(starts_from=(Status.OPEN,), may=can_take_deviation)
def take(deviation: Deviation, *, by: Any) -> None:
    """Take it on, or over from somebody else: its clocks are theirs from then."""
    save(deviation, owner=by, owned_at=acting.now())
    note("deviation.taken", on=deviation, by=by)


@step(starts_from=(Status.OPEN,), may=can_conclude_deviation)
def conclude(deviation: Deviation, *, by: Any, outcome: str, conclusion: str) -> None:
    """Say what it was, and why. It is not opened again: a new act is a new one. Of
    what was no incident nothing has to be told."""
    if outcome != Deviation.Outcome.INCIDENT:
        left = IncidentDuty.objects.filter(deviation=deviation)
        for duty in left.filter(status=IncidentDuty.Status.OPEN):
            settle_without_report(duty, by=by, reason=conclusion)
    save(
        deviation,
        status=Status.CONCLUDED,
        outcome=outcome,
        conclusion=keep(conclusion),
        concluded_by=by,
        concluded_at=acting.now(),
    )
    note("deviation.concluded", on=deviation, by=by, outcome=outcome)


def hindrance_to_closing(review: SecrecyReview) -> str:
    if review.deviations.filter(status=Status.OPEN).exists():
        return _("A deviation is not concluded yet: do that before the case is closed.")
    return ""


# A gap of a log is explained by people: what is known of that time all the same.


def _is_explained(_may: Any, gap: LogGap) -> str:
    return "" if gap.is_open else _("It has been explained already.")


@step(may=can_explain_gap, hindrance=_is_explained)
def explain_gap(gap: LogGap, *, by: Any, explanation: str) -> None:
    """What is known of that time. The gap stays: whether access was used then is not
    known by it."""
    save(
        gap,
        explanation=keep(explanation),
        explained_by=by,
        explained_at=acting.now(),
    )
    note("log.gap_explained", on=gap, by=by)


# Taking in what a provider's logs tell: each record once, as it came, in any order
# and however often it is told.

# For one reading, and as long as nobody else begins one.
LEASE = timedelta(minutes=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
ODD = gettext_lazy(
    "%(count)s records of the log “%(log)s” could not be read: %(trouble)s"
)


class Record(NamedTuple):
    """One record as it came, and what it tells of."""

    raw: bytes
    events: list[Event]


class Odd(NamedTuple):
    """One that could not be read, and why."""

    raw: bytes
    trouble: str


@step
def logs_of(connection: Connection, *, by: Any) -> list[ProviderLog]:
    """A row for each log that the connection's provider has, made where it lacks."""
    names = [log.name for log in connection.product.abilities.logs]
    rows = {row.name: row for row in connection.logs.all()}
    for name in names:
        if name not in rows:
            rows[name] = log_named(connection, name)
    return [rows[name] for name in names if rows[name].is_read]


def log_named(connection: Connection, name: str) -> ProviderLog:
    """Inside a step."""
    Connection.objects.select_for_update(of=("self",)).get(pk=connection.pk)
    row = connection.logs.filter(name=name).first()
    if row is None:
        row = ProviderLog(connection=connection, name=name)
        row.save()
        LogPosition.objects.create(log=row)
    return row


def lease(log: ProviderLog) -> LogPosition | None:
    """The position, for whoever reads now; None where it is not due, or somebody else
    reads."""
    now = acting.now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    due = Q(next_at=None) | Q(next_at__lte=now)
    rows = LogPosition.objects.filter(free, due, log=log)
    taken = rows.update(leased_until=now + LEASE)
    return LogPosition.objects.get(log=log) if taken else None


def release(position: LogPosition, trouble: str, retry_after: int | None) -> None:
    """After a reading: what hindered it is told, and it is tried again the later the
    longer that lasts."""
    now = acting.now()
    position.leased_until, position.trouble = None, trouble[:300]
    if not trouble:
        position.failures, position.answered_at, position.next_at = 0, now, None
    else:
        position.failures += 1
        wait = min(FIRST_WAIT * 2 ** min(position.failures - 1, 10), LONGEST_WAIT)
        position.next_at = now + max(wait, timedelta(seconds=retry_after or 0))
    position.save()


@step
def take_in_page(
    log: ProviderLog,
    position: LogPosition,
    page: LogPage,
    records: list[Record],
    odd: list[Odd],
    *,
    by: Any,
) -> int:
    """What a page of the log tells, and where to go on, at once. Returns how many acts
    are new."""
    new = keep_records(log, records, by=by)
    for missing in page.missing:
        _note_gap(log, missing, by)
    put_aside(log, odd, by=by)
    position.cursor, position.read_until = page.cursor, page.read_until
    position.leased_until = acting.now() + LEASE
    position.save()
    return new


@step
def file_log(connection: Connection, *, by: Any) -> ProviderLog:
    """Into which files are read that somebody brings."""
    return log_named(connection, FILE)


@step(may=can_read_file)
def take_in_file(
    log: ProviderLog, records: list[Record], odd: list[Odd], *, by: Any
) -> int:
    """What a file of the log tells. Returns how many acts are new."""
    new = keep_records(log, records, by=by)
    put_aside(log, odd, by=by)
    note("log.file_read", on=log, by=by, acts=new, odd=len(odd))
    return new


def keep_records(log: ProviderLog, records: list[Record], *, by: Any) -> int:
    """Inside a step: every act that is not known yet. Who reads the same log waits."""
    ProviderLog.objects.select_for_update(of=("self",)).get(pk=log.pk)
    numbers = [event.external_id for record in records for event in record.events]
    rows_known = _beside(log).filter(external_id__in=numbers)
    known = set(rows_known.values_list("external_id", flat=True))
    rows: list[AccessEvent] = []
    payloads: list[Content] = []
    for record in records:
        new = list(_new(record.events, known))
        if new:
            payloads.append(sealed(record.raw, "application/json"))
            rows += [_provider_log_row(log, event, payloads[-1], by) for event in new]
    keep_many(payloads)
    add_unversioned(rows)
    if rows:
        note("log.read", on=log, by=by, acts=len(rows))
    return len(rows)


def _beside(log: ProviderLog) -> QuerySet[AccessEvent]:
    """What may tell of the same acts: what a machine reads of a log may come in a file
    too."""
    if log.name == FILE:
        return AccessEvent.objects.filter(log__connection=log.connection_id)
    of_file = Q(log__connection=log.connection_id, log__name=FILE)
    return AccessEvent.objects.filter(of_file | Q(log=log))


def _new(events: Iterable[Event], known: set[str]) -> Iterator[Event]:
    for event in events:
        if event.external_id not in known:
            known.add(event.external_id)
            yield event


def _provider_log_row(
    log: ProviderLog, event: Event, payload: Content, by: Any
) -> AccessEvent:
    return AccessEvent(
        connection_id=log.connection_id,
        log=log,
        payload=payload,
        reported_by=by,
        reported_at=acting.now(),
        **vars(event),
    )


def put_aside(log: ProviderLog, odd: list[Odd], *, by: Any) -> None:
    """Inside a step: what could not be read, as one thing for a person to look at."""
    if not odd:
        return
    trouble = in_record(ODD, count=len(odd), log=log.name, trouble=odd[0].trouble)
    body = b"[" + b",\n".join(row.raw for row in odd) + b"]"
    set_aside(log.connection, by=by, payload=body, trouble=trouble)


def _note_gap(log: ProviderLog, missing: Missing, by: Any) -> None:
    """Told once, however often it is met; one that overlaps is another."""
    known = log.gaps.filter(since__lte=missing.since, until__gte=missing.until)
    if known.exists():
        return
    gap = LogGap(
        log=log,
        since=missing.since,
        until=missing.until,
        why=missing.why[:300],
        noticed_at=acting.now(),
    )
    gap.save()
    note("log.gap", on=gap, by=by)


# Access that nobody asked for: what a provider's log tells and no request covers gets
# a case of its own, so that it is registered, looked at and kept as every other.


def unasked_case(connection: Connection, *, by: Any) -> AccessRequest:
    """Inside a step: the case of the connection in which this is looked at now, or a
    new one. While somebody has it open, what comes belongs to it."""
    rows = AccessRequest.objects.select_for_update(of=("self",)).filter(
        connection=connection, received_by=AccessRequest.ReceivedBy.LOG
    )
    last = rows.order_by("-pk").first()
    if last is not None and _is_looked_at(last):
        return last
    return _new_case(connection, by)


def _is_looked_at(access_request: AccessRequest) -> bool:
    still = Deviation.objects.filter(
        access_request=access_request, status=Deviation.Status.OPEN
    )
    return still.exists() or not access_request.deviations.exists()


def _new_case(connection: Connection, by: Any) -> AccessRequest:
    before = AccessRequest.objects.filter(
        connection=connection, received_by=AccessRequest.ReceivedBy.LOG
    )
    number = f"LOG-{before.count() + 1}"
    received = receive(
        connection,
        Application(external_id=number),
        by=by,
        payload=json.dumps({"number": number}).encode(),
        received_by=AccessRequest.ReceivedBy.LOG,
    )
    case = received.access_request
    assert case is not None  # noqa: S101 — it is new
    save(case, status=AccessRequest.Status.ELSEWHERE)
    note("access.unasked", on=case, by=by)
    return case


# Holding what a provider's logs tell against what was granted: reckoned anew as long
# as something late may change it, and what differs is written beside the last time.

# What is granted or told later than this changes nothing by itself.
BACK = timedelta(days=14)
RECONCILIATION_SAME = (
    "outcome",
    "confidence",
    "reason",
    "access_request_id",
    "divergences",
    "unsaid",
)


@step
def reconcile(connection: Connection, *, by: Any, since: datetime) -> list[str]:
    """Hold each act that happened or became known since then against what was granted.
    Returns a line for what came out otherwise than before."""
    Connection.objects.select_for_update(of=("self",)).get(pk=connection.pk)
    events = connection.access_events.filter(
        Q(happened_at__gte=since) | Q(reported_at__gte=since)
    )
    rows = list(events.select_related("access_request").order_by("happened_at", "pk"))
    first = min([since, *(row.happened_at for row in rows[:1])])
    numbers = {name for row in rows for name in (*row.under, *row.perhaps_under)}
    granted = accesses_since(connection, first - BACK, numbers)
    accesses = Accesses(granted)
    matches = [accesses.match(_named(event), connection.pk) for event in rows]
    lines = _keep(connection, list(zip(rows, matches, strict=True)), by)
    return lines + state_uses(connection, granted, by=by)


def reckon_reported(event: AccessEvent, access: Access) -> None:
    """Inside a step: an act reported of a request, which is compared with that one's
    access."""
    match = Accesses([access]).match(_named(event), event.connection_id)
    add_unversioned([_reconciliation_row(event, match, access.key, number=1)])


def _named(event: AccessEvent) -> AccessEvent:
    """What is reported of a request is compared with that one."""
    if event.access_request is not None:
        event.perhaps_under = [event.access_request.external_id]
    return event


def _keep(
    connection: Connection, pairs: list[tuple[AccessEvent, Match]], by: Any
) -> list[str]:
    marking = Marking(_rules(connection))
    last = _last_outcomes([event.pk for event, _match in pairs])
    changed, marked, lines = [], [], []
    for event, match in pairs:
        before = last.get(event.pk)
        case = match.access
        # What was reported is looked at where it was told.
        is_in_log = event.log_id is not None
        is_marked = is_in_log and marking.is_marked(event, match, connection.pk)
        if case is None and is_marked:
            case = before.access_request_id if before else None
            case = case or unasked_case(connection, by=by).pk
        row = _reconciliation_row(
            event, match, case, number=before.number + 1 if before else 1
        )
        if before is not None and _reconciliation_is_same(before, row):
            continue
        changed.append(row)
        if is_marked:
            marked.append((row, match))
        if before is not None:
            lines.append(f"{connection}: {event.external_id}: {row.outcome}")
            _tell_changed(before, row, by)
    add_unversioned(changed)
    put_in_deviations(marked, by=by)
    return lines + [f"{connection}: {len(changed)} acts"] * bool(changed)


def _reconciliation_row(
    event: AccessEvent, match: Match, case: int | None, *, number: int
) -> EventOutcome:
    return EventOutcome(
        event=event,
        number=number,
        outcome=match.outcome,
        confidence=match.confidence,
        reason=match.reason,
        access_request_id=case,
        divergences=[row.as_row() for row in match.divergences],
        unsaid=list(match.unsaid),
        reckoned_at=acting.now(),
    )


def _reconciliation_is_same(before: EventOutcome, now: EventOutcome) -> bool:
    return all(
        getattr(before, name) == getattr(now, name) for name in RECONCILIATION_SAME
    )


def _last_outcomes(events: list[int]) -> dict[int, EventOutcome]:
    rows = EventOutcome.objects.filter(event__in=events).order_by("number")
    return {row.event_id: row for row in rows}


def _rules(connection: Connection) -> Iterable[ReconciliationRule]:
    rows = ReconciliationRule.objects.filter(
        authority=connection.authority_id, is_active=True
    )
    return rows.order_by("pk")


def _tell_changed(before: EventOutcome, now: EventOutcome, by: Any) -> None:
    """On the case, and the one that it was of: what had been said of it no longer
    holds."""
    keys = {before.access_request_id, now.access_request_id} - {None}
    for case in AccessRequest.objects.filter(pk__in=keys).order_by("pk"):
        note("access.reckoned_anew", on=case, by=by, act=now.event_id)


# What the provider says that it did: kept as it came, and compared with the grant.


@step(may=is_its_client)
def report(
    access_request: AccessRequest, *, by: Any, event: Event, payload: bytes
) -> AccessEvent:
    """The provider says what it did. The same event twice is one; another one under
    its number is refused."""
    known = access_request.access_events.filter(external_id=event.external_id).first()
    if known is None:
        return _keep_event(access_request, event, payload, by=by, says_all=True)
    if any(getattr(known, name) != value for name, value in vars(event).items()):
        taken = _("This number stands for another event.")
        raise ValidationError({"number": ValidationError(taken, code="number_in_use")})
    return known


@step
def take_in_event(
    access_request: AccessRequest, event: Event, *, by: Any, payload: bytes
) -> AccessEvent | None:
    """What a provider that is asked says it did. None where that is known already."""
    rows = AccessRequest.objects.select_for_update(of=("self",))
    access_request.refresh_from_db(from_queryset=rows)
    if access_request.access_events.filter(external_id=event.external_id).exists():
        return None
    return _keep_event(access_request, event, payload, by=by)


def _is_unanswered(_may: Any, review: SecrecyReview) -> str:
    if review.access_request.status not in AccessRequest.AWAITING:
        return ""
    return _("Nothing has been answered yet: no act can be recorded.")


@step(may="notes", hindrance=_is_unanswered)
def record_act(
    review: SecrecyReview,
    *,
    by: Any,
    happened_at: datetime,
    action: str,
    object_name: str = "",
    actor: str = "",
    employer: str = "",
    country: str = "",
    act: str = "",
) -> AccessEvent:
    """Write down what a provider without an interface says, or its log shows."""
    refuse_future("happened_at", happened_at)
    access_request = review.access_request
    values = {
        "happened_at": happened_at.isoformat(),
        "action": action,
        "object": object_name,
        "actor": actor,
        "employer": employer,
        "country": country,
        "act": act,
    }
    number = f"by-hand-{access_request.access_events.count() + 1}"
    event = Event(
        number, happened_at, action, object_name, actor, employer, country, act
    )
    payload = json.dumps(values, ensure_ascii=False).encode()
    row = _keep_event(access_request, event, payload, by=by)
    save(review)
    return row


def _keep_event(
    access_request: AccessRequest,
    event: Event,
    payload: bytes,
    *,
    by: Any,
    says_all: bool = False,
) -> AccessEvent:
    row = AccessEvent.objects.create(
        connection=access_request.connection,
        access_request=access_request,
        payload=keep(payload, "application/json"),
        reported_by=by,
        reported_at=acting.now(),
        **vars(event),
    )
    note("access.reported", on=access_request, by=by)
    access = access_of(access_request)
    find_deviations(row, access.granted, by=by, says_all=says_all)
    reckon_reported(row, access)
    return row


# Support tickets and their consents, noted as the provider shows them.

NO_CONSENT = {"advanced_diagnostics": False, "other_consents": ""}


@step
def note_ticket(connection: Connection, ticket: Ticket, *, by: Any) -> bool:
    """Keep what the provider shows of it, by a machine, where it carries a consent or
    is known. True where something is new."""
    rows = connection.support_tickets.select_for_update(of=("self",))
    row = rows.filter(name__iexact=ticket.name).first()
    shown = {
        "number": ticket.number,
        "status": ticket.status,
        "advanced_diagnostics": ticket.advanced_diagnostics,
        "other_consents": ", ".join(ticket.other_consents)[:300],
    }
    if row is None:
        row = SupportTicket(connection=connection, name=ticket.name, **shown)
        if not row.carries_consent:
            return False
        row.save()
    elif all(getattr(row, name) == value for name, value in shown.items()):
        return False
    else:
        save(row, **shown)
    note("support_ticket.seen", on=row, by=by)
    settle_consents(connection, by=by)
    return True


@step
def note_shown(connection: Connection, names: Collection[str], *, by: Any) -> None:
    """All tickets that the provider still shows: what the others carried is gone."""
    shown = {name.lower() for name in names}
    rows = connection.support_tickets.with_consent().select_for_update(of=("self",))
    gone = [row for row in rows if row.name.lower() not in shown]
    for row in gone:
        save(row, **NO_CONSENT)
        note("support_ticket.seen", on=row, by=by)
    if gone:
        settle_consents(connection, by=by)
