"""A document with several applications: each is its own step, none stops the others."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Connection
from requests_app.providers import azure
from requests_app.providers.reading import LARGEST, Piece, Unreadable
from requests_app.workflow.intake import Received, Result, receive, set_aside


def receive_document(
    connection: Connection, raw: bytes, *, by: Any, door: str = "file"
) -> Iterator[Received]:
    """Take in every application of a document of the connection's own provider.

    What can't be read is kept for a person, with the reason; so is a second, different
    application under a number that the same document has used already.
    """
    seen: dict[str, str] = {}
    try:
        for piece in azure.applications(raw):
            yield _receive_piece(connection, piece, seen, by=by, door=door)
    except Unreadable as error:
        yield _aside(connection, raw, str(error), by=by)


def _receive_piece(
    connection: Connection, piece: Piece, seen: dict[str, str], *, by: Any, door: str
) -> Received:
    if len(piece.raw) > LARGEST:
        trouble = _("The application is larger than 1 MB.")
        return _aside(connection, piece.raw, trouble, by=by)
    try:
        application = azure.application(piece.value)
    except Unreadable as error:
        return _aside(connection, piece.raw, str(error), by=by)
    first = seen.setdefault(application.external_id, application.terms_digest)
    if first != application.terms_digest:
        trouble = _("Number %(number)s stands for two different requests here.") % {
            "number": application.external_id
        }
        return _aside(connection, piece.raw, trouble, by=by)
    return receive(connection, application, by=by, payload=piece.raw, door=door)


def _aside(connection: Connection, raw: bytes, trouble: str, *, by: Any) -> Received:
    set_aside(connection, by=by, payload=raw, trouble=trouble)
    return Received(None, Result.NOT_TAKEN_IN, trouble)
