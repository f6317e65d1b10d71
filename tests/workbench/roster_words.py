"""The words that a person would use at the steps of a roster."""

from datetime import datetime, time, timedelta

from audit_app import acting
from requests_app.duty.rights import people_for


def hours_ahead() -> dict[str, datetime]:
    """A time that nobody is on duty in."""
    begins_at = acting.now() + timedelta(days=40)
    return {"begins_at": begins_at, "ends_at": begins_at + timedelta(hours=8)}


ROSTER_WORDS = {
    "rostergroup": {
        "lay-pattern": lambda obj, by: {
            "person": people_for(obj).first(),
            "weekdays": [2],
            "days": "every",
            "begins": time(8),
            "ends": time(16),
            "every_weeks": 1,
            "valid_from": acting.today() + timedelta(days=30),
            "valid_to": None,
        },
        "lay-shift": lambda obj, by: {
            "person": people_for(obj).first(),
            **hours_ahead(),
        },
        "volunteers": lambda obj, by: hours_ahead(),
        "feed": lambda obj, by: {"address": "https://hook.example/calendar.ics"},
        "end-feed": lambda obj, by: {},
    },
    "rosterpattern": {"end": lambda obj, by: {}},
    "shift": {"offer": lambda obj, by: {}, "withdraw": lambda obj, by: {}},
    "shiftoffer": {"take": lambda obj, by: {}, "withdraw": lambda obj, by: {}},
}
