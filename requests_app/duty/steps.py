"""The steps of duty: coverage gap, drill, notice, notice channel, notice ladder, push
device, roster, roster calendar and shift offer."""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import highest_class
from requests_app.core.people.models import Authority
from requests_app.core.queue import NoticeKind
from requests_app.core.step import SWEEP, WrongState, lock, note, require, save, step
from requests_app.core.words.texts import moment_in_words
from requests_app.duty.models.notices import (
    ALWAYS_TOLD,
    DEFAULT,
    MARGIN,
    OWN_WAYS,
    PHONE_NUMBER,
    Drill,
    DrillCall,
    LadderNotice,
    NoticeChannel,
    NoticeChoice,
    NoticeLadder,
    PhoneNumber,
    PushDevice,
    RefusedAddress,
    RequestLadder,
    TurnTaken,
    hold_until,
    is_usual,
    rungs_of,
    turn_of,
    written,
)
from requests_app.duty.models.roster import (
    CoverageGap,
    RosterCalendar,
    RosterGroup,
    RosterPattern,
    Shift,
    ShiftOffer,
)
from requests_app.duty.rights import (
    can_begin_drill,
    can_come,
    can_end_calendar,
    can_end_drill,
    can_end_pattern,
    can_keep_channel,
    can_keep_channels,
    can_lay_roster,
    can_offer,
    can_take,
    can_take_turn,
    can_withdraw_offer,
    can_withdraw_shift,
    people_for,
    waiting_at,
    whose_turn,
)
from requests_app.providers.addresses import Refused, place_of
from requests_app.providers.secrets import new_secret, seal

# Keeps the gaps that were found: which are new, which are closed, and since when.

# Gaps that lie nearer to each other are one series, told of once.
APART = timedelta(weeks=1)


class FirstGap(NamedTuple):
    """The first gap of an authority, an act and a cause."""

    authority_id: int
    act: str
    cause: str
    begins_at: datetime
    ends_at: datetime

    @property
    def key(self) -> tuple[int, str, str]:
        return self.authority_id, self.act, self.cause


def keep_gaps(gaps: Iterable[FirstGap]) -> tuple[int, int]:
    """What is open now, by what was open before. Inside acting_as()."""
    now = acting.now()
    firsts: dict[Any, FirstGap] = {}
    for gap in sorted(gaps, key=lambda gap: gap.begins_at):
        firsts.setdefault(gap.key, gap)
    before = {
        (row.authority_id, row.act, row.cause): row
        for row in CoverageGap.objects.filter(closed_at=None)
    }
    for key, row in before.items():
        if key not in firsts:
            row.closed_at = now
            row.save()
        else:
            _goes_on(row, firsts[key], now)
    new = [gap for key, gap in firsts.items() if key not in before]
    for gap in new:
        CoverageGap.objects.create(
            **gap._asdict(), found_at=now, told_begins_at=gap.begins_at
        )
    return len(new), len(before.keys() - firsts.keys())


def _goes_on(row: CoverageGap, gap: FirstGap, now: datetime) -> None:
    begins_at = gap.begins_at
    if row.begins_at <= now and row.ends_at >= begins_at:
        # It began before we looked, and is the same.
        begins_at = row.begins_at
    if (row.begins_at, row.ends_at) == (begins_at, gap.ends_at):
        return
    if begins_at < row.told_begins_at or begins_at - row.ends_at > APART:
        row.told_begins_at = begins_at
    row.begins_at, row.ends_at = begins_at, gap.ends_at
    row.save()


# A drill: begun by a manager, answered by those who are called, and over.


@step
def begin(
    *, by: Any, authority: Authority, hours: int, begins_anyway: bool = False
) -> Drill:
    """Call those whose turn it is now; the sweep sends the messages. `begins_anyway`:
    somebody has looked at the real requests that wait. Raises ValidationError."""
    require(can_begin_drill(by, authority.pk))
    Authority.objects.select_for_update().get(pk=authority.pk)
    waiting = waiting_at([authority.pk]).count()
    if waiting and not begins_anyway:
        raise ValidationError({"begins_anyway": said_of_waiting(waiting)})
    now = acting.now()
    _end_what_ran_out(authority, by=by)
    if Drill.objects.filter(authority=authority, ended_at=None).exists():
        text = _("A drill is going on for this authority: end it first.")
        raise ValidationError({"authority": text})
    drill = Drill.objects.create(
        authority=authority,
        begun_by=by,
        begun_at=now,
        ends_at=now + timedelta(hours=hours),
        waiting=waiting,
    )
    _call(drill)
    note("drill.begun", on=drill, by=by)
    return drill


def said_of_waiting(waiting: int) -> str:
    return ngettext(
        "%(n)s real request waits to be answered. Look at it first; then tick here to"
        " begin the drill all the same. Nothing of it is touched.",
        "%(n)s real requests wait to be answered. Look at them first; then tick here to"
        " begin the drill all the same. Nothing of them is touched.",
        waiting,
    ) % {"n": waiting}


def _end_what_ran_out(authority: Authority, *, by: Any) -> None:
    past = Drill.objects.filter(authority=authority, ended_at=None)
    for drill in past.filter(ends_at__lte=acting.now()):
        save(drill, ended_by=by, ended_at=acting.now())


def _call(drill: Drill) -> None:
    acts: dict[int, list[str]] = {}
    for act, row in whose_turn(drill.authority).items():
        if row is not None:
            acts.setdefault(row.person_id, []).append(act)
    if not acts:
        text = _("Nobody may review, decide or give answers for this authority.")
        raise ValidationError({"authority": text})
    for person, theirs in acts.items():
        DrillCall.objects.create(drill=drill, person_id=person, acts=theirs)


def _is_over(_may: Any, drill: Drill) -> str:
    return "" if drill.is_running else _("The drill is over.")


@step(may=can_come, hindrance=_is_over)
def come(drill: Drill, *, by: Any) -> None:
    """Whoever was called is in."""
    call = drill.calls.select_for_update().get(person=by.pk)
    save(call, came_at=acting.now())
    save(drill)
    note("drill.came", on=drill, by=by)


@step(may=can_end_drill, hindrance=_is_over)
def end(drill: Drill, *, by: Any) -> None:
    """Who has not come by now has not come."""
    save(drill, ended_by=by, ended_at=acting.now())
    note("drill.ended", on=drill, by=by)


# What somebody wants to be told of by which way; and addresses that take no mail.

# An address that is refused is tried again after this; each time twice as long.
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(days=1)


def choose_notices(person: Any, chosen: Iterable[str]) -> None:
    """What the person is told of by which way, each as `NoticeChoice.switch` says it:
    in one's own name only. What is always told is not switched off."""
    every = [(way, kind) for way in OWN_WAYS for kind in NoticeKind]
    free = [pair for pair in every if pair not in ALWAYS_TOLD]
    usual = {NoticeChoice.switch(*pair) for pair in free if is_usual(*pair)}
    other = {NoticeChoice.switch(*pair) for pair in free} - usual
    switches = set(chosen)
    with acting_as(person):
        NoticeChoice.objects.update_or_create(
            person=person,
            defaults={
                "switched_off": sorted(usual - switches),
                "switched_on": sorted(other & switches),
            },
        )


def address_refused(person: Any, answer: str) -> None:
    """The mail server did not take the person's address, and said why."""
    before = RefusedAddress.objects.filter(person=person.pk).first()
    known = before is not None and before.address == person.email
    tries = before.tries + 1 if before is not None and known else 1
    RefusedAddress.objects.update_or_create(
        person=person,
        defaults={
            "address": person.email,
            "tries": tries,
            "refused_at": acting.now(),
            "next_try_at": acting.now() + pause_after(tries),
            "answer": answer[:300],
        },
    )


def pause_after(tries: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)


def address_taken(person: Any) -> None:
    RefusedAddress.objects.filter(person=person.pk).delete()


# Channels of colleagues: made, and told no more.


class Made(NamedTuple):
    """The secret is shown once, and kept by whoever checks signatures with it."""

    channel: NoticeChannel
    secret: str


@step
def make_channel(
    authority: Authority,
    *,
    by: Any,
    role: str,
    address: str,
    kind: str = NoticeChannel.Kind.COLLEAGUES,
) -> Made:
    """Refused inside our network, as far as the address shows; what a name stands for
    is checked when something is sent. Raises ValidationError."""
    require(can_keep_channels(by, authority))
    try:
        host = place_of(address).host
    except Refused as error:
        raise ValidationError({"address": str(error)}) from error
    secret = new_secret()
    channel = NoticeChannel(
        authority=authority,
        kind=kind,
        role=role,
        host=host,
        address_sealed=seal(address),
        secret_sealed=seal(secret),
        made_by=by,
        made_at=acting.now(),
    )
    channel.validate_constraints()
    save(channel)
    note("channel.made", on=channel, by=by)
    return Made(channel, secret)


def _has_ended(_by: Any, channel: NoticeChannel) -> str:
    return _("The channel has ended: make a new one.") if channel.ended_at else ""


@step(may=can_keep_channel, hindrance=_has_ended)
def end_channel(channel: NoticeChannel, *, by: Any, reason: str) -> None:
    """Nothing more is told there."""
    save(channel, ended_at=acting.now())
    note("channel.ended", on=channel, by=by, reason=reason)


# Ladders of notices: copied onto a request, and “I take it”.


def ladder_for(access_request: AccessRequest) -> NoticeLadder | None:
    """The ladder that was laid for its product and class: the closest one."""
    connection = access_request.connection
    ladders = NoticeLadder.objects.filter(
        Q(product=connection.product_id) | Q(product=None),
        authority=connection.authority_id,
    )
    classes = [highest_class(review) or 0 for review in access_request.reviews.all()]
    fit = [row for row in ladders if row.class_from <= max(classes, default=0)]
    order = lambda row: (row.product_id is not None, row.class_from)  # noqa: E731
    return max(fit, key=order, default=None)


@step
def copy_ladder(
    access_request: AccessRequest, *, by: Any, roster: dict[str, Any]
) -> RequestLadder:
    """What holds for the request from now on, whatever becomes of ladder and roster."""
    laid = ladder_for(access_request)
    copied = RequestLadder(
        access_request=access_request,
        rungs=laid.rungs if laid else written(DEFAULT),
        margin=laid.margin if laid else MARGIN,
        roster=roster,
        copied_at=acting.now(),
    )
    save(copied)
    note("ladder.copied", on=copied, by=by, ladder=str(laid or ""))
    return copied


Subject = SecrecyReview | AccessRequest | Delivery


@step
def take_turn(subject: Subject, *, by: Any, act: str) -> TurnTaken:
    """“I take it”: the ladder is quiet for a while, and the others are told who has.
    Raises WrongState where somebody has it, or nothing waits any more."""
    lock(subject)
    require(can_take_turn(by, subject))
    request: Any = getattr(subject, "access_request", subject)
    deadline = request.clock.answer_by
    if request.status not in AccessRequest.AWAITING or deadline is None:
        raise WrongState(_("Nothing waits for an answer here any more."))
    now, item = acting.now(), address_of(subject)
    what = {"item": item, "act": act, "turn": turn_of(subject)}
    other = TurnTaken.objects.filter(**what, held_until__gt=now).first()
    if other is not None:
        raise WrongState(
            _("%(name)s took it %(time)s.")
            % {"name": other.person, "time": moment_in_words(other.taken_at)}
        )
    rung = _rung_reached(what, deadline)
    copied = RequestLadder.objects.filter(access_request=request.pk).first()
    rungs, _margin = rungs_of(copied)
    taken = TurnTaken(
        access_request=request,
        review=subject if isinstance(subject, SecrecyReview) else None,
        **what,
        person=by,
        taken_at=now,
        rung=rung,
        held_until=hold_until(now, deadline, rungs[min(rung, len(rungs) - 1)]),
    )
    save(taken)
    note("turn.taken", on=subject, by=by, act=act)
    return taken


def _rung_reached(what: dict[str, Any], ends_at: Any) -> int:
    notices = LadderNotice.objects.filter(**what, ends_at=ends_at, taken=None)
    return notices.aggregate(highest=Max("rung"))["highest"] or 0


def address_of(subject: Any) -> str:
    """Of its page, within the site: by which a notice calls it."""
    opts = subject._meta
    name = f"admin:{opts.app_label}_{opts.model_name}_change"
    return reverse(name, args=[subject.pk])


# How a person is reached on the phone: told, and taken back, by themselves.

MOST_DEVICES = 10


@step
def add_device(
    person: Any, *, by: Any, name: str, endpoint: str, p256dh: str, auth: str
) -> PushDevice:
    """In one's own name only. Raises ValidationError for an address inside our network
    and for keys that are none."""
    require(by.pk == person.pk)
    try:
        host = place_of(endpoint).host
    except Refused as error:
        raise ValidationError({"endpoint": str(error)}) from error
    _refuse_no_keys(p256dh, auth)
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    if PushDevice.objects.filter(digest=digest).exists():
        raise ValidationError(_("This browser has been added already."))
    devices = PushDevice.objects.filter(person=person.pk, ended_at=None)
    if devices.count() >= MOST_DEVICES:
        raise ValidationError(_("You have as many devices as can be: end one first."))
    device = PushDevice(
        person=person,
        name=name,
        host=host,
        address_sealed=seal(endpoint),
        keys_sealed=seal(json.dumps({"p256dh": p256dh, "auth": auth})),
        digest=digest,
        made_at=acting.now(),
    )
    save(device)
    note("device.added", on=device, by=by)
    return device


def _refuse_no_keys(p256dh: str, auth: str) -> None:
    try:
        point, secret = (_decoded(text) for text in (p256dh, auth))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        if len(secret) != 16:
            raise ValueError
    except (ValueError, binascii.Error) as error:
        text = _("The browser told no keys that a notice could be sealed with.")
        raise ValidationError({"endpoint": text}) from error


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _may_end(user: Any, device: PushDevice) -> bool:
    return device.person_id == user.pk or user.username == SWEEP


def _push_device_has_ended(_user: Any, device: PushDevice) -> str:
    return _("The device has ended: add it anew.") if device.ended_at else ""


@step(may=_may_end, hindrance=_push_device_has_ended)
def end_device(device: PushDevice, *, by: Any, reason: str) -> None:
    """Nothing more is shown there."""
    save(device, ended_at=acting.now(), end_reason=reason[:60])
    note("device.ended", on=device, by=by)


@step
def tell_number(person: Any, *, by: Any, number: str) -> PhoneNumber:
    """One's own number for text messages; empty for none."""
    require(by.pk == person.pk)
    row = PhoneNumber.objects.filter(person=person.pk).first()
    row = row or PhoneNumber(person=person)
    if number:
        PHONE_NUMBER(number)
    save(row, number_sealed=seal(number) if number else "")
    note("number.told", on=row, by=by)
    return row


# Laying a roster: shifts one by one and by patterns, and taking them off it again.
#
# Being on duty gives no right, so nobody confirms it.

Spans = Iterable[tuple[datetime, datetime]]
# So far ahead the shifts of a pattern are laid; the sweep lays those that come after.
AHEAD = timedelta(weeks=12)
LONGEST = timedelta(days=14)


def _roster_is_over(_by: Any, row: Any) -> str:
    if getattr(row, "ended_at", None) is not None:
        return _("The pattern has ended.")
    if getattr(row, "withdrawn_at", None) is not None:
        return _("The shift has been withdrawn.")
    return ""


def _has_begun_or_gone(by: Any, shift: Shift) -> str:
    is_past = shift.ends_at <= acting.now()
    return _("The shift is over.") if is_past else _roster_is_over(by, shift)


@step(may=can_lay_roster)
def lay_shift(
    group: RosterGroup, *, by: Any, person: Any, begins_at: datetime, ends_at: datetime
) -> Shift:
    """Put somebody on duty once. Raises ValidationError."""
    _refuse_others(group, person)
    if ends_at <= begins_at:
        raise ValidationError({"ends_at": _("The shift ends before it begins.")})
    if ends_at - begins_at > LONGEST:
        raise ValidationError({"ends_at": _("A shift lasts at most fourteen days.")})
    if taken := _taken(group, person, [(begins_at, ends_at)]):
        raise ValidationError({"begins_at": _overlap(taken[0])})
    shift = _new(group, person, (begins_at, ends_at), Shift.Source.TYPED)
    save(shift)
    note("shift.laid", on=shift, by=by)
    return shift


@step(may=can_lay_roster)
def lay_pattern(
    group: RosterGroup,
    *,
    by: Any,
    person: Any,
    weekdays: list[int],
    days: str,
    begins: time,
    ends: time,
    every_weeks: int,
    valid_from: date,
    valid_to: date | None,
) -> RosterPattern:
    """Put somebody on duty again and again. Raises ValidationError."""
    _refuse_others(group, person)
    pattern = RosterPattern(
        group=group,
        person=person,
        weekdays=weekdays,
        days=days,
        begins=begins,
        ends=ends,
        every_weeks=every_weeks,
        valid_from=valid_from,
        valid_to=valid_to,
        made_by=by,
        made_at=acting.now(),
    )
    pattern.clean()
    spans = _to_come(pattern)
    if not spans:
        raise ValidationError({"weekdays": _("No shift comes of it in these weeks.")})
    if taken := _taken(group, person, spans):
        raise ValidationError({"valid_from": _overlap(taken[0])})
    save(pattern)
    _lay(pattern, spans)
    note("roster.pattern_laid", on=pattern, by=by, shifts=len(spans))
    return pattern


def lay_further(pattern: RosterPattern) -> int:
    """The shifts that have come within reach; what somebody has laid or withdrawn since
    stays so. Inside acting_as()."""
    last = pattern.shifts.order_by("-begins_at").first()
    spans = [span for span in _to_come(pattern) if not last or span[0] > last.begins_at]
    taken = set(_taken(pattern.group, pattern.person, spans))
    new = [span for span in spans if span not in taken]
    _lay(pattern, new)
    return len(new)


@step(may=can_end_pattern, hindrance=_roster_is_over)
def end_pattern(pattern: RosterPattern, *, by: Any) -> None:
    """No more shifts come of it; those that have not begun are withdrawn."""
    now = acting.now()
    save(pattern, ended_at=now)
    for shift in pattern.shifts.standing().filter(begins_at__gt=now):
        save(shift, withdrawn_at=now)
    note("roster.pattern_ended", on=pattern, by=by)


@step(may=can_withdraw_shift, hindrance=_has_begun_or_gone)
def withdraw_shift(shift: Shift, *, by: Any) -> None:
    """The person is not on duty then."""
    save(shift, withdrawn_at=acting.now())
    note("shift.withdrawn", on=shift, by=by)


def hand_on(
    group: RosterGroup,
    person: Any,
    span: tuple[datetime, datetime],
    source: str,
) -> Shift:
    """A shift that comes from an offer or a calendar. Inside a step or acting_as()."""
    shift = _new(group, person, span, source)
    save(shift)
    return shift


def is_taken(group: RosterGroup, person: Any, span: tuple[datetime, datetime]) -> bool:
    return bool(_taken(group, person, [span]))


def _refuse_others(group: RosterGroup, person: Any) -> None:
    if not people_for(group).filter(pk=person.pk).exists():
        text = _("This person has no role at an authority of the roster.")
        raise ValidationError({"person": text})


def _to_come(pattern: RosterPattern) -> list[tuple[datetime, datetime]]:
    now = acting.now()
    return [span for span in pattern.spans(acting.today() + AHEAD) if span[1] > now]


def _taken(
    group: RosterGroup, person: Any, spans: list[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Those of them during which the person is on duty there already."""
    if not spans:
        return []
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    rows = Shift.objects.standing().filter(
        group=group, person=person, begins_at__lt=last, ends_at__gt=first
    )
    known = list(rows.values_list("begins_at", "ends_at"))
    return [
        span
        for span in spans
        if any(span[0] < ends and begins < span[1] for begins, ends in known)
    ]


def _overlap(span: tuple[datetime, datetime]) -> str:
    text = _("The person is on duty here already then: %(time)s.")
    return text % {"time": moment_in_words(timezone.localtime(span[0]))}


def _lay(pattern: RosterPattern, spans: Spans) -> None:
    for span in spans:
        shift = _new(pattern.group, pattern.person, span, Shift.Source.PATTERN)
        shift.pattern = pattern
        save(shift)


def _new(
    group: RosterGroup, person: Any, span: tuple[datetime, datetime], source: str
) -> Shift:
    begins_at, ends_at = span
    return Shift(
        group=group,
        person=person,
        begins_at=begins_at,
        ends_at=ends_at,
        source=source,
        made_at=acting.now(),
    )


# The secret address of one's own calendar, and a roster's calendar from outside.

# Who, from, until.
Entry = tuple[Any, datetime, datetime]


@step
def make_calendar(*, by: Any) -> str:
    """The secret of a new address, shown once; the one of before is void."""
    for row in RosterCalendar.objects.filter(person=by, ended_at=None):
        save(row, ended_at=acting.now())
    secret = secrets.token_urlsafe(32)
    digest = RosterCalendar.digest_of(secret)
    row = RosterCalendar(person=by, digest=digest, made_at=acting.now())
    save(row)
    note("roster.calendar_made", on=row, by=by)
    return secret


@step(may=can_end_calendar)
def end_calendar(calendar: RosterCalendar, *, by: Any) -> None:
    """The address tells nothing more."""
    save(calendar, ended_at=acting.now())
    note("roster.calendar_ended", on=calendar, by=by)


@step(may=can_lay_roster)
def set_feed(group: RosterGroup, *, by: Any, address: str) -> None:
    """Shifts come from this calendar from now on. Raises ValidationError."""
    try:
        host = place_of(address).host
    except Refused as error:
        raise ValidationError({"address": str(error)}) from error
    save(group, feed_host=host, feed_sealed=seal(address))
    note("roster.feed_set", on=group, by=by)


def _has_no_feed(_by: Any, group: RosterGroup) -> str:
    return "" if group.feed_host else _("The roster is taken in from no calendar.")


@step(may=can_lay_roster, hindrance=_has_no_feed)
def end_feed(group: RosterGroup, *, by: Any) -> None:
    """Nothing more is taken in; the shifts that came from it stay."""
    save(group, feed_host="", feed_sealed="")
    note("roster.feed_ended", on=group, by=by)


@step
def take_in_calendar(
    group: RosterGroup, *, by: Any, entries: Iterable[Entry], until: datetime
) -> tuple[int, int]:
    """What the calendar says from now on until then: how many shifts were added and
    withdrawn. `by`: the sweep. What was typed or swapped stays."""
    now = acting.now()
    wanted = {(who.pk, begins, ends): who for who, begins, ends in entries}
    rows = Shift.objects.standing().filter(
        group=group, source=Shift.Source.FEED, ends_at__gt=now, begins_at__lt=until
    )
    known = {(row.person_id, row.begins_at, row.ends_at): row for row in rows}
    gone = [row for key, row in known.items() if key not in wanted]
    for row in gone:
        save(row, withdrawn_at=now)
    added = 0
    settled = known.keys() | _handed_on(group)
    for key, who in wanted.items():
        _pk, begins, ends = key
        if key not in settled and not is_taken(group, who, (begins, ends)):
            hand_on(group, who, (begins, ends), Shift.Source.FEED)
            added += 1
    return added, len(gone)


def _handed_on(group: RosterGroup) -> set[tuple[int, datetime, datetime]]:
    """What people have swapped among themselves: no calendar undoes that."""
    rows = ShiftOffer.objects.filter(taken_at__isnull=False)
    keys: set[tuple[int, datetime, datetime]] = set()
    for name in ("shift", "in_return"):
        of = rows.filter(
            **{f"{name}__group": group, f"{name}__ends_at__gt": acting.now()}
        )
        columns = (f"{name}__{key}" for key in ("person", "begins_at", "ends_at"))
        keys.update(of.values_list(*columns))
    return keys


# Swaps that both have agreed to, and asking for volunteers.

Source = Shift.Source
BUSY = gettext_lazy("The person is on duty here already for some of this time.")


def _shift_offer_is_over(_by: Any, shift: Shift) -> str:
    if shift.withdrawn_at is not None:
        return _("The shift has been withdrawn, or somebody else has taken it.")
    return _("The shift is over.") if shift.ends_at <= acting.now() else ""


def _is_closed(_by: Any, offer: ShiftOffer) -> str:
    if offer.taken_at is not None:
        return _("Somebody has taken it already.")
    if offer.withdrawn_at is not None:
        return _("It is no longer offered.")
    return _("The time has passed.") if offer.ends_at <= acting.now() else ""


@step(may=can_offer, hindrance=_shift_offer_is_over)
def offer_shift(
    shift: Shift, *, by: Any, offered_to: Any = None, in_return: Shift | None = None
) -> ShiftOffer:
    """Ask somebody, or everybody on the roster, to take a shift; perhaps for one of
    theirs. It stays where it is until somebody has taken it. Raises ValidationError."""
    if offered_to is not None and offered_to.pk == shift.person_id:
        text = _("It is this person who has the shift.")
        raise ValidationError({"offered_to": text})
    if in_return is not None:
        offered_to = offered_to or in_return.person
        if in_return.person_id != offered_to.pk:
            text = _("Choose a shift of the person who is asked.")
            raise ValidationError({"in_return": text})
    offer = _shift_offer_new(shift.group, by, shift.begins_at, shift.ends_at)
    offer.shift, offer.offered_to, offer.in_return = shift, offered_to, in_return
    offer.validate_constraints()
    save(offer)
    note("shift.offered", on=offer, by=by)
    return offer


@step(may=can_lay_roster)
def ask_for_volunteers(
    group: RosterGroup, *, by: Any, begins_at: datetime, ends_at: datetime
) -> ShiftOffer:
    """Ask everybody who may stand on the roster to take time that nobody has."""
    if ends_at <= begins_at or ends_at <= acting.now():
        raise ValidationError({"ends_at": _("It ends before it begins.")})
    offer = _shift_offer_new(group, by, begins_at, ends_at)
    save(offer)
    note("shift.volunteers_asked", on=offer, by=by)
    return offer


def _is_not_to_take(by: Any, offer: ShiftOffer) -> str:
    """In a swap one's own shift may lie there: it goes first."""
    span = offer.begins_at, offer.ends_at
    is_busy = offer.in_return_id is None and is_taken(offer.group, by, span)
    return _is_closed(by, offer) or (str(BUSY) if is_busy else "")


@step(may=can_take, hindrance=_is_not_to_take)
def take_offer(offer: ShiftOffer, *, by: Any) -> Shift:
    """The second of the two agrees; each then has what the other had. Raises
    WrongState where a shift has gone meanwhile, or they are on duty already."""
    given, returned = _still_theirs(offer)
    now = acting.now()
    save(offer, taken_by=by, taken_at=now)
    for shift in (given, returned):
        if shift is not None:
            save(shift, withdrawn_at=now)
    taken = _handed(offer.group, by, (offer.begins_at, offer.ends_at))
    if given is not None and returned is not None:
        span = (returned.begins_at, returned.ends_at)
        _handed(returned.group, given.person, span)
    note("shift.taken", on=offer, by=by)
    return taken


@step(may=can_withdraw_offer, hindrance=_is_closed)
def withdraw_offer(offer: ShiftOffer, *, by: Any) -> None:
    """It is no longer to be had."""
    save(offer, withdrawn_at=acting.now())
    note("shift.offer_withdrawn", on=offer, by=by)


def _still_theirs(offer: ShiftOffer) -> tuple[Shift | None, Shift | None]:
    """Both shifts under a lock, in order: two who swap at once wait for each other."""
    keys = sorted(key for key in (offer.shift_id, offer.in_return_id) if key)
    rows = Shift.objects.select_for_update(of=("self",)).order_by("pk")
    shifts = {row.pk: row for row in rows.filter(pk__in=keys)}
    if any(row.withdrawn_at is not None for row in shifts.values()):
        raise WrongState(_("A shift of it has gone to somebody else meanwhile."))
    given = shifts.get(offer.shift_id) if offer.shift_id else None
    returned = shifts.get(offer.in_return_id) if offer.in_return_id else None
    return given, returned


def _handed(group: RosterGroup, person: Any, span: tuple[datetime, datetime]) -> Shift:
    if not people_for(group).filter(pk=person.pk).exists():
        raise WrongState(_("This person has no role at an authority of the roster."))
    if is_taken(group, person, span):
        raise WrongState(str(BUSY))
    return hand_on(group, person, span, Source.OFFER)


def _shift_offer_new(
    group: RosterGroup, by: Any, begins_at: datetime, ends_at: datetime
) -> ShiftOffer:
    return ShiftOffer(
        group=group,
        begins_at=begins_at,
        ends_at=ends_at,
        made_by=by,
        made_at=acting.now(),
    )
