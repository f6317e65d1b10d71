"""Stamps of a time-stamping authority over our checkpoints (RFC 3161): since when the
tree has been so, by somebody who knows nothing else of it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from cryptography.x509 import Certificate
from django.db import connection
from rfc3161_client import (
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from audit_app.models import Checkpoint, Stamp
from audit_app.sealing import believed, configured, tiles
from audit_app.sealing.asking import Silent
from audit_app.verifying.note import Malformed

# Address and body → status and body of the answer. Raises Silent.
Query = Callable[[str, bytes], tuple[int, bytes]]
# In the folder: the note that was stamped last, and the answer.
STAMPED, STAMP = "stamped", "stamped.tsr"
# Two clocks that are looked after differ by less.
MOST_AHEAD = timedelta(minutes=1)


class NotStamped(Exception):
    """What came is no stamp of this checkpoint by that authority; says why."""


def stamp_round(query: Query) -> list[str]:
    """Have the newest checkpoint stamped, if it is not. Returns the trouble, if any:
    nothing is lost, for a later stamp is one of all that came before it."""
    try:
        authority, newest = configured.time_stamping(), believed.newest()
        if authority is None or newest is None:
            return []
        known = Stamp.objects.filter(pk=newest.size).first()
        if known:
            answer = bytes(known.answer)
        else:
            answer = stamp_for(newest.note, authority, query)
            _keep(newest.size, answer)
        at = stamped_at(answer, newest.note, authority.roots)
        _publish(newest.note, answer)
        return list(_set_forward(newest, at))
    except Malformed as error:
        return [str(error)]
    except (Silent, NotStamped) as error:
        return [f"The time-stamping authority: {str(error).rstrip('.')}."]
    except OSError as error:
        return [f"The folder of the ledger: {error.strerror or error}."]


def stamp_for(note: str, authority: configured.TimeStamping, query: Query) -> bytes:
    """Its answer, once it has been looked at. Raises NotStamped or Silent."""
    request = TimestampRequestBuilder().data(note.encode()).build()
    status, answer = query(authority.url, request.as_bytes())
    if status != 200:
        raise NotStamped(f"it answers {status}")
    stamped_at(answer, note, authority.roots, request.nonce)
    return answer


def stamped_at(
    answer: bytes, note: str, roots: list[Certificate], nonce: int | None = None
) -> datetime:
    """When, by the authority's clock. Raises NotStamped."""
    builder = VerifierBuilder(
        roots=[one for one in roots if one.issuer == one.subject],
        intermediates=[one for one in roots if one.issuer != one.subject],
        nonce=nonce,
    )
    try:
        stamp = decode_timestamp_response(answer)
        builder.build().verify_message(stamp, note.encode())
        return stamp.tst_info.gen_time
    except (VerificationError, ValueError) as error:
        raise NotStamped(f"its stamp does not verify: {error}"[:200]) from error


def faults(
    using: str, roots: list[Certificate], saw: Callable[[int], None]
) -> Iterator[str]:
    """The stamps that are kept and are none. `saw` is told the size of the checkpoint
    of each other."""
    rows = Stamp.objects.using(using).select_related("checkpoint").order_by("pk")
    for stamp in rows.iterator():
        try:
            at = stamped_at(bytes(stamp.answer), stamp.checkpoint.note, roots)
            saw(stamp.pk)
            yield from _set_forward(stamp.checkpoint, at)
        except NotStamped as error:
            yield f"the time stamp of checkpoint {stamp.pk}: {error}"


def _set_forward(
    checkpoint: Checkpoint | believed.Signed, at: datetime
) -> Iterator[str]:
    """Nobody stamps what is not there yet: our clock was ahead of the authority's."""
    if checkpoint.at - at > MOST_AHEAD:
        yield (
            f"Checkpoint {checkpoint.size} says that it was made {checkpoint.at:%F %T}"
            f" UTC, and was stamped {at:%F %T}: our clock is set forward."
        )


def _keep(size: int, answer: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select audit_ledger_stamped(%s, %s)", (size, answer))


def _publish(text: str, answer: bytes) -> None:
    """The answer first: a note that lies there has its stamp beside it."""
    folder, note = configured.folder(), text.encode()
    if folder is None:
        return
    place = folder / STAMPED
    if place.exists() and place.read_bytes() == note:
        return
    tiles.replace(folder / STAMP, answer)
    tiles.replace(place, note)
