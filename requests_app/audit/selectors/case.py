"""Case, of what pages read of the auditor: audit, by what right, case then, role
changes, role versions, roles then, story and who could see."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import F, OuterRef, Q, Subquery, TextChoices, Value
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app import ledger
from audit_app.changes import Field, Names, fields_of, look_up
from audit_app.history import Source, versions
from audit_app.ledger import Kind
from requests_app.audit.lines.read import (
    Case,
    Entry,
    LinesPage,
    Part,
    Place,
    Sought,
    Writer,
    entries,
    lines,
    rows_of,
    written_outside,
)
from requests_app.audit.steps import Audited, name_of
from requests_app.cases.access.models import ContractClient
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import STOPPING
from requests_app.cases.review.rights.involvement import (
    roles_that_open,
    roles_that_oversee,
)
from requests_app.core.people.models import Authority, Role, RoleAssignment, was_usable
from requests_app.core.people.rights import READS as READING_ROLES
from requests_app.core.people.rights import SEES_UNROUTED, VIEW
from requests_app.core.words.texts import label_of
from requests_app.organisation.models import DelegationRule

# How a request and its reviews stood recorded at an instant: status, lists, stops,
# who was named, who had declared a conflict, and whether it had been answered.

# By the order in which it was recorded. What the request came by, and since when there
# is an answer to it, is of today.
RECORDED = """
select 'review', h.history_id, h.history_date, to_jsonb(h)
from requests_app_historicalsecrecyreview h where h.access_request_id = %(request)s
union all
select 'named', n.history_id, n.history_date, to_jsonb(n) || jsonb_build_object(
  'right', p.codename, 'first_name', u.first_name, 'last_name', u.last_name,
  'username', u.username)
from requests_app_historicalreviewuserpermission n
join auth_permission p on p.id = n.permission_id
join lockbox_site_user u on u.id = n.user_id
where n.content_object_id in (
  select id from requests_app_secrecyreview where access_request_id = %(request)s)
union all
-- In another request of the matter: from when it was merged with this one.
select 'declared', c.history_id, greatest(c.history_date, (
    select max(merged.since) from (
      select min(h.history_date) as since
      from requests_app_historicalaccessrequest h
      join requests_app_accessrequest now on now.id = h.id
        and now.merged_into_id = h.merged_into_id
      where h.id in (review.access_request_id, %(request)s)
        and review.access_request_id <> %(request)s
      group by h.id) merged)),
  jsonb_build_object(
  'user_id', u.id, 'first_name', u.first_name, 'last_name', u.last_name,
  'username', u.username)
from requests_app_historicalconflictdeclaration c
join requests_app_secrecyreview review on review.id = c.review_id
join lockbox_site_user u on u.id = c.person_id
where c.has_conflict and review.access_request_id = any(array(
    select lockbox_matters(array[%(request)s::bigint])))
union all
select 'request', 0, (
    select min(d.history_date) from requests_app_historicaldelivery d
    where d.access_request_id = r.id),
  jsonb_build_object('connection', c.id, 'runs', c.authority_id)
from requests_app_accessrequest r
join requests_app_connection c on c.id = r.connection_id where r.id = %(request)s
order by 2
"""


class Recorded(NamedTuple):
    at: datetime
    row: dict[str, Any]

    @property
    def name(self) -> str:
        row = self.row
        return name_of(row["first_name"], row["last_name"], row["username"])


class Then(NamedTuple):
    """A review as it stood recorded."""

    review: int
    authority_id: int
    branch_id: int | None
    status: str
    is_named_list: bool
    is_stopped: bool
    listed_by: int | None
    list_waits: bool

    @property
    def is_shut(self) -> bool:
        return self.is_stopped or self.status in SecrecyReview.MOVED

    def opens_to(self, row: Any) -> bool:
        opening = roles_that_open(self.is_named_list, self.is_stopped)
        return row.role in opening and self._is_at(row)

    def is_overseen_by(self, row: Any) -> bool:
        """By one who sees its number and clocks, and no more."""
        return row.role in roles_that_oversee(self) and self._is_at(row)

    def _is_at(self, row: Any) -> bool:
        here = row.authority_id == self.authority_id
        return here and row.branch_id in (None, self.branch_id)


class CaseThen:
    """All that was recorded of it. One query."""

    def __init__(self, request: int) -> None:
        with connections[ledger.alias()].cursor() as cursor:
            cursor.execute(RECORDED, {"request": request})
            rows = cursor.fetchall()
        self._cache: dict[tuple[str, datetime], Any] = {}
        self._states: dict[int, list[Recorded]] = defaultdict(list)
        self._named: dict[int, list[Recorded]] = defaultdict(list)
        self._declared: list[Recorded] = []
        for kind, _nth, at, body in rows:
            row = json.loads(body) if isinstance(body, str) else body
            if kind == "review":
                self._states[row["id"]].append(Recorded(at, row))
            elif kind == "named":
                self._named[row["id"]].append(Recorded(at, row))
            elif kind == "declared":
                self._declared.append(Recorded(at, row))
            else:
                self._answered: datetime | None = at
                self.connection: int = row["connection"]
                # The authority that runs it.
                self.runs: int = row["runs"]

    def _once(self, what: str, at: datetime, find: Callable[[datetime], Any]) -> Any:
        """Asked of many people, and found once."""
        if (what, at) not in self._cache:
            self._cache[what, at] = find(at)
        return self._cache[what, at]

    def reviews(self, at: datetime) -> dict[int, Then]:
        """Each that there was, by its key."""
        return self._once("reviews", at, self._reviews)

    def _reviews(self, at: datetime) -> dict[int, Then]:
        states = {key: _last(rows, at) for key, rows in self._states.items()}
        rows = {key: row for key, row in states.items() if row}
        stopped = any(row["security_protection"] in STOPPING for row in rows.values())
        return {key: _then(row, stopped) for key, row in rows.items()}

    def rights(self, at: datetime) -> dict[tuple[int, int], set[str]]:
        """Named rights, by review and person."""
        return self._once("rights", at, self._rights)

    def _rights(self, at: datetime) -> dict[tuple[int, int], set[str]]:
        rights: dict[tuple[int, int], set[str]] = defaultdict(set)
        for rows in self._named.values():
            row = _last(rows, at)
            if row is not None and row["history_type"] != "-":
                rights[row["content_object_id"], row["user_id"]].add(row["right"])
        return rights

    def took_access(self, then: Then, person: int) -> bool:
        """Did they name themselves, on a basis that is kept? So does whoever puts a
        review on a list, without one."""
        return then.listed_by != person and any(
            version.row["content_object_id"] == then.review
            and version.row["user_id"] == version.row["history_user_id"] == person
            for versions in self._named.values()
            for version in versions
        )

    @property
    def named(self) -> set[int]:
        """Everybody who ever had such a right."""
        return {rows[0].row["user_id"] for rows in self._named.values()}

    def conflicts(self, at: datetime) -> dict[int, str]:
        """Who had declared a conflict of interest in the matter, by name."""
        return self._once("conflicts", at, self._conflicts)

    def _conflicts(self, at: datetime) -> dict[int, str]:
        rows = (version for version in self._declared if version.at <= at)
        return {version.row["user_id"]: version.name for version in rows}

    def is_answered_by(self, row: Any, at: datetime) -> bool:
        """By one who gives the provider the answer, where there was one to give."""
        is_executor = row.role == Role.EXECUTOR and row.branch_id is None
        is_theirs = is_executor and row.authority_id == self.runs
        return is_theirs and self._answered is not None and self._answered <= at

    def instants(self) -> Iterator[datetime]:
        """When any of this changed."""
        for rows in (*self._states.values(), *self._named.values(), self._declared):
            yield from (version.at for version in rows)
        if self._answered is not None:
            yield self._answered


def _last(rows: list[Recorded], at: datetime) -> dict[str, Any] | None:
    return next((version.row for version in reversed(rows) if version.at <= at), None)


def _then(row: dict[str, Any], is_stopped: bool) -> Then:
    by = row["listed_by_id"]
    return Then(
        row["id"],
        row["authority_id"],
        row["branch_id"],
        row["status"],
        row["is_named_list"],
        is_stopped,
        by,
        list_waits=by is not None and row["list_confirmed_by_id"] is None,
    )


# A role in all its versions: as it stood recorded, and as it is told today.

# What no step rewrites: a new value is told of the whole time. So are the days.
WHOLE = (
    "person_id", "role", "authority_id", "branch_id", "valid_from", "valid_to",
    "given_at",
)  # fmt: skip
STAMPS = ("confirmed_at", "refused_at", "ended_at", "suspended_at")
# What was done is recorded in the transaction that did it, however long that took.
LAG = timedelta(minutes=5)


class RoleVersion(NamedTuple):
    """A role as it stood from when this was recorded until the next version."""

    history_date: datetime
    history_type: str
    id: int
    person_id: int
    role: str
    authority_id: int
    branch_id: int | None
    valid_from: date
    valid_to: date | None
    given_at: datetime
    usable_until: datetime | None
    confirmed_at: datetime | None
    refused_at: datetime | None
    ended_at: datetime | None
    suspended_at: datetime | None
    first_name: str
    last_name: str
    username: str

    @property
    def person_name(self) -> str:
        return name_of(self.first_name, self.last_name, self.username)


class RoleVersions(NamedTuple):
    """A role: its versions in the order in which they were recorded, and as it stands
    today, or None where it is gone."""

    versions: list[RoleVersion]
    today: RoleVersion | None

    def known(self, at: datetime) -> RoleVersion | None:
        """The version that stood recorded at an instant."""
        return last_before(self.versions, at)

    def by_today(self, at: datetime) -> RoleVersion | None:
        """What is told of an instant today: as it stood recorded then, with what was
        said of that time afterwards. That something was done later, a confirmation
        taken back or a suspension lifted, says nothing of the time before."""
        if self.today is None or not self.versions:
            return self.today
        newest = self.versions[-1]
        if newest[2:] != self.today[2:]:
            # It was changed past its history: then it stands for the whole time.
            return self.today
        row = before = self.versions[0]
        for version in self.versions[1:]:
            if version.history_date <= at:
                row = version
            else:
                row = row._replace(**_said_afterwards(before, version))
            before = version
        return row

    @property
    def rows(self) -> list[RoleVersion]:
        """All that is told of it, the newest last."""
        return [*self.versions, self.today] if self.today else self.versions

    def instants(self) -> Iterator[datetime]:
        """When anything of it may have changed."""
        for row in self.rows:
            stamps = (
                row.given_at,
                row.usable_until,
                *(getattr(row, s) for s in STAMPS),
            )
            yield from (one for one in (row.history_date, *stamps) if one is not None)


def _said_afterwards(before: RoleVersion, after: RoleVersion) -> dict[str, Any]:
    """What a version says of the time before it was recorded."""
    changed = {
        name: value
        for name, value in after._asdict().items()
        if value != getattr(before, name)
    }
    recorded = after.history_date - LAG
    return {
        name: value
        for name, value in changed.items()
        if name in WHOLE
        or (name == "usable_until" and value is not None)
        or (name in STAMPS and value is not None and value < recorded)
        # Neither is ever undone.
        or (name in ("refused_at", "ended_at") and value is None)
    }


def last_before(versions: list[Any], at: datetime) -> Any:
    """The last that had been recorded; None where there was none, or no longer."""
    for version in reversed(versions):
        if version.history_date <= at:
            return version if version.history_type != "-" else None
    return None


# Who had which role when: as it is told today, and as it was known at the time.

COLUMNS = (
    "id", "person_id", "role", "authority_id", "branch_id", "valid_from", "valid_to",
    "given_at", "usable_until", "confirmed_at", "refused_at", "ended_at",
    "suspended_at", "person__first_name", "person__last_name", "person__username",
)  # fmt: skip
ROLES_THEN_RECORDED = ("history_date", "history_type")
# In place of the latter, of a role as it stands.
TODAY = "="
ACCOUNT = (*ROLES_THEN_RECORDED, "id", "is_active", "is_machine", "directory_roles")


class AtWork(NamedTuple):
    """An account that nothing is asked of: who did something could."""

    is_active: bool = True
    is_machine: bool = False
    directory_roles: None = None


class Account(NamedTuple):
    """Somebody's account as it stood from then on."""

    history_date: datetime
    history_type: str
    id: int
    is_active: bool
    is_machine: bool
    directory_roles: list[str] | None
    # Of a provider's machine: where, and until when.
    client_of: int | None
    client_ended_at: datetime | None


class Roles:
    """Roles of people, with their accounts, and what authorities are called for
    short."""

    def __init__(
        self,
        roles: Iterable[RoleVersions],
        accounts: dict[int, list[Account]] | None,
        codes: dict[int, str],
    ) -> None:
        self.codes = codes
        self._accounts = accounts
        self.by_person: dict[int, list[RoleVersions]] = defaultdict(list)
        for one in roles:
            self.by_person[one.rows[-1].person_id].append(one)

    def known(self, person: int, at: datetime) -> list[RoleVersion]:
        """The roles that somebody could use then, by what was recorded then."""
        account = self._account(person, at)
        rows = [one.known(at) for one in self.by_person.get(person, ())]
        return [row for row in rows if row and was_usable(row, account, at)]

    def _of(self, person: int) -> list[Account]:
        return (self._accounts or {}).get(person, [])

    def _account(self, person: int, at: datetime) -> Any:
        return AtWork() if self._accounts is None else last_before(self._of(person), at)

    def by_today(self, person: int, at: datetime) -> list[RoleVersion]:
        """The roles that somebody could use then, by what is told today."""
        account = self._account(person, at) or next(iter(self._of(person)), None)
        rows = [one.by_today(at) for one in self.by_person.get(person, ())]
        return [row for row in rows if row and was_usable(row, account, at)]

    def is_client_of(self, person: int, connection: int, at: datetime) -> bool:
        """Was it the provider's machine on the connection?"""
        account = last_before(self._of(person), at)
        if account is None or account.client_of != connection:
            return False
        ended = account.client_ended_at
        return ended is None or at < ended

    def instants(self, person: int) -> Iterator[datetime]:
        yield from (one.history_date for one in self._of(person))
        for role in self.by_person.get(person, ()):
            yield from role.instants()

    def name(self, person: int) -> str:
        return self.by_person[person][0].rows[-1].person_name

    def in_words(self, row: Any) -> str:
        return f"{label_of(Role, row.role)}, {self.codes.get(row.authority_id, '')}"

    def of(self, person: int | None, at: datetime) -> list[str]:
        """What somebody was then, in words."""
        rows = self.known(person, at) if person is not None else []
        return [self.in_words(row) for row in rows]


def roles_at_work(audited: Audited, people: Iterable[int | None]) -> Roles:
    """The roles that people had when they did something. One query."""
    return Roles(
        _roles(Q(person__in=_keys(people), authority__in=audited.codes)),
        None,
        audited.codes,
    )


def roles_of_people(audited: Audited, people: Iterable[int | None]) -> Roles:
    """Two queries."""
    keys = _keys(people)
    roles = _roles(Q(person__in=keys, authority__in=audited.codes))
    return Roles(roles, _accounts(keys), audited.codes)


def roles_where(audited: Audited, which: Q) -> Roles:
    """The roles that are so or have been. Two queries."""
    roles = _roles(which & Q(authority__in=audited.codes))
    people = {row.person_id for one in roles for row in one.rows}
    return Roles(roles, _accounts(people), audited.codes)


def _keys(people: Iterable[int | None]) -> set[int]:
    return {key for key in people if key is not None}


def _roles(which: Q) -> list[RoleVersions]:
    """All their versions."""
    history: Any = RoleAssignment.history
    ever = history.filter(id__in=history.filter(which).order_by().values("id"))
    standing = RoleAssignment.objects.filter(which).order_by()
    rows = ever.order_by().values_list("history_id", *ROLES_THEN_RECORDED, *COLUMNS)
    as_today = {"nth": Value(0), "since": F("given_at"), "type": Value(TODAY)}
    now = standing.annotate(**as_today).values_list(*as_today, *COLUMNS)
    versions: dict[int, list[RoleVersion]] = defaultdict(list)
    today = {}
    for _nth, *row in sorted(rows.union(now, all=True), key=itemgetter(0)):
        version = RoleVersion(*row)
        if version.history_type == TODAY:
            today[version.id] = version
        else:
            versions[version.id].append(version)
    return [RoleVersions(versions[key], today.get(key)) for key in {*versions, *today}]


def _accounts(people: set[int]) -> dict[int, list[Account]]:
    history: Any = get_user_model().history
    accounts: dict[int, list[Account]] = defaultdict(list)
    rows = history.filter(id__in=people).order_by("history_id")
    client = ContractClient.objects.filter(account=OuterRef("id"))
    rows = rows.annotate(
        client_of=Subquery(client.values("connection")),
        client_ended_at=Subquery(client.values("ended_at")),
    )
    for row in rows.values_list(*ACCOUNT, "client_of", "client_ended_at"):
        accounts[row[2]].append(Account(*row))
    return accounts


# Who could see a case at an instant, or at any moment of a day: by what is told today,
# and by what was recorded then. What differs was entered, or changed, afterwards.


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

    roles: list[RoleVersion]
    rights: set[str]
    saw: Saw


def opened(
    case: CaseThen, then: Then, rows: list[RoleVersion], person: int, at: datetime
) -> Opened:
    """By the rules of `who_can_see`, of somebody with these roles."""
    rights = case.rights(at).get((then.review, person), set()) if rows else set()
    if person in case.conflicts(at):
        return Opened([], set(), Saw.NOTHING)
    opening = [row for row in rows if then.opens_to(row)]
    overseeing = [row for row in rows if not rights and then.is_overseen_by(row)]
    answering = [row for row in rows if case.is_answered_by(row, at)]
    ways = (
        (
            bool(rights) or any(row.role in READING_ROLES for row in opening),
            Saw.WHOLE,
        ),
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


# What opened a case to whoever read it: of all that they were, that alone.


class ByWhatRight:
    """By what right people read one request. One query, however many read it."""

    def __init__(self, request: int, roles: Roles) -> None:
        self._case = CaseThen(request)
        self._roles = roles

    def of(self, person: int | None, at: datetime, reviews: Iterable[int]) -> list[str]:
        """By what was recorded then. `reviews`: which was read; none for all that the
        request has."""
        if person is None:
            return []
        there = self._case.reviews(at)
        read = [there[key] for key in reviews if key in there] or list(there.values())
        rights = [one for then in read for one in self._opened(person, then, at)]
        return list(dict.fromkeys(rights or self._beside(person, read, at)))

    def _opened(self, person: int, then: Then, at: datetime) -> list[str]:
        rows = self._roles.known(person, at)
        way = opened(self._case, then, rows, person, at)
        labels = [self._roles.in_words(row) for row in way.roles]
        if not way.rights:
            return labels
        if self._case.took_access(then, person):
            return [*labels, gettext("access with a recorded basis")]
        return labels or [gettext("named on it")]

    def _beside(self, person: int, read: list[Then], at: datetime) -> list[str]:
        """What opens a part of it: to its provider, to whoever routes it, and what
        somebody was asked for by their role there."""
        if self._roles.is_client_of(person, self._case.connection, at):
            return [gettext("the provider's client")]
        if person in self._case.conflicts(at):
            return []
        is_listed = any(then.is_named_list for then in read)
        places = {then.authority_id for then in read}
        return [
            self._roles.in_words(row)
            for row in self._roles.known(person, at)
            if row.authority_id == self._case.runs
            and row.role in SEES_UNROUTED
            or not is_listed
            and row.authority_id in {*places, self._case.runs}
            and row.role != Role.SYSTEM_ADMINISTRATOR
        ]


# Every change of a role or an item of delegation: who gave, confirmed and ended it,
# when that was recorded, and from when to when it says that it holds.

DAYS = {"valid_from", "valid_to"}
# What somebody did to a role or an item, by the field in which it stands.
DONE = (
    ("refused_at", pgettext_lazy("done to a role", "refused")),
    ("ended_at", pgettext_lazy("done to a role", "ended at once")),
    ("suspended_at", pgettext_lazy("done to a role", "suspended")),
    ("confirmed_at", pgettext_lazy("done to a role", "confirmed")),
)
# Where one of these is empty again; what was refused or ended stays so.
TAKEN_BACK = {
    "suspended_at": pgettext_lazy("done to a role", "suspension lifted"),
    "confirmed_at": pgettext_lazy("done to a role", "to be confirmed anew"),
}
TABLES: dict[str, Any] = {
    model._meta.db_table: model for model in (RoleAssignment, DelegationRule)
}

# Table, row and transaction of a change, and the how manieth it is there: the first
# version of a transaction has its first line, and so on.
Version = tuple[str, int, int, int]
ENTRIES = """
select e.object_type, e.object_id::bigint, e.xid::text::bigint,
  row_number() over (partition by e.object_type, e.object_id, e.xid order by e.id), e.id
from (select distinct *
      from unnest(%s::text[], %s::text[], %s::text[]) given (kind, key, xid)) wanted
join audit_app_ledgerentry e on e.object_type = wanted.kind
  and e.object_id = wanted.key and e.xid = wanted.xid::xid8 and e.kind = 'change'
"""


class RoleChange(NamedTuple):
    """`backdated`: why it says another time than when it was recorded; or nothing."""

    version: Version
    at: datetime
    by: str
    by_id: int | None
    is_role: bool
    did: Any
    name: str
    person_id: int | None
    authority: str
    authority_id: int
    valid_from: date
    valid_to: date | None
    reason: str
    fields: list[Field]
    backdated: Any


def changes_audited(audited: Audited) -> list[RoleChange]:
    """All, the newest first: there are some thousands in a city, in all its years. Two
    queries."""
    sources = [
        Source(model, "authority_id", key)
        for model in TABLES.values()
        for key in audited.authorities
    ]
    rows = _numbered(versions(sources, None, 0, ledger.alias()))
    names = _names(rows, {})
    return [_change(row, names) for row in rows]


def entries_of(rows: list[RoleChange]) -> dict[Version, int]:
    """The line of each change in the ledger. One query."""
    wanted = [[str(part) for part in row.version[:3]] for row in rows]
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], []]
    with connections[ledger.alias()].cursor() as cursor:
        cursor.execute(ENTRIES, columns)
        return {tuple(version): pk for *version, pk in cursor.fetchall()}


class Person(NamedTuple):
    """The name is empty of somebody there is not."""

    name: str
    changes: list[RoleChange]


def person_named(person: int) -> Person:
    """Without what was done to their roles. One query."""
    return _role_changes_person(person, [])


def roles_of_person(audited: Audited, person: int) -> Person:
    """Somebody, and what was done to their roles where the auditor audits. Two
    queries."""
    source = Source(RoleAssignment, "person_id", person)
    rows = _numbered(versions([source], None, 0, ledger.alias()))
    here = audited.authorities
    theirs = [row for row in rows if row["after"]["authority_id"] in here]
    return _role_changes_person(person, theirs)


def _role_changes_person(person: int, rows: list[dict[str, Any]]) -> Person:
    names = _names(rows, {get_user_model(): {person}})
    name = names.get((get_user_model(), str(person)), "")
    return Person(name, [_change(row, names) for row in rows])


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with the how manieth of its row it is in its transaction."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in reversed(rows):
        key = row["table"], row["after"]["id"], row["xid"]
        counted[key] += 1
        row["nth"] = counted[key]
    return rows


def _names(rows: list[dict[str, Any]], also: dict[Any, set]) -> Names:
    people = {row["after"]["history_user_id"] for row in rows}
    people |= also.get(get_user_model(), set())
    also = {RoleAssignment: set(), Authority: set(), get_user_model(): people}
    for row in rows:
        also[Authority].add(row["after"]["authority_id"])
        if row["table"] == RoleAssignment._meta.db_table:
            also[RoleAssignment].add(row["after"]["id"])
    return look_up(rows, TABLES, ledger.alias(), also=also)


def _change(row: dict[str, Any], names: Names) -> RoleChange:
    after = row["after"]
    model = TABLES[row["table"]]
    is_role = model is RoleAssignment
    if is_role:
        name = names.get((RoleAssignment, str(after["id"])), "")
        name = name or str(label_of(Role, after["role"]))
    else:
        name = f"{after['item_no']} {after['title']}"
    return RoleChange(
        version=(row["table"], after["id"], int(row["xid"]), row["nth"]),
        at=row["date"],
        by=names.get((get_user_model(), str(after["history_user_id"])), ""),
        by_id=after["history_user_id"],
        is_role=is_role,
        did=_did(row),
        name=name,
        person_id=after["person_id"],
        authority=names.get((Authority, str(after["authority_id"])), ""),
        authority_id=after["authority_id"],
        valid_from=_day(after["valid_from"]),
        valid_to=_day(after["valid_to"]) if after["valid_to"] else None,
        reason=row["reason"] or "",
        fields=fields_of(model, row, names, set(), {"authority_id"}),
        backdated=_backdated(row),
    )


def _did(row: dict[str, Any]) -> Any:
    if row["type"] == "+":
        return pgettext("done to a role", "given")
    if row["type"] == "-":
        return pgettext("done to a role", "removed")
    before, after = row["before"] or {}, row["after"]
    for name, words in DONE:
        if name in after and after[name] != before.get(name):
            if after[name]:
                return words
            return TAKEN_BACK.get(name, pgettext("done to a role", "changed"))
    return pgettext("done to a role", "changed")


def _backdated(row: dict[str, Any]) -> Any:
    before, after = row["before"] or {}, row["after"]
    recorded = timezone.localdate(row["date"])
    first, last = _day(after["valid_from"]), after["valid_to"]
    if after["valid_from"] != before.get("valid_from") and first < recorded:
        return gettext("holds from a day before it was recorded")
    if row["type"] == "~" and last != before.get("valid_to"):
        if last and _day(last) < recorded:
            return gettext("ended as of a day before it was recorded")
        if before.get("valid_to") and _day(before["valid_to"]) < recorded:
            return gettext("lengthened after it had ended")
    return ""


def _day(text: str) -> date:
    return date.fromisoformat(text)


# A case's whole life as one: what was done together, by whom, in which role.

# Lines of a page: a decision alone is a dozen.
PAGE = 200
ALL_BUT_READS = tuple(kind for kind in Kind.values if kind != Kind.READ)
READS = (Kind.READ, Kind.EXPORT)
DECIDED = "review.decided"
# In the list of reads the decision is marked: who had read what when it was made.
READS_AND_DECISIONS = Part(
    "(e.kind in ('read', 'export') or e.kind = 'event' and e.event = %s)", [DECIDED]
)


class Act(NamedTuple):
    """What was done as one: events, and what they changed; the roles of who did it, or
    of a read what opened the case. `outside`: who wrote it past the application."""

    entries: list[Entry]
    roles: list[str]
    outside: Writer | None = None

    @property
    def decides(self) -> bool:
        return any(one.line.event == DECIDED for one in self.entries)


class Story(NamedTuple):
    acts: list[Act]
    older: Place | None


def story_of(
    user: Any,
    audited: Audited,
    case: Case,
    kinds: tuple[str, ...] = (),
    before: Place | None = None,
) -> Story:
    """The newest first. Five queries, however long its life."""
    page, groups = _acts(user, audited, case, Sought(kinds=kinds), before)
    roles = roles_at_work(audited, (line.by_id for line in page.lines))
    outside = written_outside(page.lines)
    acts = []
    for done in groups:
        line = done[0].line
        writers = (outside[one.line.key] for one in done if one.line.key in outside)
        acts.append(Act(done, roles.of(line.by_id, line.at), next(writers, None)))
    return Story(acts, page.older)


def read_story(
    user: Any, audited: Audited, case: Case, before: Place | None = None
) -> Story:
    """Reads with the decisions among them, and of roles those that opened the case. Six
    queries."""
    sought = Sought(values=READS_AND_DECISIONS)
    page, groups = _acts(user, audited, case, sought, before)
    people = {line.by_id for line in page.lines if line.by_id is not None}
    roles = roles_of_people(audited, people)
    right = ByWhatRight(case.request.pk, roles)
    acts = []
    for done in groups:
        line = done[0].line
        reviews = [entry.sight.review for entry in done if entry.sight.review]
        acts.append(Act(done, right.of(line.by_id, line.at, reviews)))
    return Story(acts, page.older)


def _acts(
    user: Any,
    audited: Audited,
    case: Case,
    sought: Sought,
    before: Place | None,
) -> tuple[LinesPage, list[list[Entry]]]:
    sought = sought._replace(rows=rows_of([case]))
    page = lines(audited, sought, before, PAGE)
    rows = entries(user, page.lines, case.sight)
    return page, [list(together) for _act, together in groupby(rows, key=_one)]


def _one(entry: Entry) -> tuple:
    return entry.line.xid, entry.line.by_id
