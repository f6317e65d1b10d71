"""From what a provider sent to steps: each application by itself."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Connection
from requests_app.providers.reading import LARGEST, Piece, Unreadable
from requests_app.workflow.intake import Received, Result, receive, set_aside


class Receiver:
    """One reading of a provider. What can't be read is kept for a person, with the
    reason; so is a second, different application under a number used already."""

    def __init__(self, connection: Connection, *, by: Any, received_by: str) -> None:
        self.connection = connection
        self.provider = connection.product.interface
        self.by = by
        self.received_by = received_by
        self.seen: dict[str, str] = {}

    def take_in(self, piece: Piece) -> Received:
        if len(piece.raw) > LARGEST:
            return self.aside(piece.raw, _("The application is larger than 1 MB."))
        try:
            application = self.provider.application(piece.value)
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
            received_by=self.received_by,
        )

    def aside(self, raw: bytes, trouble: str) -> Received:
        set_aside(self.connection, by=self.by, payload=raw, trouble=trouble)
        return Received(None, Result.NOT_TAKEN_IN, trouble)


def receive_document(
    connection: Connection, raw: bytes, *, by: Any, received_by: str = "file"
) -> Iterator[Received]:
    """Take in every application of a saved document of the connection's provider."""
    reading = Receiver(connection, by=by, received_by=received_by)
    try:
        for piece in reading.provider.applications(raw):
            yield reading.take_in(piece)
    except Unreadable as error:
        yield reading.aside(raw, str(error))
