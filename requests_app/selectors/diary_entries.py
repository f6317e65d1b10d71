"""What the authority's diary system is told of the cases that it owes a number: no more
than the public register tells. Reads only."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from requests_app.models import DiaryEntry
from requests_app.models.diary_entry import DiaryEntryQuerySet
from requests_app.permissions.public_register import left_out
from requests_app.registers.csv_file import decode, filled_rows

# So many are handed over at once, the oldest first.
MOST = 500


class Owed(NamedTuple):
    """A case as the diary system is to register it; of one that is left out of the
    register, number and day alone."""

    entry: DiaryEntry
    sender: str
    subject: str


class NumberIn(NamedTuple):
    """A row of a file that came back."""

    line: int
    ours: str
    theirs: str


def owed_of(entries: DiaryEntryQuerySet) -> list[Owed]:
    rows = (
        entries.owed()
        .annotate(is_left_out=left_out("review__"))
        .select_related(
            "review__authority", "review__access_request__connection__product__provider"
        )
        .order_by("owed_at", "pk")
    )
    return [_owed(row) for row in rows[:MOST]]


def _owed(row: Any) -> Owed:
    if row.is_left_out:
        return Owed(row, "", "")
    provider = row.review.access_request.connection.product.provider
    return Owed(row, provider.name, row.review.open_subject)


def as_csv(rows: Iterable[Owed]) -> list[list[str]]:
    headings = [
        *(_("Authority"), _("Registered here as"), _("Received"), _("Sender")),
        *(_("Public subject"), _("Number in the diary system")),
    ]
    return [headings, *map(_cells, rows)]


def _cells(row: Owed) -> list[str]:
    review = row.entry.review
    received = date_format(localtime(review.access_request.received_at), "Y-m-d")
    numbers = [review.authority.code, review.diary_number, received]
    return [*numbers, row.sender, row.subject, ""]


def numbers_in(raw: bytes) -> list[NumberIn]:
    """Of a list that was taken out and filled in: by its second column and its last.
    Raises ValidationError for what is no such list."""
    rows = filled_rows(decode(raw).text, MOST)[1:]
    return [
        NumberIn(line, cells[1].strip(), cells[-1].strip())
        for line, cells in rows
        if len(cells) > 2 and cells[-1].strip()
    ]
