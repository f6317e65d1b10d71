"""Rosters that are taken in from calendars outside: once an hour, whole or not at all.

What can't be read leaves the shifts of the last good reading where they are, and is
said on the roster's page and to those who lay it.
"""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app import clock
from requests_app.background.roster_events import SECONDS
from requests_app.models import Heartbeat, RosterGroup, Shift
from requests_app.permissions.roster import people_for, staffed_authorities
from requests_app.providers.http import sending
from requests_app.providers.http.addresses import Refused
from requests_app.providers.http.secrets import WrongKey, unseal
from requests_app.providers.protocol import Unreachable
from requests_app.words.times import moment_in_words
from requests_app.workflow.roster import AHEAD
from requests_app.workflow.roster_calendar import Entry, take_in_calendar

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
EVERY = timedelta(hours=1)
ROUND = 30  # seconds after which a round begins with no other calendar
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
        if beat is None or _tried_at(beat) <= clock.now() - EVERY:
            lines += _take_in(group, beat, by)
    return lines


def _take_in(group: RosterGroup, before: Heartbeat | None, by: Any) -> list[str]:
    try:
        entries, unknown = read_calendar(group, _fetched(group))
        until = clock.now() + AHEAD
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
    address = sending.public_address(url)
    reply = sending.get(url, address, most_bytes=MOST_BYTES)
    if reply.status != 200:
        raise NotTaken(f"HTTP {reply.status}")
    if len(reply.body) > MOST_BYTES:
        raise NotTaken(TROUBLES["large"])
    return reply.body


def _parsed(body: bytes) -> list[dict[str, Any]]:
    now = clock.now()
    until = now + AHEAD
    module = "requests_app.background.roster_events"
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
    return rows.filter(ends_at__gt=clock.now()).exists()


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
        defaults={"at": clock.now(), "failures": 0, "trouble": trouble[:300]},
    )


def _failed(group: RosterGroup, before: Heartbeat | None, trouble: str) -> None:
    """The last good reading keeps its time."""
    since = before.at if before else clock.now()
    failures = max(1, int((clock.now() - since) / EVERY) + 1)
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
