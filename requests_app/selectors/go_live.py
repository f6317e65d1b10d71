"""What an authority lacks before its first case, and who mends it. Reads only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.http import urlencode

from audit_app import clock
from audit_app.cached_query import cached_rows
from requests_app.models import (
    Authority,
    Decision,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.key_in_array import is_one_of
from requests_app.permissions.first_managers import (
    authorities_begun_by,
    authorities_known_to,
    first_managers_to_settle,
    running_authorities,
    stand_ins_of,
)
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import (
    CLOUD_KEEPERS,
    MANAGERS,
    authorities_of,
    has_role,
    people_of,
)
from requests_app.selectors import processing_papers
from requests_app.selectors.go_live_facts import with_facts
from requests_app.selectors.go_live_needs import NEEDS, Need
from requests_app.selectors.go_live_waiting import waiting_for


class NeedStatus(NamedTuple):
    """A need, and how it stands: with what waits for a second person, or a page for the
    person (and what its form begins with), or people to ask. `lacking`: what of it."""

    need: Need
    is_met: bool
    waiting: list[Any]
    page: str
    filled_in: str
    ask: list[Any]
    lacking: list[str]


def gets_going(user: Any) -> bool:
    """Does the person have what it takes to begin with an authority?"""
    return has_role(user, *CLOUD_KEEPERS)


def lacking(user: Any) -> list[Any]:
    """The authorities that have decided nothing yet and lack something: those that the
    person gets going, and those where they mend what is lacking; with the number of the
    proposal of first managers that waits for them. One query where all have decided
    something, else two."""
    if not _wanted(user):
        return []
    undecided = _undecided(user)
    return _lacking_among(user, undecided, clock.now()) if undecided else []


def _wanted(user: Any) -> Q:
    wanted = Q()
    for need in NEEDS:
        authorities = authorities_of(user, *need.mended_by)
        if authorities and not need.where_run:
            wanted |= Q(**{need.fact: False}, pk__in=authorities)
    if gets_going(user):
        begun = authorities_begun_by(user).values("pk")
        wanted |= ~Q(**{need.fact: True for need in NEEDS}) & Q(pk__in=begun)
    return wanted


@cached_rows(role_holder, whoever_it_is=True)
def _lacking_among(user: Any, keys: list[int], now: datetime) -> QuerySet[Any]:
    waiting = first_managers_to_settle(user).order_by()
    to_confirm = waiting.filter(authority=OuterRef("pk")).values("pk")[:1]
    rows: Any = Authority.objects.filter(is_one_of("pk", keys))
    rows = with_facts(rows, now).filter(_wanted(user))
    return rows.annotate(to_confirm=Subquery(to_confirm)).order_by("name")


@cached_rows(role_holder, whoever_it_is=True)
def _undecided(user: Any) -> Any:
    decided = Exists(Decision.objects.filter(review=OuterRef("pk")))
    reviews = SecrecyReview.objects.filter(decided, authority=OuterRef("pk"))
    # By their number, so that the first is looked for, and not all of them found.
    newest = Subquery(reviews.order_by("-id").values("pk")[:1])
    known = authorities_known_to(user)
    rows = known.annotate(newest_decided=newest).filter(newest_decided=None)
    return rows.order_by().values_list("pk", flat=True)


class People(NamedTuple):
    """Who has a role for all of the authority, or of one that runs connections."""

    rows: list[Any]
    running: set[int]

    def with_role(self, roles: tuple[str, ...]) -> list[Any]:
        return [row for row in self.rows if row.role in roles]

    def make_accounts(self) -> list[Any]:
        return people_of(self.with_role((Role.SYSTEM_ADMINISTRATOR,)))


def people_at(authority: Any) -> People:
    running = running_authorities(authority)
    rows = RoleAssignment.objects.in_force(clock.now()).filter(
        authority__in={authority.pk, *running}, branch=None
    )
    people = rows.select_related("person").order_by("person__last_name")
    return People(list(people.annotate(stands_in=stand_ins_of(authority))), running)


def standing_of(
    authority: Any, user: Any, people: People, seen: Callable[[Any], QuerySet]
) -> list[NeedStatus]:
    """What an authority with its facts has and lacks. `seen`: the rows of a model that
    the person may look at."""
    lacks = {need.fact for need in NEEDS if not getattr(authority, need.fact)}
    waiting = waiting_for(authority, people.running, lacks, seen)
    lacking = (
        {"papered": processing_papers.lacking(authority)} if "papered" in lacks else {}
    )
    return [
        _standing(need, authority, user, people, waiting, lacking) for need in NEEDS
    ]


def _standing(
    need: Need,
    authority: Any,
    user: Any,
    people: People,
    waiting: dict[str, list[Any]],
    lacking: dict[str, list[str]],
) -> NeedStatus:
    able = people.with_role(need.mended_by)
    own = [row for row in able if row.authority_id == authority.pk]
    run = [row for row in able if row.authority_id in people.running]
    # Where an authority has no manager left, those of whoever runs the connections are.
    stand_in = [row for row in able if need.mended_by == MANAGERS and row.stands_in]
    can = stand_in if _is_first(need, authority) else own or stand_in
    can = run if need.where_run else can
    mine = [row for row in can if row.person_id == user.pk]
    where = mine[0].authority_id if mine and need.where_run else authority.pk
    return NeedStatus(
        need,
        getattr(authority, need.fact),
        waiting.get(need.fact, []),
        _first_page(need, authority) if mine else "",
        _filled_in(need, where),
        [] if mine else people_of(can),
        lacking.get(need.fact, []),
    )


def _filled_in(need: Need, authority: int) -> str:
    if need.filled_in is None:
        return ""
    return "?" + urlencode({**need.filled_in, "authority": str(authority)})


def _is_first(need: Need, authority: Any) -> bool:
    return need.fact == "managed" and not authority.was_managed


def _first_page(need: Need, authority: Any) -> str:
    first = "admin:requests_app_firstmanagers_add"
    return first if _is_first(need, authority) else need.page
