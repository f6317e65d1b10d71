"""The words that a person would use at the steps of a roster."""

from datetime import timedelta

from requests_app.permissions.roles import today
from requests_app.permissions.roster import people_for


def hours_ahead() -> dict[str, str]:
    """A time that nobody is on duty in."""
    day = (today() + timedelta(days=40)).isoformat()
    return {
        "begins_at_0": day,
        "begins_at_1": "08:00",
        "ends_at_0": day,
        "ends_at_1": "16:00",
    }


ROSTER_WORDS = {
    "rostergroup": {
        "lay-pattern": lambda obj, by: {
            "person": people_for(obj).first(),
            "weekdays": ["2"],
            "days": "every",
            "begins": "08:00",
            "ends": "16:00",
            "every_weeks": "1",
            "valid_from": (today() + timedelta(days=30)).isoformat(),
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
