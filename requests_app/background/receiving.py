"""From what a provider sent to steps: each application by itself."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Connection
from requests_app.providers import azure
from requests_app.providers.reading import LARGEST, Piece, Unreadable
from requests_app.workflow.intake import Received, Result, receive, set_aside


class Door:
    """One reading of a provider. What can't be read is kept for a person, with the
    reason; so is a second, different application under a number used already."""

    def __init__(self, connection: Connection, *, by: Any, door: str) -> None:
        self.connection = connection
        self.by = by
        self.door = door
        self.seen: dict[str, str] = {}

    def take_in(self, piece: Piece) -> Received:
        if len(piece.raw) > LARGEST:
            return self.aside(piece.raw, _("The application is larger than 1 MB."))
        try:
            application = azure.application(piece.value)
        except Unreadable as error:
            return self.aside(piece.raw, str(error))
        first = self.seen.setdefault(application.external_id, application.terms_digest)
        if first != application.terms_digest:
            trouble = _("Number %(number)s stands for two different requests here.")
            return self.aside(piece.raw, trouble % {"number": application.external_id})
        return receive(
            self.connection,
            application,
            by=self.by,
            payload=piece.raw,
            door=self.door,
        )

    def aside(self, raw: bytes, trouble: str) -> Received:
        set_aside(self.connection, by=self.by, payload=raw, trouble=trouble)
        return Received(None, Result.NOT_TAKEN_IN, trouble)


def receive_document(
    connection: Connection, raw: bytes, *, by: Any, door: str = "file"
) -> Iterator[Received]:
    """Take in every application of a saved document of the connection's provider."""
    reading = Door(connection, by=by, door=door)
    try:
        for piece in azure.applications(raw):
            yield reading.take_in(piece)
    except Unreadable as error:
        yield reading.aside(raw, str(error))
