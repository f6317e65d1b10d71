"""What a row that was found belongs to: itself, or the row whose history, line or text
it is; and of that, the case and the authority."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.models import LedgerDetail, LedgerEntry
from requests_app.models import AccessRequest, Authority, Content, SecrecyReview
from requests_app.models.paths import models_by_table, path_to


class Source(models.TextChoices):
    ROW = "row", _("rows")
    HISTORY = "history", _("versions in the history")
    LEDGER = "ledger", _("lines of the ledger")
    TEXT = "text", _("texts and files")


class Subject(NamedTuple):
    """The live row that it is about: None of a line that is about no row."""

    source: Source
    model: type[models.Model] | None
    pk: Any


def subjects_of(table: str, keys: list[str]) -> Iterator[tuple[str, Subject]]:
    """Each key of a table with what it belongs to; a text may be several rows'."""
    model = models_by_table().get(table)
    if model is None:
        yield from ((key, Subject(Source.ROW, None, key)) for key in keys)
    elif hasattr(model, "instance_type"):
        rows = model._base_manager.filter(pk__in=keys).values_list("pk", "id")
        kind = model.instance_type
        yield from ((str(k), Subject(Source.HISTORY, kind, pk)) for k, pk in rows)
    elif model in (LedgerEntry, LedgerDetail):
        yield from _of_lines(model, keys)
    elif model is Content:
        yield from _of_texts(keys)
    else:
        yield from ((key, Subject(Source.ROW, model, key)) for key in keys)


def _of_lines(model: Any, keys: list[str]) -> Iterator[tuple[str, Subject]]:
    path = "" if model is LedgerEntry else "entry__"
    columns = ("pk", f"{path}object_type", f"{path}object_id")
    rows = model._base_manager.filter(pk__in=keys).values_list(*columns)
    for key, kind, pk in rows:
        yield str(key), Subject(Source.LEDGER, models_by_table().get(kind), pk)


def _of_texts(digests: list[str]) -> Iterator[tuple[str, Subject]]:
    for model in models_by_table().values():
        if hasattr(model, "instance_type"):
            continue
        for field in model._meta.concrete_fields:
            if field.related_model is Content:
                rows = model._base_manager.filter(**{f"{field.name}__in": digests})
                for pk, digest in rows.values_list("pk", field.attname):
                    yield digest, Subject(Source.TEXT, model, pk)


def places_of(
    model: type[models.Model], keys: Iterable[Any], authority: int
) -> dict[str, tuple[int | None, int | None]]:
    """Of each row, its case and its authority, where it has them. What belongs to a
    request is of the case that the authority has of it, if it has one."""
    keys = list(keys)
    owners = _through(model, keys, Authority)
    cases = _through(model, keys, SecrecyReview)
    requests = {} if cases else _through(model, keys, AccessRequest)
    reviews = SecrecyReview.objects.filter(
        access_request__in=requests.values(), authority=authority
    )
    of_request = dict(reviews.values_list("access_request", "pk"))
    for pk, request in requests.items():
        if request in of_request:
            cases[pk], owners[pk] = of_request[request], authority
    return {pk: (cases.get(pk), owners.get(pk)) for pk in {*cases, *owners}}


def _through(model: Any, keys: list[Any], goal: Any) -> dict[str, int]:
    path = path_to(model, goal)
    if path is None:
        return {}
    rows = model._base_manager.filter(pk__in=keys, **{f"{path}__isnull": False})
    return {str(pk): key for pk, key in rows.values_list("pk", path)}
