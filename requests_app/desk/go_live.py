"""Go live: go live facts, go live needs, go live waiting and role plan."""

from collections.abc import Callable
from datetime import datetime
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
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.queries import cached_rows
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from requests_app.core.fields import is_one_of
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import (
    CLOUD_KEEPERS,
    MANAGERS,
    MAP_KEEPERS,
    SECOND_PERSONS,
    authorities_of,
    has_role,
    people_of,
    role_holder,
)
from requests_app.core.two_persons import RegisterChange
from requests_app.core.words.texts import swedish_key
from requests_app.duty.models.roster import RosterGroup
from requests_app.organisation.law import BESIDE, Combination, combinations_of
from requests_app.organisation.models import DelegationRule, FirstManagers
from requests_app.organisation.rights import (
    authorities_begun_by,
    authorities_known_to,
    first_managers_to_settle,
    never_managed,
    running_authorities,
    stand_ins_of,
)
from requests_app.privacy import selectors
from requests_app.privacy.models import AccessibilityStatement, ProcessingPaper
from requests_app.privacy.papers import PAPERS, digests
from requests_app.privacy.rights import PAPER_KEEPERS
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudSystem,
    Connection,
    ProviderProduct,
)
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.rights import STANDING_ASSESSORS

# Each need before the first case, as an annotation of authorities.

Decides = DelegationRule.DecisionType
Roles = QuerySet[RoleAssignment]
NEEDED_TO_CONFIRM = 2


def with_facts(authorities: QuerySet[Authority], now: datetime) -> QuerySet[Authority]:
    """Annotate authorities with what they have, and whether somebody has ever managed
    there. What is asked of all that there is of something is met only where there is
    something."""
    in_force = RoleAssignment.objects.in_force(now, acting.today())
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
    valid = StandingAssessment.objects.valid(acting.today())
    return valid.filter(authority=OuterRef(authority))


def _of_provider() -> QuerySet[StandingAssessment]:
    """Inside what is asked of a connection."""
    return _assessments(OuterRef("pk")).filter(provider=OuterRef("product__provider"))


def _executors(in_force: Roles) -> Roles:
    return in_force.filter(role=Role.EXECUTOR, authority=OuterRef("authority"))


def _rules_held(decides: Decides, in_force: Roles) -> QuerySet[DelegationRule]:
    """Confirmed items of the authority that somebody with the role, or named, holds."""
    holders = in_force.filter(authority=OuterRef("authority"), branch=None)
    return DelegationRule.objects.in_force(acting.today()).filter(
        Exists(holders.filter(role=OuterRef("role")))
        | Exists(holders.filter(person=OuterRef("person"))),
        decision_type=decides,
        authority=OuterRef("pk"),
        product=None,
    )


# What an authority needs before its first case, in the order in which it is met.


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
    Need("called", _("A number to call when a case is stopped"),
         _("Whoever meets something classified at night calls it, and writes nothing."),
         "admin:requests_app_authority_changelist", MANAGERS),
    Need("delegated", _("A confirmed delegation for whoever decides"),
         _("Without it nothing can be decided."), RULES, (Role.REGISTRAR,),
         {"decision_type": Decides.ANSWER.value}),
    Need("settled", _("A confirmed delegation for standing assessments"),
         _("Without it nobody can confirm one."), RULES, (Role.REGISTRAR,),
         {"decision_type": Decides.STANDING.value}),
    Need("offered", _("A provider's product"),
         _("Its time limits. Those that are known beforehand stand on a page."),
         "admin:product_presets", CLOUD_KEEPERS, where_run=True),
    Need("connected", _("A connection in use"),
         _("The tenant or subscription that requests come from."),
         "admin:requests_app_connection_add", CLOUD_KEEPERS, {}, where_run=True),
    _role("answered", Role.EXECUTOR, _("An executor for every connection in use"),
          _("Gives the answer in the provider's portal."), where_run=True),
    Need("heard", _("Connections that answer"),
         _("A provider that is asked by machine has to answer."),
         "admin:requests_app_connection_changelist", CLOUD_KEEPERS, where_run=True),
    Need("housed", _("A cloud system"),
         _("In a connection: what objects lie in, such as Exchange."),
         "admin:requests_app_cloudsystem_add", CLOUD_KEEPERS, where_run=True),
    Need("mapped", _("Objects in the map"),
         _("A request is routed by the objects that it names."),
         "admin:requests_app_cloudobject_add", MAP_KEEPERS, {}),
    Need("filled", _("Information sets for every object"),
         _("They tell the reviewer which secrecy may apply. The information owner"
           " describes them."),
         "admin:coverage", MAP_KEEPERS),
    Need("rostered", _("A roster of who is on duty"),
         _("A request may lapse in a night. It tells when nobody could act."),
         "admin:requests_app_rostergroup_add", MANAGERS, {}),
    Need("encrypted", _("Encrypted disks"),
         _("Whoever takes a disk reads every case, if they are not. Say how they are"
           " encrypted, who has looked, and when."),
         "admin:requests_app_authority_changelist", MANAGERS, where_run=True),
    Need("stated", _("An accessibility statement"),
         _("The act (2018:1937) demands it of the service, also inside the authority."),
         "admin:requests_app_accessibilitystatement_add", CLOUD_KEEPERS, {},
         where_run=True),
    Need("papered", _("Papers on the processing, signed by two"),
         _("Record, impact assessment, notice to staff, schedule of retention and the"
           " rest, as the product draws them up today."),
         "admin:processing_papers", PAPER_KEEPERS, {}),
    Need("assessed", _("A standing assessment for every provider in use"),
         _("Without it a grant can not be proposed."),
         "admin:requests_app_standingassessment_add", STANDING_ASSESSORS, {}),
)  # fmt: skip


# What has been given before the first case, and waits for a second person.

FACT_OF_ROLE, FACT_OF_RULE = (
    {
        need.filled_in[name]: need.fact
        for need in NEEDS
        if need.filled_in and name in need.filled_in
    }
    for name in ("role", "decision_type")
)
Seen = Callable[[Any], QuerySet]


class Waiting(NamedTuple):
    """What it says, and its number and page where the person may look at it."""

    name: str
    page: str
    pk: int | None


def waiting_for(
    authority: Any, running: set[int], lacks: set[str], seen: Seen
) -> dict[str, list[Waiting]]:
    """Fact → what would meet it, of the facts that are lacking. A query for each
    register that could hold something."""
    by_fact: dict[str, list[Waiting]] = {}
    for facts, rows, fact_of, name_of in _registers(authority, running):
        if not lacks.intersection(facts):
            continue
        model = rows.model
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        own = seen(model).order_by().filter(pk=OuterRef("pk"))
        for row in rows.annotate(is_seen=Exists(own)).order_by("pk"):
            pk = row.pk if row.is_seen else None
            entry = Waiting(name_of(row), page, pk)
            by_fact.setdefault(fact_of(row), []).append(entry)
    return by_fact


def _registers(authority: Any, running: set[int]) -> Any:
    """(facts, rows that wait, which fact one would meet, what it is called)."""
    this_day = acting.today()
    lasts = Q(valid_to=None) | Q(valid_to__gte=this_day)
    executors = Q(role=Role.EXECUTOR, authority__in=running)
    here = Q(authority=authority) & ~Q(role=Role.EXECUTOR)
    roles = RoleAssignment.objects.standing().filter(
        executors | here, lasts, role__in=FACT_OF_ROLE, confirmed_at=None
    )
    open_ = {"confirmed_at": None, "refused_at": None}
    return (
        (
            FACT_OF_ROLE.values(),
            roles.select_related("person"),
            lambda row: FACT_OF_ROLE[row.role],
            lambda row: str(row.person),
        ),
        (
            FACT_OF_RULE.values(),
            DelegationRule.objects.filter(
                lasts, authority=authority, confirmed_at=None
            ),
            lambda row: FACT_OF_RULE[row.decision_type],
            lambda row: f"{row.item_no} {row.title}",
        ),
        (
            ["assessed"],
            StandingAssessment.objects.filter(
                authority=authority, confirmed_at=None, revoked_at=None
            ).select_related("authority", "provider", "information_set"),
            lambda row: "assessed",
            str,
        ),
        (
            ["managed"],
            FirstManagers.objects.filter(authority=authority, **open_).select_related(
                "first", "second"
            ),
            lambda row: "managed",
            lambda row: f"{row.first}, {row.second}",
        ),
        (
            ["offered"],
            RegisterChange.objects.filter(
                row_table=ProviderProduct._meta.db_table, row_id=None, **open_
            ),
            lambda row: "offered",
            str,
        ),
    )


# What an authority lacks before its first case, and who mends it. Reads only.


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
    return _lacking_among(user, undecided, acting.now()) if undecided else []


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
    rows = RoleAssignment.objects.in_force(acting.now()).filter(
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
    lacking = {"papered": selectors.lacking(authority)} if "papered" in lacks else {}
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


# Who is what at an authority now, held against what a case takes and what takes an
# explanation.


class PersonNow(NamedTuple):
    """`roles`: given and not ended, confirmed or not. `explained`: what was said when
    they were given, each text once."""

    person: Any
    roles: list[RoleAssignment]
    combinations: list[Combination]
    explained: list[str]


class PlanNow(NamedTuple):
    people: list[PersonNow]
    # Roles that nobody has who could be there when a case comes.
    lacking: list[Role]
    # So few confirm roles that none of them can leave.
    too_few_confirm: bool


def plan_now(authority: Authority) -> PlanNow:
    rows = list(
        RoleAssignment.objects.standing()
        .filter(authority=authority, branch=None)
        .exclude(valid_to__lt=acting.today())
        .select_related("person")
    )
    by_person: dict[Any, list[RoleAssignment]] = {}
    for row in rows:
        by_person.setdefault(row.person, []).append(row)
    people = sorted(by_person.items(), key=lambda item: swedish_key(item[0].last_name))
    has = {row.role for row in rows}
    second = {row.person_id for row in rows if row.role in SECOND_PERSONS}
    return PlanNow(
        [_now(person, theirs) for person, theirs in people],
        [role for role in needed(_runs(authority)) if role not in has],
        len(second) < 3,
    )


def _now(person: Any, rows: list[RoleAssignment]) -> PersonNow:
    texts = dict.fromkeys(row.combined_because for row in rows)
    return PersonNow(
        person,
        rows,
        combinations_of([row.role for row in rows]),
        [text for text in texts if text],
    )


def _runs(authority: Authority) -> bool:
    return Connection.objects.filter(authority=authority).exists()


def needed(where_run: bool) -> list[Role]:
    """Those that have to be there before the first case, and those beside them; some
    only where connections are run."""
    roles = [
        Role(need.filled_in["role"])
        for need in NEEDS
        if need.page == ROLES and need.filled_in and (where_run or not need.where_run)
    ]
    beside = [role for role in BESIDE if where_run or role != Role.SYSTEM_ADMINISTRATOR]
    return list(dict.fromkeys([*roles, *beside]))
