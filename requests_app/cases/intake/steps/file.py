"""File, of the steps of intake: case file, printed text, seen revision and series."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.intake.models.file import Attachment, FileNote
from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.models.review import SecrecyReview, SeenRevision
from requests_app.core.content import keep, refuse_future
from requests_app.core.people.models import Authority
from requests_app.core.step import note, save, step
from requests_app.core.words.texts import identifiers_in, mentions, placeholders

# What is put into the case beside the assessment: file notes and files.

Status = SecrecyReview.Status
# A case takes notes as long as it lives: facts come in after the decision too.
TAKES_MORE = (*SecrecyReview.OPEN, Status.DECIDED, Status.LAPSED)


@step(starts_from=TAKES_MORE, may="notes")
def make_note(
    review: SecrecyReview, *, by: Any, text: str, source: str, happened_at: datetime
) -> FileNote:
    """Note what was learnt otherwise than in writing (FL 27 §). It stays as it is."""
    refuse_future("happened_at", happened_at)
    file_note = FileNote.objects.create(
        review=review,
        text=keep(text),
        source=source,
        happened_at=happened_at,
        noted_by=by,
        noted_at=acting.now(),
    )
    save(review)
    note("note.made", on=review, by=by)
    return file_note


@step(starts_from=SecrecyReview.OPEN, may="notes")
def note_need(
    review: SecrecyReview, *, by: Any, text: str, source: str, happened_at: datetime
) -> FileNote:
    """Note what the support case needs, and from where that is known: it may be less
    than what is asked for."""
    refuse_future("happened_at", happened_at)
    need = FileNote.objects.create(
        review=review,
        text=keep(text),
        source=source,
        happened_at=happened_at,
        tells_need=True,
        noted_by=by,
        noted_at=acting.now(),
    )
    save(review)
    note("note.need_made", on=review, by=by)
    return need


@step(starts_from=TAKES_MORE, may="notes")
def attach(review: SecrecyReview, *, by: Any, title: str, file: Any) -> Attachment:
    """Keep a file byte for byte under its digest. Its type was found by the form."""
    attachment = Attachment.objects.create(
        review=review,
        title=title,
        content=keep(file.read(), file.content_type, file.name),
        added_by=by,
        added_at=acting.now(),
    )
    save(review)
    note("attachment.added", on=review, by=by)
    return attachment


# What is typed for a paper names no object by an address, which may hold a name, and
# nobody by number or street (OSL 5:2, 8:1): a part of steps.


def refuse_unprintable(review: SecrecyReview, **texts: str) -> None:
    """Raise ValidationError at each field whose text identifies somebody."""
    objects = RequestedObject.objects.numbered(review.access_request_id)
    addresses = {row.called(place): row.external_id for place, row in objects}
    errors = {
        field: list(_errors(review, addresses, text)) for field, text in texts.items()
    }
    if any(errors.values()):
        raise ValidationError({field: rows for field, rows in errors.items() if rows})


def refuse_unfinished(**texts: str) -> None:
    """Raise ValidationError at each field in which a draft's brackets are left: they
    stand where only a person knows what to write."""
    places_by_text = {name: placeholders(text) for name, text in texts.items()}
    text = _("Write what is missing instead of %(places)s.")
    unfinished = {
        name: text % {"places": ", ".join(places)}
        for name, places in places_by_text.items()
        if places
    }
    if unfinished:
        raise ValidationError(unfinished)


def _errors(
    review: SecrecyReview, addresses: dict[str, str], text: str
) -> Iterator[str]:
    for name, address in addresses.items():
        if mentions(address, text):
            yield _(
                "It names an object by its address, which may tell of somebody: call it"
                " “%(name)s”."
            ) % {"name": name}
    # Where the authority itself is reached is no secret.
    if identifiers := identifiers_in(text, [review.authority.postal_address]):
        yield _("“%(words)s” tells of somebody, and others read it: take it out.") % {
            "words": ", ".join(identifiers)
        }


# Who has looked at which revision of a request.

Act = SeenRevision.Act


@step(may="is_to_see_change")
def see_change(review: SecrecyReview, *, by: Any) -> None:
    """Say that one has looked at what has changed."""
    mark(review, by=by, act=Act.LOOKED)


def mark(review: SecrecyReview, *, by: Any, act: str) -> None:
    """Inside a step: the person has the newest revision before them."""
    revision = AccessRequest.objects.values_list("revision", flat=True).get(
        pk=review.access_request_id
    )
    terms = {"review": review, "person": by, "revision": revision, "act": act}
    if not SeenRevision.objects.filter(**terms).exists():
        SeenRevision.objects.create(**terms, seen_at=acting.now())


# Series of numbers that begin anew each year, without gaps and doubles.


class InSeries(NamedTuple):
    """`text`: as it is written, such as GSN 2026-0001."""

    year: int
    sequence: int
    text: str


def next_in_series(
    rows: QuerySet,
    authority: int,
    at: datetime,
    begins: str,
    *,
    year: str = "year",
    sequence: str = "sequence",
) -> InSeries:
    """After the last of the authority's rows in the year of that moment, in Swedish
    time; `year` and `sequence` are their columns. Inside a step: who numbers at an
    authority has locked it (`lock_series`), so that all wait for each other."""
    now = timezone.localtime(at).year
    given = rows.filter(**{"authority": authority, year: now})
    number = (given.aggregate(last=Max(sequence))["last"] or 0) + 1
    text = f"{settings.SERIES_BEGINS}{begins} {now}-{number:04d}"
    return InSeries(now, number, text)


def lock_series(authority: int) -> None:
    """The moment that a number is given at is read after this."""
    Authority.objects.select_for_update().get(pk=authority)
