"""What an authority lacks before its first case, and who mends it. Reads only."""

from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app import permissions
from requests_app.models import (
    Authority,
    CloudObject,
    Connection,
    Decision,
    DelegationRule,
    Heartbeat,
    Role,
    RoleAssignment,
    StandingAssessment,
)

NEEDED_MANAGERS = 2


class Need(NamedTuple):
    """`fact`: the annotation that says whether it is met; `page`: where it is mended,
    by those with one of these roles at the authority, or at who runs connections."""

    fact: str
    name: Any
    why: Any
    page: str
    mended_by: tuple[str, ...]
    where_run: bool = False


ROLES = "admin:requests_app_roleassignment_add"
MANAGERS = (Role.IT_MANAGER,)
MAPPERS = (Role.IT_MANAGER, Role.INFORMATION_OWNER)
ASSESSORS = tuple(permissions.STANDING_ASSESSORS)
NEEDS = (
    Need("managed", _("Two IT managers"),
         _("One gives a role, the other confirms it."), ROLES, MANAGERS),
    Need("registered", _("A registrar"),
         _("Registers and routes what comes in."), ROLES, MANAGERS),
    Need("reviewed", _("A legal reviewer"),
         _("Assesses and proposes."), ROLES, MANAGERS),
    Need("decided", _("A decision-maker"),
         _("Decides, and is another than the reviewer."), ROLES, MANAGERS),
    Need("delegated", _("A confirmed delegation for whoever decides"),
         _("Without it nothing can be decided."),
         "admin:requests_app_delegationrule_add", (Role.REGISTRAR,)),
    Need("guarded", _("A protective-security manager"),
         _("Is told when a case is stopped."), ROLES, MANAGERS),
    Need("mapped", _("Objects in the map"),
         _("A request is routed by the objects that it names."),
         "admin:requests_app_cloudobject_changelist", MAPPERS),
    Need("filled", _("Information sets for every object"),
         _("They tell the reviewer which secrecy may apply."),
         "admin:coverage", MAPPERS),
    Need("assessed", _("A standing assessment for every provider in use"),
         _("Without it a grant can not be proposed."),
         "admin:requests_app_standingassessment_add", ASSESSORS),
    Need("connected", _("A connection in use"),
         _("The tenant or subscription that requests come from."),
         "admin:requests_app_connection_add",
         (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR), True),
    Need("answered", _("An executor for every connection in use"),
         _("Gives the answer in the provider's portal."), ROLES, MANAGERS, True),
    Need("heard", _("Connections that answer"),
         _("A provider that is asked by machine has not answered."),
         "admin:requests_app_connection_changelist",
         (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR), True),
)  # fmt: skip


class Standing(NamedTuple):
    """A need, and how it stands: with a page for the person, or people to ask."""

    need: Need
    is_met: bool
    page: str
    ask: list[Any]


def lacking(user: Any) -> list[Any]:
    """Of those that the person gets going and that have decided nothing yet: what lacks
    something, with the number of the proposal of first managers that waits for the
    person. One query."""
    if not permissions.has_role(user, Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR):
        return []
    rows = with_facts(permissions.authorities_begun_by(user))
    waiting = permissions.first_managers_to_settle(user).order_by()
    all_met = Q(**{need.fact: True for need in NEEDS})
    decided = Decision.objects.filter(review__authority=OuterRef("pk"))
    rows = (
        rows.exclude(Exists(decided))
        .exclude(all_met)
        .annotate(
            to_confirm=Subquery(
                waiting.filter(authority=OuterRef("pk")).values("pk")[:1]
            )
        )
    )
    return list(rows.order_by("name"))


def standing_of(authority: Any, user: Any) -> list[Standing]:
    """Of an authority with its facts, in the order in which one goes about it."""
    running = permissions.running_authorities()
    rows = RoleAssignment.objects.in_force(clock.now()).filter(
        authority__in={authority.pk, *running}, branch=None
    )
    people = list(rows.select_related("person").order_by("person__last_name"))
    return [_standing(need, authority, user, people, running) for need in NEEDS]


def _standing(
    need: Need, authority: Any, user: Any, people: list[Any], running: set[int]
) -> Standing:
    able = [row for row in people if row.role in need.mended_by]
    own = [row for row in able if row.authority_id == authority.pk]
    run = [row for row in able if row.authority_id in running]
    # Where an authority has no manager left, those of who runs the connections are.
    stand_in = own or (run if need.mended_by == MANAGERS else [])
    can = run if need.where_run or _is_first(need, authority) else stand_in
    mine = any(row.person_id == user.pk for row in can)
    named = {row.person_id: row.person for row in can}
    return Standing(
        need,
        getattr(authority, need.fact),
        _first_page(need, authority) if mine else "",
        [] if mine else [*named.values()],
    )


def _is_first(need: Need, authority: Any) -> bool:
    return need.fact == "managed" and not authority.was_managed


def _first_page(need: Need, authority: Any) -> str:
    first = "admin:requests_app_firstmanagers_add"
    return first if _is_first(need, authority) else need.page


def with_facts(authorities: QuerySet[Authority]) -> QuerySet[Authority]:
    """Each need as an annotation; and whether somebody has ever managed there."""
    roles = RoleAssignment.objects.in_force(clock.now()).filter(
        authority=OuterRef("pk"), branch=None
    )
    managers = roles.filter(role=Role.IT_MANAGER).order_by().values("authority")
    number = managers.annotate(n=Count("person", distinct=True)).values("n")
    objects = CloudObject.objects.filter(authority=OuterRef("pk"), gone_on=None)
    never = permissions.never_managed().filter(pk=OuterRef("pk"))
    used = _used_connections()
    return authorities.annotate(
        number_of_managers=Coalesce(Subquery(number), 0),
        was_managed=~Exists(never),
    ).annotate(
        managed=Q(number_of_managers__gte=NEEDED_MANAGERS),
        registered=Exists(roles.filter(role=Role.REGISTRAR)),
        reviewed=Exists(roles.filter(role=Role.LEGAL_REVIEWER)),
        decided=Exists(roles.filter(role=Role.DECISION_MAKER)),
        guarded=Exists(roles.filter(role=Role.SECURITY_PROTECTION_MANAGER)),
        delegated=Exists(_rules_held()),
        mapped=Exists(objects),
        filled=~Exists(objects.filter(information_links=None)),
        assessed=~Exists(used.filter(~Exists(_assessments()))),
        connected=Exists(Connection.objects.filter(is_active=True)),
        answered=~Exists(used.filter(~Exists(_executors()))),
        heard=~Exists(_silent_connections()),
    )


def _used_connections() -> QuerySet[Connection]:
    return Connection.objects.filter(_holds_theirs(), is_active=True)


def _holds_theirs() -> Exists:
    """Do objects of the authority lie in the connection?"""
    theirs = CloudObject.objects.filter(
        system__connection=OuterRef("pk"),
        authority=OuterRef(OuterRef("pk")),
        gone_on=None,
    )
    return Exists(theirs)


def _silent_connections() -> QuerySet[Connection]:
    """Asked by machine without an answer, of those that the authority uses or runs."""
    beat = Concat(Value(Heartbeat.POLL), Cast(OuterRef("pk"), CharField()))
    silent = Heartbeat.objects.filter(name=beat, failures__gt=0)
    concerned = Q(_holds_theirs()) | Q(authority=OuterRef("pk"))
    return Connection.objects.filter(concerned, Exists(silent), is_active=True)


def _assessments() -> QuerySet[StandingAssessment]:
    return StandingAssessment.objects.valid(permissions.today()).filter(
        authority=OuterRef(OuterRef("pk")), provider=OuterRef("product__provider")
    )


def _executors() -> QuerySet[RoleAssignment]:
    return permissions.roles_in_force(Role.EXECUTOR).filter(
        authority=OuterRef("authority")
    )


def _rules_held() -> QuerySet[DelegationRule]:
    """Confirmed items of the authority that somebody with the role, or named, holds."""
    holders = RoleAssignment.objects.in_force(clock.now()).filter(
        authority=OuterRef("authority"), branch=None
    )
    return DelegationRule.objects.in_force(permissions.today()).filter(
        Exists(holders.filter(role=OuterRef("role")))
        | Exists(holders.filter(person=OuterRef("person"))),
        decision_type=DelegationRule.DecisionType.ANSWER,
        authority=OuterRef("pk"),
        product=None,
    )
