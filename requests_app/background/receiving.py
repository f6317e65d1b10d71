"""From what a provider sent to steps: each application by itself."""

import logging
from collections.abc import Iterator
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from requests_app.models import Connection
from requests_app.providers.application import MOST_OBJECTS, Application
from requests_app.providers.reading import (
    LARGEST,
    Piece,
    Unreadable,
    reading,
    refuse_doubles,
)
from requests_app.workflow.intake import Received, Result, receive, set_aside
from requests_app.workflow.step import Busy

log = logging.getLogger(__name__)


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
        """Whatever stands in it: what can't be taken in stops no other."""
        try:
            application = self._read(piece)
        except Unreadable as error:
            return self.aside(piece.raw, str(error))
        first = self.seen.setdefault(application.external_id, application.terms_digest)
        if first != application.terms_digest:
            trouble = _("Number %(number)s stands for two different requests here.")
            return self.aside(piece.raw, trouble % {"number": application.external_id})
        return self._receive(application, piece)

    def _read(self, piece: Piece) -> Application:
        if len(piece.raw) > LARGEST:
            raise Unreadable(_("The application is larger than 1 MB."))
        with reading(piece.raw):
            refuse_doubles(piece.raw)
            application = self.provider.application(piece.value)
            # It is kept by its terms: what has none can't be kept.
            str(application.terms_digest)
        if len(application.object_ids) > MOST_OBJECTS:
            raise Unreadable(
                _("It names %(count)s objects; at most %(most)s are taken in.")
                % {"count": len(application.object_ids), "most": MOST_OBJECTS}
            )
        return application

    def _receive(self, application: Application, piece: Piece) -> Received:
        try:
            return receive(
                self.connection,
                application,
                by=self.by,
                payload=piece.raw,
                received_by=self.received_by,
            )
        except Busy as error:
            # It is not lost: the provider has it, and is asked again.
            return Received(None, None, f"{application.external_id}: {error}")
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("%s: %s", self.connection, application.external_id)
            trouble = _("It could not be kept as a request (%(error)s).")
            return self.aside(piece.raw, trouble % {"error": type(error).__name__})

    def aside(self, raw: bytes, trouble: str) -> Received:
        set_aside(self.connection, by=self.by, payload=raw, trouble=trouble)
        return Received(None, Result.NOT_TAKEN_IN, trouble)


def receive_document(
    connection: Connection, raw: bytes, *, by: Any, received_by: str = "file"
) -> Iterator[Received]:
    """Take in every application of a saved document of the connection's provider."""
    receiver = Receiver(connection, by=by, received_by=received_by)
    try:
        with reading(raw):
            pieces = list(receiver.provider.applications(raw))
    except Unreadable as error:
        yield receiver.aside(raw, str(error))
        return
    for piece in pieces:
        yield receiver.take_in(piece)
