"""What the example sends: a bare list of cases, and a list of commands."""

from requests_app.providers.application import Application, Event
from requests_app.providers.reading import (
    Unreadable,
    document,
    instant,
    pieces,
    text_of,
)

STATES = {
    "open": "",
    "yes": "approved",
    "no": "denied",
    "gone": "lapsed",
    "stopped": "revoked",
}


def applications(raw):
    _value, text = document(raw)
    return pieces(text, ())


def application(value):
    if not isinstance(value, dict) or "case" not in value:
        raise Unreadable("“case” is missing.")
    return Application(
        external_id=text_of(value["case"], "case"),
        service="Logs",
        justification=text_of(value["why"], "why"),
        duration_minutes=value["minutes"],
        object_ids=(value["log"],),
        requested_at=instant(value["at"], "at"),
        provider_status=value["state"],
        concluded=STATES.get(value["state"], ""),
    )


def event(value):
    return Event(
        external_id=text_of(value["id"], "id"),
        happened_at=instant(value["at"], "at"),
        action=text_of(value["command"], "command"),
    )
