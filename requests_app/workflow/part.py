"""Naming the parts of what is asked for that are tested by themselves."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Part, RequestedObject, SecrecyReview
from requests_app.words.in_record import in_record
from requests_app.workflow.printed_text import refuse_unprintable
from requests_app.workflow.step import note, save, step

Status = SecrecyReview.Status
WORKING = (Status.ASSIGNED, Status.IN_ASSESSMENT)


@step(starts_from=WORKING, may="assesses")
def name_parts(
    review: SecrecyReview,
    *,
    by: Any,
    kind: str,
    names: Iterable[str] = (),
    requested_object: RequestedObject | None = None,
    ended: Collection[Part] = (),
    are_all: bool = False,
) -> None:
    """Name the parts that are tested by themselves, and end those that are not any
    more. What else is asked for is a part of its own, unless these `are_all`; without
    parts everything is tested as a whole again.
    """
    now = clock.now()
    names = list(names)
    refuse_unprintable(review, names="\n".join(names))
    standing = list(review.parts.standing().select_for_update())
    for part in standing:
        if part in ended or part.kind == Part.Kind.REST and are_all:
            save(part, ended_at=now)
    standing = [part for part in standing if part.ended_at is None]
    for name in names:
        _refuse_overlap(standing, kind, name, requested_object)
        standing.append(_name(review, kind, name, requested_object, by=by))
    rest = [part for part in standing if part.kind == Part.Kind.REST]
    if rest == standing:
        for part in rest:
            save(part, ended_at=now)
        standing = []
    elif not (rest or are_all):
        rest_name = in_record(Part.Kind.REST.label)
        _name(review, Part.Kind.REST, rest_name, None, by=by)
    save(review, is_divided=bool(standing))
    note("review.parts_named", on=review, by=by)


def _name(
    review: SecrecyReview,
    kind: str,
    name: str,
    requested_object: RequestedObject | None,
    *,
    by: Any,
) -> Part:
    return Part.objects.create(
        review=review,
        kind=kind,
        name=name,
        requested_object=requested_object,
        named_by=by,
        named_at=clock.now(),
    )


def _refuse_overlap(
    standing: list[Part],
    kind: str,
    name: str,
    requested_object: RequestedObject | None,
) -> None:
    """What lies in two parts would be tested twice."""
    key = requested_object.pk if requested_object else None
    for part in standing:
        same_place = part.requested_object_id == key
        same_name = part.name.casefold() == name.casefold()
        whole = Part.Kind.OBJECT in (kind, part.kind) and key is not None
        if same_place and (same_name or whole):
            text = _("“%(name)s” overlaps the part “%(other)s”: name each once.")
            words = {"name": name, "other": part.name}
            raise ValidationError({"names": text % words})
