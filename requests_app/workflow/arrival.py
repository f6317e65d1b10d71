"""What could not be taken in, until a person has dealt with it."""

from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import (
    Arrival,
    ArrivalHandled,
    Connection,
)
from requests_app.permissions.steps import can_handle
from requests_app.workflow.step import note, step


def is_handled(_may: Any, arrival: Arrival) -> str:
    """Why it is not to be dealt with again."""
    if not ArrivalHandled.objects.filter(arrival=arrival).exists():
        return ""
    return _("Somebody has already dealt with it. Nothing more needs to be done.")


@step(may=can_handle, hindrance=is_handled, begins=False)
def handle_arrival(arrival: Arrival, *, by: Any, note_text: str) -> None:
    """A person has dealt with something that could not be taken in."""
    # An arrival itself can't be locked: its rows never change.
    Connection.objects.select_for_update(no_key=True).get(pk=arrival.connection_id)
    handle_arrival.ask(arrival, by)
    ArrivalHandled.objects.create(arrival=arrival, note=note_text)
    note("arrival.handled", on=arrival, by=by)
