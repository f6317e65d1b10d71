"""Who may do what in oversight: acts, alteration, breach, deviation, incident duty,
provider log, replay and side door."""

from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audit_app import acting
from audit_app.queries import cached_query
from requests_app.cases.access.models import SideDoor, SideDoorQuerySet
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.review import ReviewUserPermission
from requests_app.cases.intake.rights import (
    conflict_of_each,
    conflict_on,
    held_where_reviewed,
    readable_by,
    requests_readable_by,
)
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.models import columns
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.people.rights import (
    CLOUD_KEEPERS,
    MANAGERS,
    WORK,
    authorities_of,
    has_role,
    role_holder,
    routing_authorities,
)
from requests_app.core.two_persons import RULE_KEEPERS, Guarded, always
from requests_app.oversight.models import (
    Breach,
    Deviation,
    EventOutcome,
    IncidentDuty,
    LogGap,
    ProviderLog,
    ReconciliationRule,
    ReplayedCase,
    ReplayRun,
)
from requests_app.registers.models.cloud import CloudObject, Connection

# Who sees what providers' people did, and by which doors they may come in: whoever
# guards an authority's information, and whoever examines it.

GUARDS = (
    Role.INFORMATION_SECURITY_MANAGER,
    Role.SECURITY_PROTECTION_MANAGER,
)
SEE_DOORS = (
    *GUARDS,
    Role.IT_MANAGER,
    Role.DATA_PROTECTION_OFFICER,
    Role.AUDITOR,
)


def sees_doors(user: Any) -> bool:
    return has_role(user, *SEE_DOORS)


@cached_query(role_holder)
def connections_with_doors(user: Any) -> QuerySet[Connection]:
    """Connections that the person's authorities run, or keep anything in."""
    theirs = authorities_of(user, *SEE_DOORS)
    objects = CloudObject.objects.filter(
        system__connection=OuterRef("pk"), authority__in=theirs, gone_on=None
    )
    rows = Connection.objects.filter(Q(authority__in=theirs) | Exists(objects))
    return rows.filter(is_active=True)


@cached_query(role_holder)
def acts_visible_to(user: Any) -> QuerySet[AccessEvent]:
    """Acts on the connections that the person's authorities run."""
    theirs = authorities_of(user, *SEE_DOORS)
    return AccessEvent.objects.filter(connection__authority__in=theirs)


def acts_with_reach(user: Any) -> QuerySet[AccessEvent]:
    """Acts that the person sees, each with `is_readable`: is its object's name and its
    record theirs to read? Like a request's payload they are for whoever reads the case
    that the act belongs to, and without a case for whoever routes there."""
    last = EventOutcome.objects.filter(event=OuterRef("pk")).order_by("-number")
    key: Any = BigIntegerField()
    its_last = Subquery(last.values("access_request")[:1], output_field=key)
    case = Coalesce("access_request_id", its_last, output_field=key)
    rows = acts_visible_to(user).alias(case=case)
    readable = requests_readable_by(user).filter(pk=OuterRef("case"))
    routes = Q(case=None, connection__authority__in=routing_authorities(user))
    return rows.annotate(is_readable=Q(Exists(readable)) | routes)


# What was changed outside the system: who is told, and who says what came of it.

# Those who can act: they find out who was in the database, and restore what was.
ALTERATION_ACTORS = (Role.INFORMATION_SECURITY_MANAGER,)
# And who judges whether it is a breach of personal data (GDPR 33).
ALTERATION_TOLD = (*ALTERATION_ACTORS, Role.DATA_PROTECTION_OFFICER)
ALTERATION_READERS = (
    *ALTERATION_TOLD,
    Role.IT_MANAGER,
    Role.SYSTEM_ADMINISTRATOR,
    Role.AUDITOR,
)


def alterations_visible_to(user: Any) -> QuerySet[Alteration]:
    """What was found altered: at one's own authority, and, for the same roles, what
    belongs to none."""
    return _of(authorities_of(user, *ALTERATION_READERS))


def alterations_open_to(user: Any) -> QuerySet[Alteration]:
    """Those that nobody has concluded, for whoever is told of them."""
    return _of(authorities_of(user, *ALTERATION_TOLD)).filter(concluded_at=None)


def can_conclude_alteration(user: Any, alteration: Alteration) -> bool:
    return (
        _of(authorities_of(user, *ALTERATION_ACTORS)).filter(pk=alteration.pk).exists()
    )


def _of(authorities: set[int]) -> QuerySet[Alteration]:
    if not authorities:
        return Alteration.objects.none()
    return Alteration.objects.filter(Q(authority=None) | Q(authority__in=authorities))


# Breaches of Lockbox: who records one, and who sees it.

# Those whose duties it starts.
BREACH_RECORDERS = (
    Role.DATA_PROTECTION_OFFICER,
    Role.INFORMATION_SECURITY_MANAGER,
)
BREACH_READERS = (
    *BREACH_RECORDERS,
    Role.SECURITY_PROTECTION_MANAGER,
    Role.AUDITOR,
)


def can_record_breach(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *BREACH_RECORDERS, authority=authority)


def breaches_visible_to(user: Any) -> QuerySet[Breach]:
    return Breach.objects.filter(authority__in=authorities_of(user, *BREACH_READERS))


# Deviations: who is told of them, and who takes them on.

# Told of what happens in the cases of their authority, whoever works them.
DEVIATION_GUARDS = (
    Role.SECURITY_PROTECTION_MANAGER,
    Role.INFORMATION_SECURITY_MANAGER,
    Role.DATA_PROTECTION_OFFICER,
)


@cached_query(role_holder)
def deviations_visible_to(user: Any) -> QuerySet[Deviation]:
    """Deviations in the cases that one reads, and at one's authority for those who
    guard it. What is on a named list is for those named."""
    reads = Q(review__in=readable_by(user).values("pk"))
    return _deviation_of(user, reads | _guarded(user))


@cached_query(role_holder)
def deviations_to_handle(user: Any) -> QuerySet[Deviation]:
    """Deviations that the person may take on: as the case officer, as who decides, as
    who guards."""
    decides = held_where_reviewed(user, Role.DECISION_MAKER)
    works = ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object=OuterRef("review"),
        permission__codename=WORK,
    )
    reads = Q(review__in=readable_by(user).values("pk"))
    own = reads & (decides | Q(Exists(works)))
    return _deviation_of(user, own | _guarded(user))


def is_unowned() -> Q:
    """In a query of deviations: has the owner left, or may they not handle it any
    more?"""
    free = RoleAssignment.objects.in_force(acting.now()).filter(
        ~Q(conflict_of_each("person", "access_request")), person=OuterRef("owner")
    )
    here = free.filter(
        Q(branch=None) | Q(branch=OuterRef("review__branch")),
        authority=OuterRef("review__authority"),
        role__in=(Role.DECISION_MAKER, *DEVIATION_GUARDS),
    )
    named = ReviewUserPermission.objects.filter(
        user=OuterRef("owner"), content_object=OuterRef("review")
    )
    works = Exists(named.filter(permission__codename=WORK))
    opened = Q(review__is_named_list=False) | Exists(named)
    handled = Exists(here) & opened | Exists(free) & works
    return Q(owner__isnull=False) & ~handled


def can_take_deviation(user: Any, deviation: Deviation) -> bool:
    mine = deviation.owner_id == user.pk
    return not mine and deviations_to_handle(user).filter(pk=deviation.pk).exists()


def can_conclude_deviation(user: Any, deviation: Deviation) -> bool:
    """Whoever has taken it on, as long as it is theirs to handle."""
    mine = deviation.owner_id == user.pk
    return mine and deviations_to_handle(user).filter(pk=deviation.pk).exists()


def _guarded(user: Any) -> Q:
    here = held_where_reviewed(user, *DEVIATION_GUARDS)
    return here & Q(review__is_named_list=False)


def _deviation_of(user: Any, those: Q) -> QuerySet[Deviation]:
    return Deviation.objects.filter(those).exclude(conflict_on(user, "access_request"))


# Incident duties: who sees them, and who says that they are done or not needed.

STOPPED = Q(deviation=None, breach=None)


@cached_query(role_holder)
def duties_visible_to(user: Any) -> QuerySet[IncidentDuty]:
    """With the deviation or the breach; those of a stop, for whoever guards protective
    security."""
    seen = Q(deviation__in=deviations_visible_to(user).values("pk"))
    breached = Q(breach__in=breaches_visible_to(user).values("pk"))
    return _incident_duty_of(user, seen | breached | STOPPED & _by_role(user))


@cached_query(role_holder)
def duties_to_settle(user: Any) -> QuerySet[IncidentDuty]:
    """The duties that fall to the person's role, and those of deviations that they have
    taken on."""
    handled = Q(deviation__in=deviations_to_handle(user).values("pk"))
    owned = Q(deviation__owner=user.pk)
    mine = handled & (owned | _by_role(user)) | STOPPED & _by_role(user)
    return _incident_duty_of(user, mine | _of_breaches(user))


def can_settle_duty(user: Any, duty: IncidentDuty) -> bool:
    return duties_to_settle(user).filter(pk=duty.pk).exists()


def _by_role(user: Any) -> Q:
    theirs = Q(pk__in=[])
    for kind, role in IncidentDuty.ROLES.items():
        theirs |= Q(kind=kind) & held_where_reviewed(user, role)
    return theirs


def _of_breaches(user: Any) -> Q:
    """Those that fall to the person's role at the authority of a breach."""
    theirs = Q(pk__in=[])
    for kind, role in IncidentDuty.ROLES.items():
        theirs |= Q(kind=kind, breach__authority__in=authorities_of(user, role))
    return theirs


def _incident_duty_of(user: Any, those: Q) -> QuerySet[IncidentDuty]:
    conflict = conflict_on(user, "review__access_request")
    return IncidentDuty.objects.filter(those).filter(Q(review=None) | ~Q(conflict))


# Logs of providers: who sees how far they are read, who explains what is missing, and
# who may read one from a file.

LOG_READERS = tuple({*SEE_DOORS, *CLOUD_KEEPERS})
EXPLAINERS = (*GUARDS, *MANAGERS)
FILE_READERS = tuple({*GUARDS, *CLOUD_KEEPERS})


@cached_query(role_holder)
def gaps_visible_to(user: Any) -> QuerySet[LogGap]:
    """Gaps in the logs of connections that the person's authorities run."""
    return _run_by(authorities_of(user, *LOG_READERS))


@cached_query(role_holder)
def gaps_to_explain(user: Any) -> QuerySet[LogGap]:
    return _run_by(authorities_of(user, *EXPLAINERS)).filter(explained_at=None)


def can_explain_gap(user: Any, gap: LogGap) -> bool:
    runs = authorities_of(user, *EXPLAINERS)
    return gap.log.connection.authority_id in runs


def connections_with_files(user: Any) -> QuerySet[Connection]:
    """Connections of which the person may read a log from a file."""
    runs = authorities_of(user, *FILE_READERS)
    rows = Connection.objects.filter(authority__in=runs, is_active=True)
    rows = rows.select_related("product")
    can = [row.pk for row in rows if row.product.abilities.has_log_files]
    return Connection.objects.filter(pk__in=can)


def can_read_file(user: Any, log: ProviderLog) -> bool:
    return log.connection.authority_id in authorities_of(user, *FILE_READERS)


def _run_by(authorities: set[int]) -> QuerySet[LogGap]:
    return LogGap.objects.filter(log__connection__authority__in=authorities)


GUARDED = {
    ProviderLog: Guarded(MANAGERS, "connection.authority", ("is_read",)),
    ReconciliationRule: Guarded(
        RULE_KEEPERS, "authority", columns(ReconciliationRule), adds=always
    ),
}


# Replays of decisions: for the legal unit of an authority, and for its auditors.

ORDER_REPLAYS = (Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
SEE_REPLAYS = (*ORDER_REPLAYS, Role.AUDITOR)


def can_order_replay(user: Any, authority: int) -> bool:
    return authority in authorities_of(user, *ORDER_REPLAYS)


def replays_visible_to(user: Any) -> QuerySet[ReplayRun]:
    """Their authority's own, and those over every authority that the operator ran."""
    runs = authorities_of(user, *SEE_REPLAYS)
    seen = Q(authority__in=runs)
    if runs:
        seen |= Q(authority=None)
    return ReplayRun.objects.filter(seen)


def replayed_cases_readable_by(user: Any, run: ReplayRun) -> QuerySet[ReplayedCase]:
    """The replayed cases of one's own authority, as far as one may read the case."""
    reviews = readable_by(user).filter(authority__in=authorities_of(user, *SEE_REPLAYS))
    return ReplayedCase.objects.filter(run=run, review__in=reviews.values("pk"))


# Who sees side doors, says that a decision covers one, and takes one back: whoever
# manages, guards or answers for the authority that runs the connection.

COVER_DOORS = (*MANAGERS, *GUARDS)
CLOSE_DOORS = (*COVER_DOORS, Role.EXECUTOR)
SEE_SIDE_DOORS = (*SEE_DOORS, Role.EXECUTOR)


@cached_query(role_holder)
def side_doors_visible_to(user: Any) -> SideDoorQuerySet:
    """Whole, on the connections that the person's authorities run."""
    theirs = authorities_of(user, *SEE_SIDE_DOORS)
    return SideDoor.objects.filter(connection__authority__in=theirs)


@cached_query(role_holder)
def side_doors_known_to(user: Any) -> SideDoorQuerySet:
    """That they are open, to those too whose information may lie behind them."""
    return SideDoor.objects.filter(connection__in=connections_with_doors(user))


def can_cover(user: Any, door: SideDoor) -> bool:
    return has_role(user, *COVER_DOORS, authority=door.connection.authority_id)


def can_close_door(user: Any, door: SideDoor) -> bool:
    return has_role(user, *CLOSE_DOORS, authority=door.connection.authority_id)
