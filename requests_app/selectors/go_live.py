"""What an authority lacks before its first case, and who mends it. Reads only."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app import permissions
from requests_app.models import Decision, DelegationRule, Role, RoleAssignment
from requests_app.selectors.go_live_facts import with_facts
from requests_app.selectors.go_live_waiting import waiting_for


class Need(NamedTuple):
    """`fact`: the annotation that says whether it is met; `page`: where it is mended,
    by those with one of these roles at the authority, or at who runs connections;
    `filled_in`: what its form begins with, beside the authority."""

    fact: str
    name: Any
    why: Any
    page: str
    mended_by: tuple[str, ...]
    filled_in: dict[str, str] | None = None
    where_run: bool = False


ROLES = "admin:requests_app_roleassignment_add"
RULES = "admin:requests_app_delegationrule_add"
MANAGERS = (Role.IT_MANAGER,)
KEEPERS = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
MAPPERS = (Role.IT_MANAGER, Role.INFORMATION_OWNER)
ASSESSORS = tuple(permissions.STANDING_ASSESSORS)
Decides = DelegationRule.DecisionType


def _role(fact: str, role: Role, name: Any, why: Any, where_run: bool = False) -> Need:
    return Need(fact, name, why, ROLES, MANAGERS, {"role": role.value}, where_run)


# In the order in which one goes about it: each can be mended when those above are.
NEEDS = (
    _role("managed", Role.IT_MANAGER, _("Two IT managers"),
          _("One gives a role, the other confirms it.")),
    _role("registered", Role.REGISTRAR, _("A registrar"),
          _("Registers and routes what comes in.")),
    _role("reviewed", Role.LEGAL_REVIEWER, _("A legal reviewer"),
          _("Assesses and proposes.")),
    _role("decided", Role.DECISION_MAKER, _("A decision-maker"),
          _("Decides, and is another than the reviewer.")),
    _role("owned", Role.INFORMATION_OWNER, _("An information owner"),
          _("Describes the information sets and their class.")),
    _role("guarded", Role.SECURITY_PROTECTION_MANAGER,
          _("A protective-security manager"), _("Is told when a case is stopped.")),
    Need("delegated", _("A confirmed delegation for whoever decides"),
         _("Without it nothing can be decided."), RULES, (Role.REGISTRAR,),
         {"decision_type": Decides.ANSWER.value}),
    Need("settled", _("A confirmed delegation for standing assessments"),
         _("Without it nobody can confirm one."), RULES, (Role.REGISTRAR,),
         {"decision_type": Decides.STANDING.value}),
    Need("offered", _("A provider's product"),
         _("Its time limits. Those that are known beforehand stand on a page."),
         "admin:product_presets", KEEPERS, where_run=True),
    Need("connected", _("A connection in use"),
         _("The tenant or subscription that requests come from."),
         "admin:requests_app_connection_add", KEEPERS, {}, where_run=True),
    _role("answered", Role.EXECUTOR, _("An executor for every connection in use"),
          _("Gives the answer in the provider's portal."), where_run=True),
    Need("heard", _("Connections that answer"),
         _("A provider that is asked by machine has to answer."),
         "admin:requests_app_connection_changelist", KEEPERS, where_run=True),
    Need("housed", _("A cloud system"),
         _("In a connection: what objects lie in, such as Exchange."),
         "admin:requests_app_cloudsystem_add", KEEPERS, where_run=True),
    Need("mapped", _("Objects in the map"),
         _("A request is routed by the objects that it names."),
         "admin:requests_app_cloudobject_add", MAPPERS, {}),
    Need("filled", _("Information sets for every object"),
         _("They tell the reviewer which secrecy may apply. The information owner"
           " describes them."),
         "admin:coverage", MAPPERS),
    Need("assessed", _("A standing assessment for every provider in use"),
         _("Without it a grant can not be proposed."),
         "admin:requests_app_standingassessment_add", ASSESSORS, {}),
)  # fmt: skip


class Standing(NamedTuple):
    """A need, and how it stands: with what waits for a second person, or a page for the
    person (and what its form begins with), or people to ask."""

    need: Need
    is_met: bool
    waiting: list[Any]
    page: str
    filled_in: str
    ask: list[Any]


def gets_going(user: Any) -> bool:
    """Does the person have what it takes to begin with an authority?"""
    return permissions.has_role(user, *KEEPERS)


def lacking(user: Any) -> list[Any]:
    """Of those that have decided nothing yet: what the person gets going and lacks
    something, and what lacks something that the person mends; with the number of the
    proposal of first managers that waits for them. One query."""
    wanted = Q()
    for need in NEEDS:
        held = permissions.authorities_of(user, *need.mended_by)
        if held and not need.where_run:
            wanted |= Q(**{need.fact: False}, pk__in=held)
    if gets_going(user):
        begun = permissions.authorities_begun_by(user).values("pk")
        wanted |= ~Q(**{need.fact: True for need in NEEDS}) & Q(pk__in=begun)
    if not wanted:
        return []
    waiting = permissions.first_managers_to_settle(user).order_by()
    to_confirm = waiting.filter(authority=OuterRef("pk")).values("pk")[:1]
    decided = Decision.objects.filter(review__authority=OuterRef("pk"))
    rows = with_facts(permissions.authorities_known_to(user))
    rows = rows.exclude(Exists(decided)).filter(wanted)
    return list(rows.annotate(to_confirm=Subquery(to_confirm)).order_by("name"))


class People(NamedTuple):
    """Who has a role for all of the authority, or of one that runs connections."""

    rows: list[Any]
    running: set[int]

    def with_role(self, roles: tuple[str, ...]) -> list[Any]:
        return [row for row in self.rows if row.role in roles]

    def make_accounts(self) -> list[Any]:
        return _named(self.with_role((Role.SYSTEM_ADMINISTRATOR,)))


def people_at(authority: Any) -> People:
    running = permissions.running_authorities()
    rows = RoleAssignment.objects.in_force(clock.now()).filter(
        authority__in={authority.pk, *running}, branch=None
    )
    people = rows.select_related("person").order_by("person__last_name")
    return People(list(people), running)


def standing_of(
    authority: Any, user: Any, people: People, seen: Callable[[Any], QuerySet]
) -> list[Standing]:
    """Of an authority with its facts. `seen`: the rows of a model that the person may
    look at."""
    lacks = {need.fact for need in NEEDS if not getattr(authority, need.fact)}
    waiting = waiting_for(authority, people.running, lacks, seen)
    return [_standing(need, authority, user, people, waiting) for need in NEEDS]


def _standing(
    need: Need,
    authority: Any,
    user: Any,
    people: People,
    waiting: dict[str, list[Any]],
) -> Standing:
    able = people.with_role(need.mended_by)
    own = [row for row in able if row.authority_id == authority.pk]
    run = [row for row in able if row.authority_id in people.running]
    # Where an authority has no manager left, those of who runs the connections are.
    stand_in = own or (run if need.mended_by == MANAGERS else [])
    can = run if need.where_run or _is_first(need, authority) else stand_in
    mine = [row for row in can if row.person_id == user.pk]
    where = mine[0].authority_id if mine and need.where_run else authority.pk
    return Standing(
        need,
        getattr(authority, need.fact),
        waiting.get(need.fact, []),
        _first_page(need, authority) if mine else "",
        _filled_in(need, where),
        [] if mine else _named(can),
    )


def _named(rows: list[Any]) -> list[Any]:
    return list({row.person_id: row.person for row in rows}.values())


def _filled_in(need: Need, authority: int) -> str:
    if need.filled_in is None:
        return ""
    return "?" + urlencode({**need.filled_in, "authority": str(authority)})


def _is_first(need: Need, authority: Any) -> bool:
    return need.fact == "managed" and not authority.was_managed


def _first_page(need: Need, authority: Any) -> str:
    first = "admin:requests_app_firstmanagers_add"
    return first if _is_first(need, authority) else need.page
