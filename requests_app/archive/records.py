"""Rows of a case, their versions and their lines of the ledger, as JSON Lines."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.serializers.json import DjangoJSONEncoder

from audit_app.models import LedgerDetail, LedgerEntry
from audit_app.sealing.believed import newest_cosigned
from audit_app.sealing.proof import inclusions
from audit_app.sealing.proved_lines import end, head, in_json, proof_in_json
from audit_app.verifying.taken_out import name_of
from requests_app.documents.case_texts import BESIDE, of_case
from requests_app.models import Content, SecrecyReview
from requests_app.models.case_paths import case_paths
from requests_app.models.retention import WITH_CASE
from requests_app.models.sealed_field import SealedField

AT_ONCE = 500


class Records(NamedTuple):
    """What is kept of a case beside its documents, each as a file's bytes."""

    rows: bytes
    versions: bytes
    ledger: bytes
    people: bytes


def records_of(review: SecrecyReview) -> Records:
    rows = {model: list(_rows(model, review)) for model in kinds_of_case()}
    versions = {model: list(_versions(model, own)) for model, own in rows.items()}
    all_rows = [*_named(rows), *_named(versions)]
    return Records(
        b"".join(map(as_line, _named(rows))),
        b"".join(map(as_line, _named(versions))),
        b"".join(_ledger(rows)),
        b"".join(_people(all_rows)),
    )


def kinds_of_case() -> list[Any]:
    """Kinds of row that belong to a case, and go where it goes."""
    return [
        model
        for model in case_paths()
        if getattr(model, "retention", None) == WITH_CASE
        and model not in (Content, *BESIDE)
    ]


def columns(model: Any) -> list[Any]:
    """Those that may be told: what opens something stays."""
    fields = model._meta.concrete_fields
    return [field for field in fields if not isinstance(field, SealedField)]


def _rows(model: Any, review: SecrecyReview) -> Iterator[dict[str, Any]]:
    names = [field.attname for field in columns(model)]
    own = model._base_manager.filter(of_case(review, case_paths()[model])).order_by(
        "pk"
    )
    yield from own.values(*names)


def _versions(model: Any, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if hasattr(model, "history"):
        history, key = model.history.model, model._meta.pk.attname
        names = [field.attname for field in columns(history)]
        own = history._base_manager.filter(**{f"{key}__in": [row[key] for row in rows]})
        yield from own.order_by("history_id").values(*names)


def _named(rows: dict[Any, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"table": model._meta.db_table, **row}
        for model, own in rows.items()
        for row in own
    ]


def as_line(row: dict[str, Any]) -> bytes:
    text = json.dumps(row, ensure_ascii=False, cls=_Encoder)
    return f"{text}\n".encode()


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            return bytes(value).hex()
        if isinstance(value, datetime):
            return value.isoformat()
        return super().default(value)


def _ledger(rows: dict[Any, list[dict[str, Any]]]) -> Iterator[bytes]:
    """The file that `verify_ledger --rows` checks."""
    checkpoint = newest_cosigned()
    yield head(checkpoint).encode()
    lines = sorted(
        line
        for model, own in rows.items()
        for line in _lines(model._meta.db_table, [row[_key(model)] for row in own])
    )
    for first in range(0, len(lines), AT_ONCE):
        part = lines[first : first + AT_ONCE]
        yield from _proved(part, checkpoint.size if checkpoint else 0)
    yield end(len(lines)).encode()


def _key(model: Any) -> str:
    return str(model._meta.pk.attname)


def _lines(table: str, keys: list[Any]) -> Iterable[tuple[int, str, str]]:
    return LedgerEntry.objects.filter(
        object_type=table,
        object_id__in=[str(key) for key in keys],
        kind__in=(LedgerEntry.Kind.CHANGE, LedgerEntry.Kind.EVENT),
    ).values_list("pk", "object_type", "object_id")


def _proved(lines: list[tuple[int, str, str]], size: int) -> Iterator[bytes]:
    numbers = [number for number, _table, _key in lines]
    proofs = inclusions(numbers, size)
    details = LedgerDetail.objects.in_bulk(numbers)
    for number, table, key in lines:
        proof = proof_in_json(
            proofs.get(number), is_open=True, detail=details.get(number)
        )
        yield in_json({"row": name_of(table, key), "proof": proof}).encode()


def _people(rows: list[dict[str, Any]]) -> Iterator[bytes]:
    """Whoever is named in the rows by number, as cases tell of them."""
    user, names = get_user_model(), ["history_user_id"]
    for model in kinds_of_case():
        names += [
            field.attname
            for field in model._meta.concrete_fields
            if field.related_model is user
        ]
    numbers = {row.get(name) for row in rows for name in set(names)} - {None}
    for person in user.objects.filter(pk__in=numbers).order_by("pk"):
        yield as_line({"id": person.pk, "name": str(person)})
