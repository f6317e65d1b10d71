"""Who may do what in the organisation: confirming, delegation, first managers and
managers."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit_app import acting
from requests_app.core.models import GRANTS
from requests_app.core.people.models import (
    APART,
    CONNECTION,
    Authority,
    Role,
    RoleAssignment,
)
from requests_app.core.people.rights import (
    MANAGERS,
    READS,
    SECOND_PERSONS,
    SEE_STAFFING,
    authorities_of,
    is_lent,
    is_of,
    managed_by,
    people_of,
    roles_in_force,
    roles_of,
    within_reach,
)
from requests_app.organisation.models import DelegationRule, FirstManagers

# Who gives a new authority its first managers: two who manage at whoever runs it.


def running_authorities(authority: Authority) -> set[int]:
    """Those that run a connection, of the authority's municipality or by agreement;
    before there is one, those with a manager."""
    runs = {authority.municipality_id, authority.managers_from_id}
    here = {"authority__municipality__in": runs - {None}}
    connections: Any = apps.get_model(CONNECTION)._default_manager
    running = connections.filter(**here).values_list("authority", flat=True)
    managers = roles_in_force(Role.IT_MANAGER).filter(**here, branch=None)
    return set(running.distinct()) or set(managers.values_list("authority", flat=True))


def runs_connections(user: Any) -> bool:
    """Is the person a manager of one that runs a connection, or where nobody does?"""
    managed = authorities_of(user, Role.IT_MANAGER)
    rows = Authority.objects.filter(_runs("pk", "municipality"), pk__in=managed)
    return bool(managed) and rows.exists()


def does_run(user: Any, path: str = "authority__") -> Q:
    """Does the person stand in at the authority at the end of this path of a query: as
    the manager of one that runs a connection, of its municipality or by agreement?"""
    managed = authorities_of(user, Role.IT_MANAGER)
    if not managed:
        return Q(pk__in=[])
    places = Authority.objects.filter(_runs("pk", "municipality"), pk__in=managed)
    return _places_of(places.values("municipality"), path)


def confirms_where_run(user: Any) -> Q:
    """In a query of role rows: does the person stand in there as a confirmer, within
    the municipality?"""
    confirmed = authorities_of(user, Role.CONFIRMER)
    if not confirmed:
        return Q(pk__in=[])
    places = Authority.objects.filter(_runs("pk", "municipality"), pk__in=confirmed)
    return Q(authority__municipality__in=places.values("municipality"))


def stands_in(user: Any, authority: int) -> bool:
    """The same, of one authority."""
    return Authority.objects.filter(does_run(user, ""), pk=authority).exists()


def stand_ins_of(authority: Authority) -> Q:
    """In a query of managers' role rows: do they stand in at this authority?"""
    return stand_ins_for(authority.municipality_id, authority.managers_from_id)


def stand_ins_for(municipality: Any, managers_from: Any) -> Q:
    """The same, at one of which these are the columns, by value or outer reference."""
    same = Q(authority__municipality=municipality)
    if managers_from is not None:
        same |= Q(authority__municipality=managers_from)
    return _runs("authority", "authority__municipality") & same


def _places_of(municipalities: Any, path: str) -> Q:
    by_agreement = {f"{path}managers_from__in": municipalities}
    return Q(**{f"{path}municipality__in": municipalities}) | Q(**by_agreement)


def _runs(authority: str, municipality: str) -> Q:
    """Does the authority at the end of this path of a query run a connection, or does
    nobody in its municipality yet?"""
    rows: Any = apps.get_model(CONNECTION)._default_manager
    theirs = rows.filter(authority=OuterRef(authority))
    anybodys = rows.filter(authority__municipality=OuterRef(municipality))
    return Q(Exists(theirs)) | ~Q(Exists(anybodys))


def never_managed() -> QuerySet[Authority]:
    """Authorities for which nobody has ever been confirmed as manager."""
    confirmed = RoleAssignment.history.filter(
        role=Role.IT_MANAGER, branch=None, confirmed_at__isnull=False
    )
    return Authority.objects.exclude(pk__in=confirmed.values("authority"))


def first_managers_visible_to(user: Any) -> QuerySet[FirstManagers]:
    """For the managers of whoever runs the connections; for the authority's own
    managers and auditors."""
    own = Q(authority__in=authorities_of(user, *SEE_STAFFING))
    return FirstManagers.objects.filter(does_run(user) | own)


def first_managers_to_settle(user: Any) -> QuerySet[FirstManagers]:
    return _by_others(user).filter(confirmed_at=None, refused_at=None)


def _by_others(user: Any) -> QuerySet[FirstManagers]:
    """Proposals that are neither the person's own nor about them, nor about somebody
    whose account they made."""
    rows = FirstManagers.objects.filter(does_run(user)).exclude(proposed_by=user.pk)
    for one in ("first", "second"):
        made = Q(**{f"{one}__made_by__isnull": False, f"{one}__made_by": user.pk})
        rows = rows.exclude(Q(**{one: user.pk}) | made)
    return rows


def can_confirm_first_managers(user: Any, row: FirstManagers) -> bool:
    return _by_others(user).filter(pk=row.pk).exists()


def can_refuse_first_managers(user: Any, row: FirstManagers) -> bool:
    """Whoever could confirm them; and whoever proposed them, to take that back."""
    own = row.proposed_by_id == user.pk and stands_in(user, row.authority_id)
    return own or can_confirm_first_managers(user, row)


def authorities_begun_by(user: Any) -> QuerySet[Authority]:
    """The authorities that the person gets going: as their manager or administrator;
    and, for who manages where the connections are run, those that nobody has managed
    yet."""
    own = authorities_of(user, Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
    without = Q(pk__in=never_managed().values("pk"))
    return Authority.objects.filter(Q(pk__in=own) | does_run(user, "") & without)


def authorities_known_to(user: Any) -> QuerySet[Authority]:
    """The authorities of which the person may know what they lack before their first
    case."""
    own = Q(pk__in=authorities_of(user, *Role.values))
    administered = Q(municipality__in=within_reach(user, Role.SYSTEM_ADMINISTRATOR))
    return Authority.objects.filter(own | administered | does_run(user, ""))


# Who gives, confirms and stops roles: never one person alone.
#
# A manager does it for their authority. Where an authority has no manager left who may,
# the managers of an authority that runs a connection do: of the same municipality, or
# of
# one that an agreement on record names.

# Nobody needs these at night, and with them a person could confirm other roles.
NEVER_AT_NIGHT = APART
MAKER = "person__made_by"


def _managers(authority: Any) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.in_force(acting.now()).filter(
        role=Role.IT_MANAGER, authority=authority, branch=None
    )


def in_charge(
    user: Any, *but: str, by: tuple[Role, ...] = MANAGERS
) -> QuerySet[RoleAssignment]:
    """Role rows that the person manages, where none of these is the person:
    `person`, `given_by` and such."""
    others = _managers(OuterRef("authority"))
    rows = RoleAssignment.objects.all()
    for name in but:
        others = others.exclude(person=Coalesce(OuterRef(name), 0))
        rows = rows.exclude(**{f"{name}__isnull": False, name: user.pk})
    own = Q(authority__in=authorities_of(user, *by))
    elsewhere = does_run(user)
    if Role.CONFIRMER in by:
        elsewhere |= confirms_where_run(user)
    return rows.filter(own | elsewhere & ~Exists(others))


def roles_managed(user: Any) -> QuerySet[RoleAssignment]:
    """The roles of others that the person may stop."""
    return in_charge(user, "person")


def can_stop_role(user: Any, role: RoleAssignment) -> bool:
    """Suspend or end it: any manager but whoever has it, and who lent them."""
    rows = roles_managed(user) | lent_by(user).exclude(person=user.pk)
    return rows.filter(pk=role.pk).exists()


def can_lift_suspension(user: Any, role: RoleAssignment) -> bool:
    """What it gives back is given by two: not by whoever suspended it."""
    return in_charge(user, "person", "suspended_by").filter(pk=role.pk).exists()


def lent_by(user: Any) -> QuerySet[RoleAssignment]:
    """Roles elsewhere of people of the municipalities where the person manages."""
    managed = managed_by(user)
    rows = RoleAssignment.objects.filter(person__municipality__in=managed)
    return rows.exclude(authority__municipality=F("person__municipality"))


def can_lend(user: Any, person: Any) -> bool:
    """Give a role in another municipality, for its managers to confirm."""
    managed = managed_by(user)
    return person.municipality_id in managed and not is_too_close(user, person)


def can_give_role(user: Any, role: RoleAssignment) -> bool:
    """The first managers of an authority are given on its board's decision only."""
    if is_lent(role):
        stays = role.role == Role.CONFIRMER
        return bool(role.basis) and not stays and can_lend(user, role.person)
    if not can_give_roles(user, role.person, role.authority_id, role.branch_id):
        return False
    return not is_first(role) or _proposed(user, role).exists()


def is_first(role: RoleAssignment) -> bool:
    """Has nobody ever been manager there?"""
    return role.role == Role.IT_MANAGER and (
        never_managed().filter(pk=role.authority_id).exists()
    )


def _proposed(user: Any, role: RoleAssignment) -> QuerySet[FirstManagers]:
    about = Q(first=role.person_id) | Q(second=role.person_id)
    return FirstManagers.objects.filter(
        about,
        authority=role.authority_id,
        proposed_by=user.pk,
        confirmed_at=None,
        refused_at=None,
    )


def can_give_roles(user: Any, person: Any, authority: int, branch: int | None) -> bool:
    if is_too_close(user, person):
        return False
    others = _managers(authority).exclude(person__in=pks(person.pk, person.made_by_id))
    return _manages(user, authority, branch) or (
        stands_in(user, authority) and not others.exists()
    )


def is_too_close(user: Any, person: Any) -> bool:
    """A manager gives nobody a role whose account they made, nor themselves one."""
    return user.pk in (person.pk, person.made_by_id)


def pks(*pks: int | None) -> list[int]:
    return [pk for pk in pks if pk is not None]


def _manages(user: Any, authority: int, branch: int | None) -> bool:
    """A role for one branch keeps that branch's rows, not the authority's."""
    return any(
        row.role == Role.IT_MANAGER
        and row.authority_id == authority
        and row.branch_id in (None, branch)
        for row in roles_of(user)
    )


def is_known_at(person: int, authority: int) -> bool:
    """Has the person had a confirmed role there that nobody ended or suspended?"""
    rows = RoleAssignment.objects.filter(person=person, authority=authority)
    if rows.exclude(ended_at=None, suspended_at=None).exists():
        return False
    return rows.filter(confirmed_at__isnull=False, refused_at=None).exists()


def roles_given_at_night(user: Any) -> QuerySet[RoleAssignment]:
    """Usable unconfirmed: shown to those who guard the authority's information."""
    guards = authorities_of(
        user, Role.INFORMATION_SECURITY_MANAGER, Role.SECURITY_PROTECTION_MANAGER
    )
    rows = RoleAssignment.objects.in_force(acting.now()).filter(authority__in=guards)
    return rows.filter(confirmed_at=None).exclude(person=user.pk)


# Who confirms a role that another gave: a second manager, or a confirmer, whom the
# board has decided on and who does nothing else.
#
# A confirmer confirms and refuses what waits within their own municipality. For another
# authority there they stand in as a manager would.


def _confirmable(user: Any) -> QuerySet[RoleAssignment]:
    """Role rows of which the person is the second: not whoever gave the role, whoever
    got it, nor whoever made that account."""
    rows = in_charge(user, "person", "given_by", MAKER, by=SECOND_PERSONS)
    return rows.exclude(_comes_first())


def roles_to_confirm(user: Any) -> QuerySet[RoleAssignment]:
    """Role rows that wait for the person."""
    rows = _confirmable(user)
    return rows.filter(confirmed_at=None, refused_at=None, ended_at=None)


def roles_in_turn(user: Any) -> QuerySet[RoleAssignment]:
    """What waits for the person, an authority once: by its first role, with how many.
    What can be used unconfirmed meanwhile stands by itself."""
    rows = roles_to_confirm(user)
    same = rows.filter(usable_until=None, authority=OuterRef("authority"))
    count = same.order_by().values("authority").annotate(n=Count("pk")).values("n")
    earlier = Exists(same.filter(pk__lt=OuterRef("pk")))
    return rows.exclude(earlier, usable_until=None).annotate(
        together=Case(
            When(usable_until=None, then=Coalesce(Subquery(count), 1)), default=1
        )
    )


def waiting_roles(user: Any, authority: int) -> QuerySet[RoleAssignment]:
    """The roles that wait at an authority, for whoever manages or confirms them:
    `is_theirs` to confirm, or another's."""
    theirs = Exists(roles_to_confirm(user).filter(pk=OuterRef("pk")))
    managed = Exists(in_charge(user, by=SECOND_PERSONS).filter(pk=OuterRef("pk")))
    rows = RoleAssignment.objects.annotate(is_theirs=theirs)
    return rows.filter(
        Q(is_theirs=True) | managed,
        authority=authority,
        confirmed_at=None,
        refused_at=None,
        ended_at=None,
    )


def can_confirm_role(user: Any, role: RoleAssignment) -> bool:
    return _confirmable(user).filter(pk=role.pk).exists()


def comes_first(role: RoleAssignment) -> bool:
    """Is it a role of first managers that wait?"""
    return RoleAssignment.objects.filter(_comes_first(), pk=role.pk).exists()


def _comes_first() -> Q:
    """Roles of first managers that wait: they are confirmed together."""
    waiting = FirstManagers.objects.filter(
        Q(first=OuterRef("person")) | Q(second=OuterRef("person")),
        authority=OuterRef("authority"),
        confirmed_at=None,
        refused_at=None,
    )
    return Q(Exists(waiting), role=Role.IT_MANAGER)


def can_refuse_role(user: Any, role: RoleAssignment) -> bool:
    """Whoever could confirm it, and whoever could stop it."""
    return can_confirm_role(user, role) or can_stop_role(user, role)


def who_can_confirm(role: RoleAssignment) -> tuple[list[Any], bool]:
    """The people, and whether they stand in for managers that the authority lacks."""
    barred = pks(role.person_id, role.given_by_id, role.person.made_by_id)
    rows = confirmers_at(role.authority).exclude(person__in=barred)
    rows = rows.select_related("person")
    own = [row for row in rows if row.authority_id == role.authority_id]
    return people_of(own or rows), not own


def confirmers_at(authority: Authority) -> QuerySet[RoleAssignment]:
    """The roles of those who can confirm others': managers, confirmers, and who stands
    in."""
    places = Q(authority=authority.pk) | stand_ins_of(authority)
    return _confirmers(places, authority.municipality_id)


def with_confirmers_but(user: Any, authorities: QuerySet[Authority]) -> Any:
    """Annotate authorities with how many others than the person can confirm roles, and
    how many of these give them."""
    stand_ins = stand_ins_for(OuterRef("municipality"), OuterRef("managers_from"))
    places = Q(authority=OuterRef("pk")) | stand_ins
    rows = _confirmers(places, OuterRef("municipality")).exclude(person=user.pk)
    return authorities.annotate(
        other_confirmers=_people(rows),
        other_managers=_people(rows.filter(role__in=MANAGERS)),
    )


def _confirmers(of: Q, municipality: Any) -> QuerySet[RoleAssignment]:
    """A confirmer is one within the municipality only."""
    rows = RoleAssignment.objects.in_force(acting.now())
    near = Q(role=Role.CONFIRMER, authority__municipality=municipality)
    return rows.filter(of, near | Q(role__in=MANAGERS), branch=None)


def _people(rows: QuerySet[RoleAssignment]) -> Coalesce:
    """How many there are, as a column."""
    people = rows.order_by().values("branch").annotate(n=Count("person", distinct=True))
    return Coalesce(Subquery(people.values("n")), 0)


# Who may decide what: the rule of delegation in force that covers it, if any.

# Who confirms what another has entered.
CONFIRMERS = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)


class Matter(NamedTuple):
    """What a rule is held against. Values, or references to the columns of an outer
    query: the same rules answer for one review and for a whole list."""

    review: Any
    access_request: Any
    authority: Any
    branch: Any
    product: Any


def matter_of(review: Any) -> Matter:
    product = review.access_request.connection.product_id
    return Matter(
        Value(review.pk),
        Value(review.access_request_id),
        Value(review.authority_id),
        Value(review.branch_id, BigIntegerField()),
        Value(product),
    )


def matter_at(path: str = "") -> Matter:
    """The review at the end of this path of an outer query."""
    return Matter(
        OuterRef(f"{path}pk"),
        OuterRef(f"{path}access_request"),
        OuterRef(f"{path}authority"),
        OuterRef(f"{path}branch"),
        OuterRef(f"{path}access_request__connection__product"),
    )


def rules_for(user: Any, matter: Matter) -> QuerySet[DelegationRule]:
    """The rules in force that delegate something in this matter to the person."""
    return rules_in(matter).filter(Q(person=user.pk) | _by_role(user))


def rules_in(matter: Matter) -> QuerySet[DelegationRule]:
    """The rules in force that delegate something in this matter to anybody."""
    rules = DelegationRule.objects.in_force(acting.today()).alias(
        of_review=_number(matter.review),
        in_branch=_number(matter.branch),
        of_request=_number(matter.access_request),
        of_product=_number(matter.product),
    )
    return rules.filter(
        Q(product=None) | Q(product=F("of_product")),
        authority=matter.authority,
        decision_type=DelegationRule.DecisionType.ANSWER,
    )


def rules_of(user: Any) -> QuerySet[DelegationRule]:
    """The rules in force that name the person, or a role that they hold somewhere."""
    named = Q(person=user.pk) | of_roles(roles_of(user))
    return DelegationRule.objects.in_force(acting.today()).filter(named)


def of_roles(rows: Iterable[RoleAssignment]) -> Q:
    """Rules for these roles: said once for each role, whatever the authorities."""
    places: dict[str, set[int]] = {}
    for row in rows:
        places.setdefault(row.role, set()).add(row.authority_id)
    named = Q(pk__in=[])
    for role, authorities in places.items():
        named |= Q(role=role, authority__in=authorities)
    return named


def _number(expression: Any) -> ExpressionWrapper:
    # A reference to an outer query can be compared only once its type is said.
    return ExpressionWrapper(expression, BigIntegerField())


def _by_role(user: Any) -> Q:
    """A role for one branch is none for the others."""
    rows = roles_of(user)
    roles = of_roles(row for row in rows if row.branch_id is None)
    for row in rows:
        if row.branch_id is not None:
            here = Q(role=row.role, authority=row.authority_id)
            roles |= here & Q(in_branch=row.branch_id)
    return roles


def covering(
    rules: QuerySet[DelegationRule], outcome: Any, minutes: Any
) -> QuerySet[DelegationRule]:
    """Among a matter's rules, those by which this outcome can be decided. Limits are
    limits of grants: minutes of access, with those that the rest of the matter has got
    (extensions), and the confidentiality of what the review's objects hold, where the
    database counts what nobody has classified as it does itself."""
    rules = rules.alias(
        outcome=ExpressionWrapper(outcome, CharField()),
        minutes=_number(minutes) + minutes_beside(F("of_request")),
        highest=Func(
            F("of_review"),
            Value(acting.today()),
            function="lockbox_class",
            output_field=IntegerField(),
        ),
    )
    no_grant = ~Q(outcome__in=GRANTS)
    return rules.filter(
        no_grant | Q(max_minutes=None) | Q(max_minutes__gte=F("minutes")),
        no_grant
        | Q(max_confidentiality=None)
        | Q(max_confidentiality__gte=F("highest")),
        outcomes__contains=[F("outcome")],
    )


def minutes_beside(access_request: Any) -> Func:
    """What is granted already of the same access: to what the request extends, and to
    what extends it. The database counts, as its guard of decisions does."""
    return Func(
        access_request,
        function="lockbox_minutes_beside",
        output_field=BigIntegerField(),
    )


def minutes_granted_beside(access_request: Any) -> int:
    """Only a matter of several requests has any."""
    rows = type(access_request).objects.filter(pk=access_request.pk)
    beside = minutes_beside(F("pk"))
    return rows.annotate(beside=beside).values_list("beside", flat=True).get()


def delegation_for(
    user: Any, review: Any, outcome: str, minutes: int | None = None
) -> DelegationRule | None:
    """The rule by which the person decides this outcome of the review, if any; in the
    board's place (KL 6:39) only where no other lets them."""
    amount = Value(minutes or 0, IntegerField())
    rules = covering(rules_for(user, matter_of(review)), Value(outcome), amount)
    return (
        rules.select_related("authority")
        .order_by("elected_as", "item_no", "pk")
        .first()
    )


def delegations_to_confirm(user: Any) -> QuerySet[DelegationRule]:
    """Rules of the person's authority that they neither entered nor gain by."""
    gains = Q(person=user.pk) | of_roles(roles_of(user))
    rules = DelegationRule.objects.filter(
        authority__in=authorities_of(user, *CONFIRMERS)
    )
    return rules.exclude(made_by=user.pk).exclude(
        pk__in=DelegationRule.objects.filter(gains).values("pk")
    )


def can_confirm_delegation(user: Any, rule: DelegationRule) -> bool:
    return delegations_to_confirm(user).filter(pk=rule.pk).exists()


def confirmers_of(rule: DelegationRule) -> QuerySet[RoleAssignment]:
    """Who may, by their roles: the other way of `delegations_to_confirm`."""
    rows = RoleAssignment.objects.in_force(acting.now()).filter(
        authority=rule.authority_id, branch=None, role__in=CONFIRMERS
    )
    gaining = RoleAssignment.objects.in_force(acting.now()).filter(
        authority=rule.authority_id, role=rule.role
    )
    barred = Q(person__in=[rule.made_by_id, rule.person_id])
    return rows.exclude(barred | Q(person__in=gaining.values("person")))


def _moment_on(day: date) -> datetime:
    """Now, or the end of a later day."""
    evening = datetime.combine(day, time.max, timezone.get_default_timezone())
    return acting.now() if day == acting.today() else evening


def someone_decides(authority_id: int, day: date, **without: int) -> bool:
    """Would anybody be able to refuse a provider for the authority on that day?"""
    here = Authority.objects.filter(pk=authority_id)
    return here.filter(has_decider(day, **without)).exists()


def has_decider(
    day: date,
    *,
    without_role: int | None = None,
    without_rule: int | None = None,
    without_person: int | None = None,
) -> Q:
    """The same, of authorities."""
    roles = RoleAssignment.objects.in_force(_moment_on(day)).filter(
        authority=OuterRef("authority"), branch=None
    )
    roles = roles.exclude(pk=without_role or 0).exclude(person=without_person)
    rules = DelegationRule.objects.in_force(day).filter(
        decision_type=DelegationRule.DecisionType.ANSWER,
        authority=OuterRef("pk"),
        outcomes__contains=["refused"],
        product=None,
    )
    # What is delegated on falls with what it comes from.
    rules = rules.exclude(pk=without_rule or 0)
    rules = rules.exclude(parent__isnull=False, parent=without_rule or 0)
    of_role = roles.filter(role=OuterRef("role"))
    of_reader = roles.filter(role__in=READS, person=OuterRef("person"))
    return Q(Exists(rules.filter(Exists(of_role) | Exists(of_reader))))


# Accounts: who sees them, closes and opens them, and gives the way to a password.


def is_choosable_by(user: Any) -> Q:
    """In a query of people: are they of a municipality where the person has a role, or
    stands in for managers, or lent to it?"""
    stood_in_for = Authority.objects.filter(does_run(user, "")).values("municipality")
    return is_of("pk", within_reach(user)) | Q(municipality__in=stood_in_for)
