"""What was found about a person, by case and kind: how much of each, and no content."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model

from requests_app.models import DataSubjectRequest, SecrecyReview
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.person.sought import Hit, hits
from requests_app.selectors.person.subjects import (
    Source,
    places_of,
    subjects_of,
)

Place = tuple[int | None, Any]


class Kind(NamedTuple):
    """Of one kind of row: how many rows, versions, lines and texts hold the person."""

    label: str
    by_account: int
    by_words: int
    sources: list[tuple[Any, int]]


class Gathered(NamedTuple):
    """`cases`: those that whoever looks may know of, with their kinds; `others`: of the
    rest; `beside`: of no case. `namesakes`: who else is called the same."""

    cases: list[tuple[SecrecyReview, list[Kind]]]
    others: list[Kind]
    beside: list[Kind]
    namesakes: list[Any]


def gather(user: Any, row: DataSubjectRequest, words: list[str]) -> Gathered:
    """Of the authority that was asked: others answer for themselves. What is found by
    account is the person's; what is found by words is for somebody to judge."""
    placed = _placed(row, hits(row.account_id, words))
    reviews = {review for review, _model in placed if review}
    known = visible_to(user).filter(pk__in=reviews).select_related("authority")
    shown = {review.pk: review for review in known}
    of_case: dict[Any, dict] = defaultdict(dict)
    for (review, model), counts in placed.items():
        group = review if review in shown else None if review is None else 0
        mine = of_case[group].setdefault(model, Counter())
        mine.update(counts)
    return Gathered(
        [(shown[key], _kinds(of_case[key])) for key in sorted(shown)],
        _kinds(of_case[0]),
        _kinds(of_case[None]),
        _namesakes(row, words),
    )


def _placed(
    row: DataSubjectRequest, of_person: Iterable[Hit]
) -> dict[Place, Counter[tuple[str, bool]]]:
    """How many of each source, by account or not, of each case and kind."""
    by_table: dict[str, dict[str, bool]] = defaultdict(dict)
    for hit in of_person:
        by_table[hit.table][hit.pk] = hit.is_by_key
    of_kind: dict[Any, list[tuple[str, Source, bool]]] = defaultdict(list)
    for table, keys in by_table.items():
        for key, subject in subjects_of(table, list(keys)):
            place = (str(subject.pk), subject.source, keys[key])
            of_kind[subject.model].append(place)
    placed: dict[Place, Counter] = defaultdict(Counter)
    for model, rows in of_kind.items():
        live = {pk for pk, *_rest in rows if pk}
        places = places_of(model, live, row.authority_id) if model else {}
        for pk, source, is_by_key in rows:
            review, authority = places.get(pk, (None, None))
            if authority in (None, row.authority_id):
                placed[review, model][source, is_by_key] += 1
    return placed


def _kinds(by_model: dict[Any, Counter]) -> list[Kind]:
    kinds = [_kind(model, counts) for model, counts in by_model.items()]
    return sorted(kinds, key=lambda kind: kind.label)


def _kind(model: Any, counts: Counter) -> Kind:
    label = str(model._meta.verbose_name_plural) if model else "–"
    by_account = sum(number for (_s, is_key), number in counts.items() if is_key)
    sources: Counter = Counter()
    for (source, _is_key), number in counts.items():
        sources[source] += number
    labelled = [(source.label, sources[source]) for source in Source if sources[source]]
    return Kind(label, by_account, sum(counts.values()) - by_account, labelled)


def _namesakes(row: DataSubjectRequest, words: list[str]) -> list[Any]:
    """Everybody else with an account whose name is what is sought."""
    names = {word.casefold().strip() for word in words}
    if row.account is not None:
        names.add(str(row.account).casefold())
    others = get_user_model()._default_manager.exclude(pk=row.account_id or 0)
    people = others.filter(municipality=row.authority.municipality_id)
    return [one for one in people if str(one).casefold() in names]
