"""Taking closed cases out to the archive, and the receipt that comes back."""

import shutil
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.archive.package import Package, write
from requests_app.models import (
    AlteredContent,
    ArchiveDelivery,
    Authority,
    SecrecyReview,
)
from requests_app.permissions.archive_delivery import (
    can_deliver,
    can_note_receipt,
    deliverable,
    deliverable_by,
)
from requests_app.redaction import NotTurned
from requests_app.workflow.step import WrongState, note, require, save, step
from requests_app.workflow.typed_moment import refuse_outside

# What somebody waits for at a page; more is taken out by the command.
MOST_AT_ONCE = 10


class TakenOut(NamedTuple):
    delivery: ArchiveDelivery
    file: IO[bytes]


@step
def take_out(
    *, by: Any, authority: Authority, year: int | None = None, number: str = ""
) -> TakenOut:
    """As one file, which is not kept. Raises ValidationError and WrongState."""
    require(can_deliver(by, authority))
    reviews = _chosen(deliverable_by(by, authority), year, number)
    if len(reviews) > MOST_AT_ONCE:
        text = _(
            "%(count)s cases are more than can be fetched here (%(most)s at most): let"
            " whoever runs Lockbox take the year out with archive_package."
        )
        raise WrongState(text % {"count": len(reviews), "most": MOST_AT_ONCE})
    with tempfile.TemporaryDirectory() as place:
        package = _written(authority, reviews, year, Path(place))
        file = _packed(package)
    return TakenOut(_record(package, authority, reviews, year, by), file)


@step
def take_out_to(
    place: Path, *, by: Any, authority: Authority, year: int | None, number: str
) -> ArchiveDelivery:
    """By the system account, for whoever runs Lockbox: into a folder. Raises
    ValidationError and WrongState."""
    reviews = _chosen(deliverable(authority), year, number)
    package = _written(authority, reviews, year, place)
    try:
        return _record(package, authority, reviews, year, by)
    except BaseException:
        shutil.rmtree(package.folder)
        raise


def _has_receipt(_may: Any, delivery: ArchiveDelivery) -> str:
    if delivery.is_received:
        return _("The archive has given its receipt already.")
    return ""


@step(may=can_note_receipt, hindrance=_has_receipt)
def note_receipt(
    delivery: ArchiveDelivery,
    *,
    by: Any,
    received_by: str,
    receipt: str,
    received_at: datetime,
    digest: str,
) -> None:
    """What the archive says that it has is what was taken out. Raises
    ValidationError."""
    if digest.strip().lower() != delivery.digest:
        text = _(
            "The archive has another package than this: the digest of this one is"
            " %(digest)s. Let it be delivered anew."
        )
        raise ValidationError({"digest": text % {"digest": delivery.digest}})
    early = _("The package was taken out later than that, or it is still to come.")
    refuse_outside("received_at", received_at, delivery.made_at, early)
    save(
        delivery,
        received_by=received_by,
        receipt=receipt,
        received_at=received_at,
    )
    note("archive_delivery.received", on=delivery, by=by)


def _chosen(
    reviews: QuerySet[SecrecyReview], year: int | None, number: str
) -> list[SecrecyReview]:
    """Raises ValidationError. What may not be known is said as what is not there."""
    if (year is None) == (not number):
        text = _("Give a year or a diary number, and not both.")
        raise ValidationError({"year": text})
    if year is not None:
        rows = list(reviews.filter(registered_at__year=year))
        text = _("No case that was registered in %(year)s is closed.") % {"year": year}
        missing = {"year": text}
    else:
        rows = list(reviews.filter(diary_number=number))
        text = _("No closed case has the number %(number)s.") % {"number": number}
        missing = {"number": text}
    if not rows:
        raise ValidationError(missing)
    return rows


def _written(
    authority: Authority, reviews: list[SecrecyReview], year: int | None, place: Path
) -> Package:
    what = year if year is not None else reviews[0]
    title = f"Ärenden från {authority}, {what}"
    try:
        return write(authority, reviews, title, place)
    except (NotTurned, OSError) as error:
        text = _("The package could not be made: %(why)s") % {"why": error}
        raise WrongState(text) from error
    except AlteredContent as error:
        text = _(
            "Something in it is no longer what was kept (%(digest)s): nothing is"
            " delivered before that has been looked into."
        )
        raise WrongState(text % {"digest": error}) from error


def _packed(package: Package) -> IO[bytes]:
    """As one file without a name, which goes when it has been fetched."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — whoever answers closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(package.folder.rglob("*")):
            packed.write(path, path.relative_to(package.folder.parent))
    file.seek(0)
    return file


def _record(
    package: Package,
    authority: Authority,
    reviews: list[SecrecyReview],
    year: int | None,
    by: Any,
) -> ArchiveDelivery:
    delivery = ArchiveDelivery.objects.create(
        authority=authority,
        year=year,
        diary_number="" if year is not None else reviews[0].diary_number,
        cases=[review.pk for review in reviews],
        number=package.number,
        digest=package.digest,
        files=package.files,
        size=package.size,
        made_by=by,
        made_at=clock.now(),
    )
    note("archive_delivery.taken_out", on=delivery, by=by)
    return delivery
