"""Ladders, of what the sweep does for duty: acknowledging, drills, floods, ladder
copies, ladder message, roster and roster feed."""

import json
import logging
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import record
from requests_app.cases.intake.models.request import AccessRequest, deadline_path
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import Authority
from requests_app.core.queue import flood_url, turn_address, url
from requests_app.core.step import Busy
from requests_app.core.words.texts import moment_in_words
from requests_app.duty.ladders import Queues, Waiting, due_now, on_duty
from requests_app.duty.models.notices import (
    OWN_WAYS,
    DrillCall,
    LadderNotice,
    NoticeChannel,
    NoticeWay,
    TurnTaken,
)
from requests_app.duty.models.roster import Act, RosterGroup, RosterPattern, Shift
from requests_app.duty.rights import people_for, staffed_authorities
from requests_app.duty.roster.coverage import coverage_of, people_at_work, ways_to
from requests_app.duty.roster.gaps import told_once
from requests_app.duty.roster_events import SECONDS
from requests_app.duty.steps import (
    AHEAD,
    Entry,
    FirstGap,
    address_refused,
    address_taken,
    copy_ladder,
    keep_gaps,
    lay_further,
    take_in_calendar,
)
from requests_app.duty.sweep import channels
from requests_app.duty.sweep.channels import (
    ANOTHER_SWEEP,
    OF_ALL,
    OF_THE_WAY,
    AddressRefused,
    Message,
    hand_over,
)
from requests_app.providers import http
from requests_app.providers.addresses import Refused
from requests_app.providers.protocol import Acknowledging, Connector, Unreachable
from requests_app.providers.secrets import WrongKey, unseal
from requests_app.registers.models.cloud import Connection

# Telling a provider that the review of its request has begun, where it hears of it.

Status = SecrecyReview.Status
NOT_BEGUN = (Status.NEW, Status.REGISTERED)


def to_acknowledge(connection: Connection) -> QuerySet[AccessRequest]:
    """Requests that somebody works on, and whose provider has not been told so."""
    told_in = connection.product.abilities.acknowledged_from
    if not told_in:
        return AccessRequest.objects.none()
    begun = SecrecyReview.objects.live().exclude(status__in=NOT_BEGUN)
    return AccessRequest.objects.filter(
        connection=connection,
        status__in=AccessRequest.AWAITING,
        provider_status__in=told_in,
        reviews__in=begun,
    ).distinct()


def acknowledge(
    access_request: AccessRequest, connector: Connector, *, by: Any
) -> None:
    """Raises Unreachable."""
    telling = cast(Acknowledging, connector)
    reply = telling.acknowledge(access_request.external_id)
    if reply.status >= 300:
        raise Unreachable(f"HTTP {reply.status}")
    dialogue.review_is_told(access_request, by=by)


# Messages of drills, by the ways of those of real requests: what is tried is whether
# they arrive.

log = logging.getLogger(__name__)


def send_drills(by: Any) -> list[str]:
    """To each who is called, until some way has taken it or the drill is over."""
    now = acting.now()
    waiting = DrillCall.objects.filter(
        told_at=None, came_at=None, drill__ended_at=None, drill__ends_at__gt=now
    )
    called = sum(_tell(pk, by) for pk in waiting.values_list("pk", flat=True))
    return [f"drills: {called} called"] if called else []


def _tell(pk: int, by: Any) -> bool:
    """False where nothing took it, or another sweep has it."""
    with transaction.atomic(), acting_as(by):
        rows = DrillCall.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("drill__authority", "person")
        call = rows.filter(pk=pk, told_at=None).first()
        if call is None:
            return False
        ways, troubles = _hand_over(call)
        if not ways and call.trouble == troubles:
            return False
        call.ways, call.trouble = ways, troubles
        call.told_at = acting.now() if ways else None
        call.save()
        for way in ways:
            who, item = str(call.person), _item(call)
            record("notice.sent", by=by, on=call, person=who, item=item, way=way)
        return bool(ways)


def _hand_over(call: DrillCall) -> tuple[list[str], str]:
    """The ways that took it, and what the others said."""
    taken, troubles = [], []
    with translation.override(call.person.language):
        message = _message(call)
        ways = [way for way, is_there in ways_to(call.person).items() if is_there]
        if not ways:
            return [], _("No way leads to them: no address, no device, no number.")
        for way in ways:
            try:
                hand_over(
                    way,
                    message,
                    person=call.person,
                    authority=call.drill.authority_id,
                )
                taken.append(way)
            except (*OF_THE_WAY, AddressRefused, OSError) as error:
                log.error("%s to person %s: %s", way, call.person_id, error)
                troubles.append(str(error))
    return taken, "; ".join(troubles)[:300]


def _message(call: DrillCall) -> Message:
    item = _item(call)
    return Message(
        str(call.drill),
        item,
        item,
        call.drill.ends_at,
        f"drill {call.drill_id} {call.pk}",
    )


def _item(call: DrillCall) -> str:
    return url("drill_change", call.drill_id)


# One notice of a ladder: of what, to whom and how; and which ways take nothing.


class To:
    """One notice to send: of what, to whom, and how."""

    def __init__(
        self,
        one: Waiting,
        way: str,
        key: int,
        rung: int,
        taken: TurnTaken | None = None,
        person: Any = None,
    ) -> None:
        self.one, self.way, self.key, self.rung = one, way, key, rung
        self.taken, self.person = taken, person
        self.channel: NoticeChannel | None = one.channels.get(key)
        # Of a flood: those that are told of with it; and the notice that told already.
        self.others: list[To] = []
        self.told_with: LadderNotice | None = None
        self.is_of_the_way = False
        self.trouble = ""

    @property
    def language(self) -> str:
        return self.person.language if self.person else settings.LANGUAGE_CODE

    @property
    def mark(self) -> str:
        """Which heartbeat tells that it takes nothing."""
        is_channel = self.way == NoticeWay.COLLEAGUES
        return f"{Heartbeat.CHANNEL if is_channel else Heartbeat.WAY}" + (
            str(self.key) if is_channel else self.way
        )

    def row(self) -> dict[str, Any]:
        return {
            "item": self.one.item,
            "act": self.one.act,
            "turn": self.one.turn,
            "ends_at": self.one.ends_at,
            "rung": self.rung,
            "by": self.way,
            "key": self.key,
            "taken": self.taken,
        }


def message_of(to: To, row: LadderNotice) -> Message:
    number, item = " ".join(str(to.one.about).split()), to.one.item
    take = turn_address(to.one.about, to.one.act)
    if to.others:
        number = _("%(count)s new requests by mail") % {"count": len(to.others) + 1}
        item = take = flood_url()
    return Message(
        number=number,
        item=item,
        take=take,
        ends_at=to.one.ends_at,
        key=f"ladder {row.pk}",
        maybe_twice=row.maybe_twice,
        taken_by=str(to.taken.person) if to.taken else "",
    )


def way_troubles(beats: Any) -> list[str]:
    """What whoever runs it must know: a way to people that takes nothing."""
    text = _("Notices do not go out by %(way)s, the last time %(at)s: %(trouble)s")
    return [
        text
        % {
            "way": NoticeWay(beat.name.removeprefix(Heartbeat.WAY)).label,
            "at": moment_in_words(beat.at),
            "trouble": beat.trouble,
        }
        for beat in beats
        if beat.name.startswith(Heartbeat.WAY)
    ]


# Many new requests by mail at once: told of in one notice, and nobody woken twice.

# More than these are a flood; and what comes for so long after it belongs to it.
FLOOD, LULL = 5, timedelta(minutes=15)


def folded(notices: Iterable[To]) -> Iterator[To]:
    """The notices to send, each flood as one that holds the `others`. One whose
    `told_with` is set has been told of already, and is only noted."""
    many: dict[tuple[str, int], list[To]] = defaultdict(list)
    for to in notices:
        if to.one.comes_in_floods and to.taken is None:
            many[to.way, to.key].append(to)
        else:
            yield to
    in_floods = _in_floods(many)
    for (way, key), group in many.items():
        last = _last_flood(way, key)
        is_flood = len(group) > FLOOD or any(
            to.one.access_request.pk in in_floods for to in group
        )
        if last is None and not is_flood:
            yield from group
            continue
        first, *first.others = group
        first.told_with = last
        yield first


def _in_floods(many: dict[tuple[str, int], list[To]]) -> set[int]:
    """The requests of which a notice has told with others: on a higher rung too they
    are told of together."""
    keys = {to.one.access_request.pk for group in many.values() for to in group}
    rows = LadderNotice.objects.filter(access_request__in=keys)
    rows = rows.filter(told_with__isnull=False)
    return set(rows.values_list("access_request", flat=True))


def _last_flood(way: str, key: int) -> LadderNotice | None:
    """What told whoever it is of a flood that is not over."""
    rows = LadderNotice.objects.filter(
        by=way, key=key, told_with__isnull=False, sent_at__gt=acting.now() - LULL
    )
    row = rows.select_related("told_with").order_by("-sent_at").first()
    return row.told_with if row else None


# Ladder and roster, copied onto what has come since the last round.


def copy_ladders(by: Any) -> None:
    """Onto what has come since the last round, with who is on duty now."""
    clocked = {f"{deadline_path()}__isnull": False}
    rows = AccessRequest.objects.filter(
        status__in=AccessRequest.AWAITING, notice_ladder=None, **clocked
    )
    for request in rows.select_related("connection"):
        with suppress(Busy):  # somebody holds it: the next round comes in a minute
            copy_ladder(request, by=by, roster=_roster(request))


def _roster(request: AccessRequest) -> dict[str, Any]:
    """For each authority that it concerns and each act, who is on duty; None where no
    roster is laid."""
    connection, now = request.connection, acting.now()
    authorities = {*request.reviews.values_list("authority", flat=True)}
    acts = [act for act in Act if act != Act.EXECUTE]
    places: list[tuple[int, Act]] = [(pk, act) for pk in authorities for act in acts]
    places.append((connection.authority_id, Act.EXECUTE))
    roster: dict[str, Any] = {}
    for authority, act in places:
        there = on_duty(authority, connection.product_id, act, now)
        people = sorted(there) if there is not None else None
        roster.setdefault(str(authority), {})[str(act)] = people
    return roster


# Notices of ladders to staff, by mail, to phones, as text messages and in channels of
# colleagues: number, clock and link, and who took it. Never what it is about.
#
# Each is begun, sent, and noted as sent. What dies between is sent once more and says
# that it may come twice; what is known to have failed is due again the next round.

ROUND = 30  # seconds after which a round begins no other notice
# What was begun so shortly ago another sweep may be sending now.
LEASE = timedelta(minutes=2)


class NotTold(Exception):
    """Some notices of ladders were not taken."""


def send_ladder_notices(by: Any, queues: Queues) -> list[str]:
    """Each notice by itself. Raises NotTold at the end if some were not taken."""
    copy_ladders(by)
    until = time.monotonic() + ROUND
    sent, failed, trouble, dead = 0, 0, "", set()
    for to in folded(_to_send(queues)):
        if time.monotonic() > until:
            break
        if to.way in dead:
            continue
        outcome = send(to, by)
        sent += outcome is True
        failed += outcome is None
        trouble = to.trouble or trouble
        if outcome is None and to.is_of_the_way:
            dead.add(to.way)
    if failed:
        raise NotTold(f"{failed} notices of ladders were not taken, as: {trouble}")
    return [f"notices: {sent} sent"] if sent else []


def _to_send(queues: Queues) -> Iterator[To]:
    """What ladders have due, and that somebody took what others had been told of."""
    silent = channels.silent_channels(Heartbeat.objects.all())
    for one, tell in due_now(queues.waiting):
        is_silent = tell.by == NoticeWay.COLLEAGUES and tell.key in silent
        if is_silent and acting.now() < channels.next_try(silent[tell.key]):
            continue
        person = None if tell.by == NoticeWay.COLLEAGUES else one.person(tell.key)
        yield To(one, tell.by, tell.key, tell.rung, person=person)
    turns = TurnTaken.objects.filter(held_until__gt=acting.now())
    for taken in turns.select_related("person", "access_request__connection"):
        yield from _of_taken(taken)


def _of_taken(taken: TurnTaken) -> Iterator[To]:
    rows = LadderNotice.objects.filter(
        item=taken.item,
        act=taken.act,
        turn=taken.turn,
        taken=None,
        sent_at__lte=taken.taken_at,
    )
    known = set(taken.notices.exclude(sent_at=None).values_list("by", "key"))
    ways = {(row.by, row.key): row for row in rows}
    keys = {key for way, key in ways if way in OWN_WAYS} - {taken.person_id}
    people = people_at_work().in_bulk(keys)
    for (way, key), row in ways.items():
        if (way, key) in known:
            continue
        about = taken.review or taken.access_request
        one = Waiting(taken.item, about, taken.act, taken.turn, row.ends_at)
        if way == NoticeWay.COLLEAGUES:
            one.channels |= NoticeChannel.objects.filter(ended_at=None).in_bulk([key])
        if key in (one.channels if way == NoticeWay.COLLEAGUES else people):
            yield To(one, way, key, row.rung, taken, people.get(key))


def send(to: To, by: Any) -> bool | None:
    """True where it went, False where another sweep has it, None where it failed."""
    row = _begin(to, by)
    if row is None:
        return False
    try:
        if to.told_with is None:
            with translation.override(to.language):
                hand_over(
                    to.way,
                    message_of(to, row),
                    person=to.person,
                    channel=to.channel,
                    authority=to.one.authority_id,
                )
    except OF_THE_WAY as error:
        to.is_of_the_way = to.way in OF_ALL
        # A push service that answers says something of one browser alone.
        is_dead = to.way != NoticeWay.PUSH or isinstance(error, Unreachable)
        # What was not answered may have been heeded.
        row.maybe_twice |= isinstance(error, Unreachable)
        _fail(to, row, by, str(error), is_dead=is_dead)
        return None
    except AddressRefused as error:
        address_refused(to.person, str(error))
        _fail(to, row, by, str(error), is_dead=False)
        return None
    except OSError as error:
        _fail(to, row, by, str(error), is_dead=True)
        return None
    _finish(to, row, by)
    for other in to.others:
        other.told_with = row.told_with
        if other_row := _begin(other, by):
            _finish(other, other_row, by)
    return True


def _begin(to: To, by: Any) -> LadderNotice | None:
    """On record before it is sent. None where another sweep has it."""
    now = acting.now()
    with transaction.atomic(), acting_as(by):
        row = _not_sent(to)
        if row is None:
            return _new(to, now)
        is_open = row.failed_at is None or row.failed_at < row.begun_at
        if is_open and now - row.begun_at < LEASE:
            return None
        row.maybe_twice |= is_open
        row.begun_at, row.rung = now, to.rung
        row.save(update_fields=["begun_at", "rung", "maybe_twice"])
    return row


def _not_sent(to: To) -> LadderNotice | None:
    """What is to go to this person by this channel and has not gone, on this rung or an
    earlier one; locked. None where it has gone, or another sweep holds it."""
    terms = to.row()
    terms.pop("rung")
    rows = LadderNotice.objects.select_for_update(skip_locked=True)
    return rows.filter(**terms, rung__lte=to.rung, sent_at=None).order_by("pk").first()


def _new(to: To, now: Any) -> LadderNotice | None:
    try:
        with transaction.atomic():
            return LadderNotice.objects.create(
                access_request=to.one.access_request, begun_at=now, **to.row()
            )
    except DatabaseError as error:
        if isinstance(error.__cause__, ANOTHER_SWEEP):
            return None
        raise


def _finish(to: To, row: LadderNotice, by: Any) -> None:
    with transaction.atomic(), acting_as(by):
        row.sent_at = acting.now()
        row.told_with = to.told_with or (row if to.others else None)
        row.save(update_fields=["sent_at", "told_with"])
        if to.told_with is None:
            who = str(to.person or to.channel)
            item = to.one.item
            record("notice.sent", by=by, on=row, person=who, item=item, way=to.way)
    if to.way == NoticeWay.MAIL:
        address_taken(to.person)
    Heartbeat.objects.filter(name=to.mark).delete()


def _fail(to: To, row: LadderNotice, by: Any, trouble: str, *, is_dead: bool) -> None:
    log.error("%s to %s: %s", to.way, to.key, trouble)
    to.trouble = trouble
    with transaction.atomic(), acting_as(by):
        row.failed_at, row.trouble = acting.now(), trouble[:300]
        row.save(update_fields=["failed_at", "trouble", "maybe_twice"])
    if is_dead:
        before = Heartbeat.objects.filter(name=to.mark).first()
        Heartbeat.objects.update_or_create(
            name=to.mark,
            defaults={
                "at": acting.now(),
                "failures": before.failures + 1 if before else 1,
                "trouble": trouble[:300],
            },
        )


# What time does to rosters: patterns go on, and gaps are found before they come.

# So far behind a pattern may be before the sweep looks at it anew.
SLACK = timedelta(days=7)


def lay_patterns_further(by: Any) -> list[str]:
    """Patterns that go on, by the shifts that have come within reach."""
    reach = acting.now() + AHEAD - SLACK
    goes_on = Q(valid_to=None) | Q(valid_to__gte=acting.today())
    rows = RosterPattern.objects.filter(goes_on, ended_at=None, group__is_active=True)
    rows = rows.annotate(last=Max("shifts__begins_at")).filter(
        Q(last=None) | Q(last__lt=reach)
    )
    rows = rows.filter(
        Q(valid_to=None) | Q(last=None) | Q(last__date__lt=F("valid_to"))
    )
    laid = 0
    for pattern in rows.select_related("group", "person").order_by("pk"):
        with transaction.atomic(), acting_as(by):
            laid += lay_further(pattern)
    return [f"rosters: {laid} shifts laid"] if laid else []


def find_gaps(by: Any) -> list[str]:
    """Keep the gaps of the eight weeks ahead, for each authority that has a roster."""
    groups = RosterGroup.objects.filter(is_active=True)
    named = Q(pk__in=groups.values("authority")) | Q(
        pk__in=groups.values("shared__authority")
    )
    keys = set(Authority.objects.filter(named).values_list("pk", flat=True))
    coverage = coverage_of(keys)
    gaps = [
        FirstGap(key, gap.act, gap.cause, gap.begins_at, gap.ends_at)
        for key in keys
        for gap, _products in told_once(coverage.gaps_of(key))
    ]
    with transaction.atomic(), acting_as(by):
        new, closed = keep_gaps(gaps)
    return [f"rosters: {new} gaps found, {closed} closed"] if new or closed else []


# Rosters that are taken in from calendars outside: once an hour, whole or not at all.
#
# What can't be read leaves the shifts of the last good reading where they are, and is
# said on the roster's page and to those who lay it.

MOST_BYTES = 1_000_000
EVERY = timedelta(hours=1)
# Beside the limit on its own time: what waits for a machine that is busy.
PATIENCE = 3 * SECONDS
LONGEST = timedelta(days=14)
TROUBLES = {
    "cut": gettext_lazy("The calendar is cut off: its end is missing."),
    "broken": gettext_lazy("It is no calendar that can be read (%(what)s)."),
    "many": gettext_lazy("The calendar holds too many events."),
    "zone": gettext_lazy("“%(what)s” is in a time zone that nobody knows."),
    "backwards": gettext_lazy("“%(what)s” ends before it begins."),
    "recurrence": gettext_lazy("“%(what)s” comes again in a way that is not taken."),
    "slow": gettext_lazy("The calendar takes too long to read."),
    "large": gettext_lazy("The calendar is larger than a megabyte."),
    "empty": gettext_lazy(
        "The calendar is suddenly empty. Is it meant so, take in no calendar any more,"
        " and withdraw the shifts."
    ),
    "long": gettext_lazy("“%(what)s” lasts longer than fourteen days."),
}


class NotTaken(Exception):
    """Why nothing of the calendar was taken in."""


def take_in_rosters(by: Any) -> list[str]:
    """Each calendar whose hour has come, by itself."""
    lines: list[str] = []
    end = time.monotonic() + ROUND
    groups = RosterGroup.objects.filter(is_active=True).exclude(feed_host="")
    for group in groups.order_by("?"):
        beat = Heartbeat.objects.filter(name=_beat_of(group)).first()
        if time.monotonic() > end:
            break
        if beat is None or _tried_at(beat) <= acting.now() - EVERY:
            lines += _take_in(group, beat, by)
    return lines


def _take_in(group: RosterGroup, before: Heartbeat | None, by: Any) -> list[str]:
    try:
        entries, unknown = read_calendar(group, _fetched(group))
        until = acting.now() + AHEAD
        added, gone = take_in_calendar(group, by=by, entries=entries, until=until)
    except (NotTaken, Refused, WrongKey, Unreachable) as error:
        log.error("calendar of roster %s: %s", group.pk, error)
        _failed(group, before, str(error))
        return []
    _succeeded(group, unknown)
    return [f"roster {group.pk}: {added} added, {gone} gone"] if added or gone else []


def read_calendar(group: RosterGroup, body: bytes) -> tuple[list[Entry], list[str]]:
    """Whose shifts they are, and the names that nobody has. Raises NotTaken."""
    events = _parsed(body)
    if not events and _has_shifts(group):
        raise NotTaken(TROUBLES["empty"])
    known = _known(group)
    entries: list[Entry] = []
    unknown: list[str] = []
    for event in events:
        begins, ends = (
            datetime.fromisoformat(event[key]) for key in ("begins", "ends")
        )
        if ends - begins > LONGEST:
            raise NotTaken(TROUBLES["long"] % {"what": event["names"][-1]})
        who = _named(event["names"], known)
        if who is None:
            unknown.append(event["names"][-1] or _("an event without a name"))
        elif begins < ends:
            entries.append((who, begins, ends))
    return entries, list(dict.fromkeys(unknown))


def _fetched(group: RosterGroup) -> bytes:
    url = unseal(group.feed_sealed)
    address = http.public_address(url)
    reply = http.get(url, address, most_bytes=MOST_BYTES)
    if reply.status != 200:
        raise NotTaken(f"HTTP {reply.status}")
    if len(reply.body) > MOST_BYTES:
        raise NotTaken(TROUBLES["large"])
    return reply.body


def _parsed(body: bytes) -> list[dict[str, Any]]:
    now = acting.now()
    until = now + AHEAD
    module = "requests_app.duty.roster_events"
    command = [sys.executable, "-m", module, now.isoformat(), until.isoformat()]
    try:
        done = subprocess.run(  # noqa: S603 — our own module
            [*command, settings.TIME_ZONE],
            input=body,
            capture_output=True,
            timeout=PATIENCE,
            cwd=settings.BASE_DIR,
            env={"PATH": ""},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotTaken(TROUBLES["slow"]) from error
    if done.returncode < 0:
        raise NotTaken(TROUBLES["slow"])
    if done.returncode:
        log.error("a calendar: %s", done.stderr.decode(errors="replace")[-500:])
        raise NotTaken(TROUBLES["broken"] % {"what": done.returncode})
    answer = json.loads(done.stdout)
    if "trouble" in answer:
        code, *what = answer["trouble"]
        raise NotTaken(TROUBLES[code] % {"what": " ".join(what)})
    return answer["events"]


def _has_shifts(group: RosterGroup) -> bool:
    rows = Shift.objects.standing().filter(group=group, source=Shift.Source.FEED)
    return rows.filter(ends_at__gt=acting.now()).exists()


def _known(group: RosterGroup) -> dict[str, Any]:
    """Whoever may stand on the roster, by each name that a calendar may have."""
    known: dict[str, Any] = {}
    for person in people_for(group):
        for name in (person.email, person.username, person.get_full_name()):
            if name:
                known[name.casefold()] = person
    return known


def _named(names: Iterable[str], known: dict[str, Any]) -> Any:
    """Whose name one of them is, or has in it among other words."""
    for name in names:
        text = name.strip().casefold()
        if text in known:
            return known[text]
        words = f" {' '.join(text.replace(':', ' ').replace(',', ' ').split())} "
        within = {who.pk: who for key, who in known.items() if f" {key} " in words}
        if len(within) == 1:
            return next(iter(within.values()))
    return None


def _beat_of(group: RosterGroup) -> str:
    return f"{Heartbeat.ROSTER}{group.pk}"


def _tried_at(beat: Heartbeat) -> datetime:
    """`at` is when it last went well; each hour since then it has failed once."""
    return beat.at + EVERY * beat.failures


def _succeeded(group: RosterGroup, unknown: list[str]) -> None:
    trouble = ""
    if unknown:
        text = ngettext(
            "%(n)s name in it is nobody's who may stand on the roster: %(names)s",
            "%(n)s names in it are nobody's who may stand on the roster: %(names)s",
            len(unknown),
        )
        trouble = text % {"n": len(unknown), "names": ", ".join(unknown)}
    Heartbeat.objects.update_or_create(
        name=_beat_of(group),
        defaults={"at": acting.now(), "failures": 0, "trouble": trouble[:300]},
    )


def _failed(group: RosterGroup, before: Heartbeat | None, trouble: str) -> None:
    """The last good reading keeps its time."""
    since = before.at if before else acting.now()
    failures = max(1, int((acting.now() - since) / EVERY) + 1)
    Heartbeat.objects.update_or_create(
        name=_beat_of(group),
        defaults={"at": since, "failures": failures, "trouble": trouble[:300]},
    )


def roster_troubles(beats: Iterable[Heartbeat], user: Any) -> list[str]:
    """Calendars that can't be read, or name nobody, for those who lay the rosters."""
    wrong = {beat.name: beat for beat in beats if beat.trouble}
    wrong = {name: b for name, b in wrong.items() if name.startswith(Heartbeat.ROSTER)}
    if not wrong:
        return []
    groups = RosterGroup.objects.filter(authority__in=staffed_authorities(user))
    lines = []
    for group in groups.exclude(feed_host=""):
        if beat := wrong.get(_beat_of(group)):
            words = {
                "roster": group,
                "trouble": beat.trouble,
                "at": moment_in_words(beat.at),
            }
            text = _("The calendar of %(roster)s: %(trouble)s")
            if beat.failures:
                text = _(
                    "The calendar of %(roster)s can't be read: %(trouble)s What it"
                    " said %(at)s goes on."
                )
            lines.append(text % words)
    return lines
