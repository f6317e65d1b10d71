"""Each need before the first case, as an annotation of authorities."""

from datetime import datetime
from typing import Any

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

from requests_app.documents.processing.papers import PAPERS, digests
from requests_app.models import (
    AccessibilityStatement,
    Authority,
    CloudObject,
    CloudSystem,
    Connection,
    DelegationRule,
    Heartbeat,
    ProcessingPaper,
    ProviderProduct,
    Role,
    RoleAssignment,
    RosterGroup,
    StandingAssessment,
)
from requests_app.permissions.first_managers import never_managed
from requests_app.permissions.roles import MANAGERS, SECOND_PERSONS, today

Decides = DelegationRule.DecisionType
Roles = QuerySet[RoleAssignment]
NEEDED_TO_CONFIRM = 2


def with_facts(authorities: QuerySet[Authority], now: datetime) -> QuerySet[Authority]:
    """Annotate authorities with what they have, and whether somebody has ever managed
    there. What is asked of all that there is of something is met only where there is
    something."""
    in_force = RoleAssignment.objects.in_force(now, today())
    roles = in_force.filter(authority=OuterRef("pk"), branch=None)
    managers = roles.filter(role__in=MANAGERS)
    second = roles.filter(role__in=SECOND_PERSONS).order_by().values("authority")
    number = second.annotate(n=Count("person", distinct=True)).values("n")
    objects = CloudObject.objects.filter(authority=OuterRef("pk"), gone_on=None)
    never = never_managed().filter(pk=OuterRef("pk"))
    used = _used_connections()
    active = Connection.objects.covered().filter(_run_for("authority__"))
    return (
        authorities.annotate(
            number_who_confirm=Coalesce(Subquery(number), 0),
            was_managed=~Exists(never),
        )
        .annotate(
            managed=Exists(managers) & Q(number_who_confirm__gte=NEEDED_TO_CONFIRM),
            registered=Exists(roles.filter(role=Role.REGISTRAR)),
            reviewed=Exists(roles.filter(role=Role.LEGAL_REVIEWER)),
            decided=Exists(roles.filter(role=Role.DECISION_MAKER)),
            called=~Q(security_contact=""),
            guarded=Exists(roles.filter(role=Role.SECURITY_PROTECTION_MANAGER)),
            owned=Exists(_owners(in_force)),
            delegated=Exists(_rules_held(Decides.ANSWER, in_force)),
            settled=Exists(_rules_held(Decides.STANDING, in_force)),
            offered=Exists(_offered()),
            connected=Exists(active),
            answered=Exists(in_force.filter(role=Role.EXECUTOR))
            & ~Exists(used.filter(~Exists(_executors(in_force)))),
            heard=Exists(active) & ~Exists(_silent_connections()),
            housed=Exists(_systems()),
            mapped=Exists(objects),
            filled=Exists(objects) & ~Exists(objects.filter(information_links=None)),
            rostered=Exists(_rosters()),
            encrypted=Exists(_run_by().exclude(disk_encryption="")),
            stated=Exists(
                AccessibilityStatement.objects.filter(_run_for("authority__"))
            ),
            papers=Coalesce(Subquery(_papers()), 0),
            assessed=Exists(_assessments("pk"))
            & ~Exists(used.filter(~Exists(_of_provider()))),
        )
        .annotate(papered=Q(papers=len(PAPERS)))
    )


def _run_for(path: str = "") -> Q:
    """In a query inside that of an authority: is what the path leads to of its
    municipality, or of the one that an agreement lets run the connections?"""
    there = f"{path}municipality"
    return Q(**{there: OuterRef("municipality")}) | Q(
        **{there: OuterRef("managers_from")}
    )


def _run_by() -> QuerySet[Authority]:
    return Authority.objects.filter(_run_for())


def _offered() -> QuerySet[ProviderProduct]:
    products = ProviderProduct.objects.with_approval()
    return products.filter(_run_for("provider__"))


def _systems() -> QuerySet[CloudSystem]:
    active = CloudSystem.objects.filter(connection__is_active=True)
    return active.filter(_run_for("connection__authority__"))


def _papers() -> Any:
    """How many papers on processing say what the product says today."""
    current = Q()
    for kind, digest in digests().items():
        current |= Q(kind=kind, digest=digest)
    theirs = ProcessingPaper.objects.filter(current, authority=OuterRef("pk"))
    number = theirs.order_by().values("authority").annotate(n=Count("pk"))
    return number.values("n")


def _rosters() -> QuerySet[RosterGroup]:
    """In use, of the authority or shared with it."""
    theirs = Q(authority=OuterRef("pk")) | Q(shared__authority=OuterRef("pk"))
    return RosterGroup.objects.filter(theirs, is_active=True)


def _owners(in_force: Roles) -> Roles:
    """Among roles in force, those of information owners, also of a branch: there may be
    one for each."""
    return in_force.filter(role=Role.INFORMATION_OWNER, authority=OuterRef("pk"))


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


def _assessments(authority: Any) -> QuerySet[StandingAssessment]:
    valid = StandingAssessment.objects.valid(today())
    return valid.filter(authority=OuterRef(authority))


def _of_provider() -> QuerySet[StandingAssessment]:
    """Inside what is asked of a connection."""
    return _assessments(OuterRef("pk")).filter(provider=OuterRef("product__provider"))


def _executors(in_force: Roles) -> Roles:
    return in_force.filter(role=Role.EXECUTOR, authority=OuterRef("authority"))


def _rules_held(decides: Decides, in_force: Roles) -> QuerySet[DelegationRule]:
    """Confirmed items of the authority that somebody with the role, or named, holds."""
    holders = in_force.filter(authority=OuterRef("authority"), branch=None)
    return DelegationRule.objects.in_force(today()).filter(
        Exists(holders.filter(role=OuterRef("role")))
        | Exists(holders.filter(person=OuterRef("person"))),
        decision_type=decides,
        authority=OuterRef("pk"),
        product=None,
    )
