"""In which documents of which cases a person stands: by account, which is certain, and
by words, which may be somebody else's."""

from collections import defaultdict
from typing import Any

from requests_app.models import DataSubjectRequest
from requests_app.models.official import Sheet
from requests_app.selectors.person.sought import hits
from requests_app.selectors.person.subjects import places_of, subjects_of


def places_by_case(row: DataSubjectRequest, words: list[str]) -> dict[int, set[str]]:
    """By case of the authority asked: keys of documents, and names of sheets."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for hit in hits(row.account_id, words):
        by_table[hit.table].append(hit.pk)
    by_model: dict[Any, set[str]] = defaultdict(set)
    for table, keys in by_table.items():
        for _key, subject in subjects_of(table, keys):
            if subject.model is not None and subject.pk:
                by_model[subject.model].add(str(subject.pk))
    places: dict[int, set[str]] = defaultdict(set)
    for model, pks in by_model.items():
        for pk, (case, owner) in places_of(model, pks, row.authority_id).items():
            if case is not None and owner in (None, row.authority_id):
                places[case].add(f"{model._meta.model_name}-{pk}")
                places[case].update(_sheet_of(model))
    return places


def _sheet_of(model: Any) -> list[str]:
    declared = getattr(model, "document", None)
    return [str(declared.name)] if isinstance(declared, Sheet) else []
