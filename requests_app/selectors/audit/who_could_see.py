"""Who could see a case at an instant, or at any moment of a day: by what is told today,
and by what was recorded then. What differs was entered, or changed, afterwards."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from requests_app.models import Role, SecrecyReview
from requests_app.permissions.auditing import Audited
from requests_app.permissions.roles import READS, VIEW
from requests_app.selectors.audit.case_then import CaseThen, Then
from requests_app.selectors.audit.role_versions import Version
from requests_app.selectors.audit.roles_then import Roles, roles_where
from requests_app.words.phrases import label_of


class Saw(TextChoices):
    """What somebody could see, from nothing to everything."""

    NOTHING = "nothing", _("nothing, as it was known then")
    NUMBER = "number", _("number and clocks")
    ANSWER = "answer", _("the answer to the provider with its reasons")
    STUB = "stub", _("that it was stopped, and nothing else")
    OUTER = "outer", _("people, states and clocks")
    WHOLE = "whole", _("the whole case")


EXTENT = list(Saw)


class Span(NamedTuple):
    """An instant, or all of a day."""

    since: datetime
    until: datetime

    def moments(self, instants: Iterator[datetime]) -> list[datetime]:
        """The first, and each at which something changed."""
        within = {one for one in instants if self.since < one <= self.until}
        return [self.since, *sorted(within)]


class CouldSee(NamedTuple):
    """One person. `roles` by what is told today; `known` by what was recorded then."""

    person_id: int
    person: str
    roles: list[str]
    known: list[str]
    is_named: bool
    saw: Saw
    differs: bool


class SeenThen(NamedTuple):
    """Who could see one review; `then` is None where it was not there yet."""

    review: SecrecyReview
    then: Then | None
    people: list[CouldSee]
    shut_out: list[str]


def who_could_see(
    audited: Audited, reviews: list[SecrecyReview], span: Span
) -> Iterator[SeenThen]:
    """Who could see each of these reviews of one request. Three queries, however
    many."""
    if not reviews:
        return
    case = CaseThen(reviews[0].access_request_id)
    executors = Q(authority=case.runs, role=Role.EXECUTOR)
    places = Q(authority__in={review.authority_id for review in reviews})
    roles = roles_where(audited, places | executors | Q(person__in=case.named))
    shut_out = sorted(case.conflicts(span.until).values())
    own = span.moments(case.instants())
    for review in reviews:
        states = [case.reviews(at).get(review.pk) for at in own]
        if any(states):
            candidates = [
                _person(case, roles, key, review.pk, span) for key in roles.by_person
            ]
            people = sorted(
                (row for row in candidates if row), key=lambda row: row.person
            )
            yield SeenThen(review, states[-1], people, shut_out)
        else:
            yield SeenThen(review, None, [], shut_out)


class Opened(NamedTuple):
    """What opened a review to somebody at an instant: roles, and a named right."""

    roles: list[Version]
    rights: set[str]
    saw: Saw


def opened(
    case: CaseThen, then: Then, rows: list[Version], person: int, at: datetime
) -> Opened:
    """By the rules of `who_can_see`, of somebody with these roles."""
    rights = case.rights(at).get((then.review, person), set()) if rows else set()
    if person in case.conflicts(at):
        return Opened([], set(), Saw.NOTHING)
    opening = [row for row in rows if then.opens_to(row)]
    overseeing = [row for row in rows if not rights and then.is_overseen_by(row)]
    answering = [row for row in rows if case.is_answered_by(row, at)]
    ways = (
        (bool(rights) or any(row.role in READS for row in opening), Saw.WHOLE),
        (bool(opening), Saw.OUTER),
        (bool(answering), Saw.ANSWER),
        (bool(overseeing), Saw.NUMBER),
    )
    saw = next((extent for is_way, extent in ways if is_way), Saw.NOTHING)
    if saw in (Saw.WHOLE, Saw.OUTER) and then.is_shut:
        saw = Saw.STUB if then.is_stopped else Saw.OUTER
    return Opened([*opening, *overseeing, *answering], rights, saw)


def _person(
    case: CaseThen, roles: Roles, person: int, review: int, span: Span
) -> CouldSee | None:
    """None of somebody who saw nothing, as it was known or as it is told."""
    today: dict[str, datetime] = {}
    known: dict[str, datetime] = {}
    saw, is_named, differs, begun = Saw.NOTHING, False, False, None
    for at in span.moments(_instants(case, roles, person)):
        then = case.reviews(at).get(review)
        if then is None:
            continue
        begun = begun or at
        rows = [(roles.by_today(person, at), today), (roles.known(person, at), known)]
        ways = [opened(case, then, versions, person, at) for versions, _names in rows]
        labels = [_labels(way) for way in ways]
        for texts, (_versions, names) in zip(labels, rows, strict=True):
            names.update({text: at for text in texts if text not in names})
        differs |= set(labels[0]) != set(labels[1])
        recorded = ways[1]
        is_named |= VIEW in recorded.rights
        saw = max(saw, recorded.saw, key=EXTENT.index)
    if not (today or known or saw != Saw.NOTHING):
        return None
    return CouldSee(
        person,
        roles.name(person),
        [_from(label, at, begun) for label, at in today.items()],
        [_from(label, at, begun) for label, at in known.items()],
        is_named,
        saw,
        differs,
    )


def _from(label: str, at: datetime, begun: datetime | None) -> str:
    """Since which day, with the hour where it was not so when the day, or the case,
    began."""
    if at == begun:
        return label
    time = time_format(timezone.localtime(at), "TIME_FORMAT")
    return str(_("%(role)s from %(time)s") % {"role": label, "time": time})


def _instants(case: CaseThen, roles: Roles, person: int) -> Iterator[datetime]:
    yield from case.instants()
    yield from roles.instants(person)


def _labels(way: Opened) -> list[str]:
    return [str(label_of(Role, row.role)) for row in way.roles]


def instant(at: datetime) -> Span:
    return Span(at, at)
