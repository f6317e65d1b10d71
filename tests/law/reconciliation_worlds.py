"""Worlds in which an act may have been done: few names and moments, so that they meet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from requests_app.oversight.law import Access, Granted, Window
from requests_app.providers.application import Event

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# On both nights the clock moves at one in the morning, universal time.
NIGHTS = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
HOURS = [*range(-3, 4), -24, 24, -168, 168, -170, 170]
MOMENTS = st.builds(
    lambda night, hours, micro, zone: (
        night + timedelta(hours=hours, microseconds=micro)
    ).astimezone(zone),
    st.shared(st.sampled_from(NIGHTS), key="night"),
    st.sampled_from(HOURS),
    st.sampled_from([0, 0, 0, -1, 1]),
    st.sampled_from([UTC, STOCKHOLM]),
)
# Also those that were revoked before they opened, and those of a moment.
WINDOWS = st.builds(
    lambda opens, length, zone: Window(opens, (opens.astimezone(UTC) + length).astimezone(zone)),
    MOMENTS,
    st.sampled_from([timedelta(hours=hours) for hours in (-1, 0, 1, 2, 4, 24)]),
    st.sampled_from([UTC, STOCKHOLM]),
)  # fmt: skip
SERVICES = st.sampled_from(["", "Exchange", "exchange ", "SharePoint"])
OBJECTS = ["vault/a", "VAULT/A", "vault/b", "vault/c"]
NUMBERS = ["R-1", "r-1 ", "R-2", "R-3", "R-9"]
PERSONS = ["Ann Ek", "Bo Al"]


def some(values, most=2):
    return st.lists(st.sampled_from(values), max_size=most)


GRANTED = st.builds(
    Granted,
    objects=some(OBJECTS, 3).map(tuple),
    windows=st.lists(WINDOWS, max_size=3).map(tuple),
    companies=st.sampled_from([("Moln AB",), ("Moln AB",), ("Annat AB",), ()]),
    persons=st.sampled_from([(), (), ("Ann Ek, Moln AB",), ("Bo Al",)]),
    country=st.sampled_from(["", "", "SE", "US"]),
    inside_eea=st.booleans(),
)


def numbered(rows):
    """Each with a key of its own, in any order."""
    return [row._replace(key=key) for key, row in enumerate(rows, 1)]


ACCESSES = st.lists(
    st.builds(
        Access,
        key=st.just(0),
        connection=st.sampled_from([1, 1, 1, 1, 1, 2]),
        service=SERVICES,
        numbers=some(NUMBERS[:4]).map(tuple),
        granted=GRANTED,
    ),
    max_size=6,
).map(numbered)
EVENTS = st.builds(
    Event,
    external_id=st.just("E-1"),
    happened_at=MOMENTS,
    action=st.just("Get-Mailbox"),
    object_name=st.sampled_from(["", " ", *OBJECTS, "vault/z"]),
    actor=st.sampled_from(["", *PERSONS, "ann ek"]),
    employer=st.sampled_from(["", "", "Moln AB", "moln ab", "Helt annat AB"]),
    country=st.sampled_from(["", "SE", "NO", "US", "??"]),
    act=st.sampled_from(["", "", "read", "change", "copy", "glance"]),
    service=SERVICES,
    under=st.one_of(st.just([]), st.just([]), some(NUMBERS), st.just([" "])),
    perhaps_under=st.one_of(st.just([]), some(NUMBERS)),
    unasked=st.sampled_from(["", "", "", " ", "legal demand"]),
)


def fitting(access):
    """What may be said of an act that was meant to lie within it."""
    granted = access.granted
    return {
        "happened_at": [
            moment + timedelta(microseconds=micro)
            for window in granted.windows
            for moment in window
            for micro in (0, 0, 1, -1)
        ],
        "object_name": [*granted.objects, ""],
        "actor": ["", *(name.partition(",")[0] for name in granted.persons)],
        "employer": ["", *granted.companies],
        "country": [granted.country, granted.country, "SE", "??"],
        "act": ["", "", "", "read", "glance"],
        "service": [access.service, ""],
        "under": [[], list(access.numbers)],
        "perhaps_under": [[], list(access.numbers)],
        "unasked": [""],
    }


@st.composite
def acts(draw, accesses):
    """Any; or one that was meant to lie within an access, but for a thing or two."""
    event = draw(EVENTS)
    if not accesses or draw(st.integers(0, 3)) == 0:
        return event
    choices = fitting(draw(st.sampled_from(accesses)))
    astray = draw(some([*choices, ""], 2))
    return replace(
        event,
        **{
            name: draw(st.sampled_from(values))
            for name, values in choices.items()
            if values and name not in astray
        },
    )


@st.composite
def worlds(draw):
    """Accesses, and what was done; what comes late or twice stands anywhere."""
    accesses = draw(ACCESSES)
    return accesses, draw(st.lists(acts(accesses), min_size=1, max_size=4))
