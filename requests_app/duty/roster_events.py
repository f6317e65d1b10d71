"""Reads an iCalendar from standard input, in a process of its own that has little time
and memory; writes its events as JSON. Knows nothing of Django.

What is refused is refused whole: half a roster is worse than yesterday's.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

SECONDS, MEMORY = 10, 512 * 2**20
MOST_EVENTS, MOST_DATES, MOST_ENTRIES = 2_000, 500, 5_000
COMES_AGAIN = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
WITHIN_A_DAY = {"BYHOUR", "BYMINUTE", "BYSECOND"}
SPAN = "X-LOCKBOX-SECONDS"


class Unreadable(Exception):
    """Why no event of it is taken: a code, and what it is about."""


def events_in(
    body: bytes, begins: datetime, ends: datetime, zone: tzinfo
) -> list[dict[str, Any]]:
    """As instants. Without a zone of their own, and whole days, by the clocks in
    `zone`. Raises Unreadable."""
    if not body.rstrip().endswith(b"END:VCALENDAR"):
        raise Unreadable("cut")
    try:
        calendar = Calendar.from_ical(body)
    except ValueError as error:
        raise Unreadable("broken", str(error)[:100]) from error
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise Unreadable("many")
    for event in events:
        _check(event)
    entries = []
    for event in recurring_ical_events.of(calendar).between(begins, ends):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        entries.append(_entry(event, zone))
        if len(entries) > MOST_ENTRIES:
            raise Unreadable("many")
    return entries


def _check(event: Any) -> None:
    """Raises Unreadable for what would hang, or be read otherwise than it was meant."""
    named = str(event.get("SUMMARY", ""))[:60]
    if "DTSTART" not in event:
        raise Unreadable("broken", named)
    begins = event["DTSTART"]
    if _is_of_unknown_zone(event, "DTSTART") or _is_of_unknown_zone(event, "DTEND"):
        raise Unreadable("zone", named)
    if "DTEND" in event and _comparable(event["DTEND"].dt) < _comparable(begins.dt):
        raise Unreadable("backwards", named)
    for rule in _all(event, "RRULE"):
        _check_rule(rule, named)
        _last_day_whole(rule, begins.dt)
    if sum(len(row.dts) for row in _all(event, "RDATE")) > MOST_DATES:
        raise Unreadable("many")
    if "DURATION" in event:
        # The library adds it to the clock's hands: a night that the clock is moved in
        # would be an hour off.
        event[SPAN] = str(int(event["DURATION"].dt.total_seconds()))


def _check_rule(rule: Any, named: str) -> None:
    frequency = {str(value).upper() for value in rule.get("FREQ", [])}
    intervals = rule.get("INTERVAL", [1])
    is_sane = all(int(value) >= 1 for value in intervals)
    if not frequency <= COMES_AGAIN or not is_sane or WITHIN_A_DAY & set(rule):
        raise Unreadable("recurrence", named)


def _last_day_whole(rule: Any, begins: Any) -> None:
    """Until a day, of what begins at a time: the whole of that day."""
    if not isinstance(begins, datetime):
        return
    rule["UNTIL"] = [
        until
        if isinstance(until, datetime)
        else datetime.combine(until, time(23, 59, 59), begins.tzinfo)
        for until in rule.get("UNTIL", [])
    ]
    if not rule["UNTIL"]:
        del rule["UNTIL"]


def _is_of_unknown_zone(event: Any, name: str) -> bool:
    value = event.get(name)
    if value is None or not isinstance(value.dt, datetime):
        return False
    is_named = f"{name};TZID=" in event.to_ical().decode(errors="replace")
    return is_named and value.dt.tzinfo is None


def _all(event: Any, name: str) -> list[Any]:
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def _comparable(value: date) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time.min, UTC)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _entry(event: Any, zone: tzinfo) -> dict[str, Any]:
    begins = _instant(event["DTSTART"].dt, zone)
    if SPAN in event:
        ends = begins + timedelta(seconds=int(event[SPAN]))
    else:
        ends = _instant(event["DTEND"].dt, zone)
    return {
        "begins": begins.isoformat(),
        "ends": ends.isoformat(),
        "names": list(_names(event)),
    }


def _instant(value: date, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _names(event: Any) -> Iterator[str]:
    for attendee in _all(event, "ATTENDEE"):
        yield str(attendee).removeprefix("mailto:").removeprefix("MAILTO:")[:254]
    yield str(event.get("SUMMARY", ""))[:254]


def main() -> None:
    begins, ends, zone = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        events: Any = events_in(
            sys.stdin.buffer.read(),
            datetime.fromisoformat(begins),
            datetime.fromisoformat(ends),
            ZoneInfo(zone),
        )
        answer = {"events": events}
    except Unreadable as error:
        answer = {"trouble": list(error.args)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
