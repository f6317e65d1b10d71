"""Who may do what in the registers: guarded in registers, package, publication, shared
register and standing assessment."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import acting
from requests_app.core.models import columns
from requests_app.core.people.models import (
    Authority,
    Role,
    RoleAssignment,
    SecrecyBranch,
)
from requests_app.core.people.rights import (
    CLOUD_KEEPERS,
    DELEGATION_KEEPERS,
    INFORMATION_KEEPERS,
    MANAGERS,
    authorities_of,
    has_role,
    roles_of,
    within_reach,
)
from requests_app.core.two_persons import (
    LIMIT_KEEPERS,
    OWNERS,
    RECORD_KEEPERS,
    Guarded,
    RegisterChange,
    always,
    changes_to_settle,
)
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import (
    CONFIRMERS,
    delegations_to_confirm,
    of_roles,
)
from requests_app.registers.models.changes import (
    Original,
    Publication,
    Publisher,
    ReadingLimit,
    RegisterPage,
)
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetPerson,
    Origin,
    SecurityClassification,
)
from requests_app.registers.models.standing import StandingAssessment

# Of the registers what nobody changes alone.

MAPPERS = (*OWNERS, *MANAGERS)
STAND_INS = ("managers_from", "managers_agreement")


def _is_lower(row: SecurityClassification) -> bool:
    """Does it say less than the classification it comes after?"""
    before = row.information_set.classifications.filter(valid_from__lt=row.valid_from)
    last = before.order_by("-valid_from").first()
    return last is not None and row.confidentiality < last.confidentiality


def _is_listed(link: CloudObjectInformationSet) -> bool:
    return link.information_set.is_named_list


GUARDED: dict[Any, Guarded] = {
    InformationSet: Guarded(
        OWNERS, "authority", ("is_named_list",), begins_without=("is_named_list",)
    ),
    InformationSetPerson: Guarded(
        OWNERS,
        "information_set.authority",
        ("information_set", "person"),
        adds=always,
        removes=always,
    ),
    SecurityClassification: Guarded(
        OWNERS,
        "information_set.authority",
        ("information_set", "valid_from", "confidentiality"),
        adds=_is_lower,
        removes=always,
    ),
    CloudObject: Guarded(MAPPERS, "authority", ("authority", "gone_on")),
    CloudObjectInformationSet: Guarded(
        MAPPERS,
        "information_set.authority",
        ("cloud_object", "information_set"),
        adds=_is_listed,
        removes=_is_listed,
        changes=_is_listed,
    ),
    Provider: Guarded(MANAGERS, "", ("name", "country")),
    ProviderProduct: Guarded(MANAGERS, "", columns(ProviderProduct)),
    Connection: Guarded(
        MANAGERS,
        "authority",
        ("product", "external_id", "authority", "is_active", "is_automatic"),
    ),
    ReadingLimit: Guarded(
        LIMIT_KEEPERS,
        "authority",
        ("authority", "opens", "closes", "many", "days"),
        adds=always,
    ),
    RegisterPage: Guarded(
        LIMIT_KEEPERS, "authority", columns(RegisterPage), adds=always
    ),
    Publication: Guarded(
        RECORD_KEEPERS, "authority", columns(Publication), adds=always
    ),
    Publisher: Guarded(LIMIT_KEEPERS, "authority", columns(Publisher), adds=always),
    Authority: Guarded(MANAGERS, "self", ("kind", "regime", *STAND_INS)),
    SecrecyBranch: Guarded(MANAGERS, "authority", ("authority", "name")),
}


# Who assesses beforehand: makes, confirms and revokes standing assessments.

STANDING_ASSESSORS = (Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
# Taking away needs one person, and whoever sees first that the ground has gone.
REVOKERS = (*STANDING_ASSESSORS, Role.INFORMATION_SECURITY_MANAGER)


def standing_assessments_to_confirm(user: Any) -> QuerySet[StandingAssessment]:
    """The standing assessments that an item of delegation lets the person confirm, at
    their authority, and not those they made or last wrote in."""
    return StandingAssessment.objects.filter(
        Q(authority__in=_standing_rules(user).values("authority")),
        authority__in=authorities_of(user, *STANDING_ASSESSORS),
    ).exclude(made_by=user.pk)


def _standing_rules(user: Any) -> QuerySet[DelegationRule]:
    """The items in force by which the person decides what is settled beforehand."""
    by_role = of_roles(row for row in roles_of(user) if row.branch_id is None)
    return _for_all_products().filter(Q(person=user.pk) | by_role)


def _for_all_products() -> QuerySet[DelegationRule]:
    """One for a single product is none for all that the provider does."""
    return DelegationRule.objects.in_force(acting.today()).filter(
        decision_type=DelegationRule.DecisionType.STANDING, product=None
    )


def standing_rule_for(user: Any, authority_id: int) -> DelegationRule | None:
    """The item by which the person decides what the authority settles beforehand."""
    rules = _standing_rules(user).filter(authority=authority_id)
    return rules.order_by("item_no", "pk").first()


def standing_confirmers_of(row: StandingAssessment) -> QuerySet[RoleAssignment]:
    """Who may, by their roles: the other way of `standing_assessments_to_confirm`."""
    rules = _for_all_products().filter(authority=row.authority_id)
    matches = rules.filter(Q(person=OuterRef("person")) | Q(role=OuterRef("role")))
    return (
        RoleAssignment.objects.in_force(acting.now())
        .filter(authority=row.authority_id, branch=None, role__in=STANDING_ASSESSORS)
        .filter(Exists(matches))
        .exclude(person=row.made_by_id)
    )


def would_leave_no_confirmer(row: StandingAssessment, writer: Any) -> bool:
    """Whoever writes in it counts as its maker, and somebody else confirms it."""
    if not standing_confirmers_of(row).exists():
        return False
    written = StandingAssessment(authority_id=row.authority_id, made_by_id=writer.pk)
    return not standing_confirmers_of(written).exists()


def can_confirm_standing_assessment(user: Any, row: StandingAssessment) -> bool:
    return standing_assessments_to_confirm(user).filter(pk=row.pk).exists()


def can_revoke_standing_assessment(user: Any, row: StandingAssessment) -> bool:
    return has_role(user, *REVOKERS, authority=row.authority_id)


# Who takes what of a package: whoever keeps the register that it goes into.

TEXTS = "texts"
TAKERS: dict[str, tuple[str, ...]] = {
    "products": CLOUD_KEEPERS,
    "information-sets": INFORMATION_KEEPERS,
    "delegations": DELEGATION_KEEPERS,
    "standing-assessments": STANDING_ASSESSORS,
}
ALL_TAKERS = tuple({role for roles in TAKERS.values() for role in roles})
# Who settles what was taken, and who reads what waits.
SETTLERS = tuple({*OWNERS, *MANAGERS, *CONFIRMERS, *STANDING_ASSESSORS})
READERS = tuple({*ALL_TAKERS, *SETTLERS, Role.AUDITOR})


def taking_for(user: Any) -> QuerySet[Authority]:
    """The authorities for which the person takes something of a package."""
    return Authority.objects.filter(pk__in=authorities_of(user, *ALL_TAKERS))


def takes(user: Any, kind: str, authority: Authority) -> bool:
    """A text has no effect: whoever takes anything keeps it."""
    roles = TAKERS.get(kind, ALL_TAKERS)
    return authority.pk in authorities_of(user, *roles)


def taken_by_roles(kind: str) -> str:
    return ", ".join(str(Role(role).label) for role in TAKERS.get(kind, ALL_TAKERS))


def origins_waiting(authority: Authority) -> QuerySet[Origin]:
    """What was taken for the authority and no second person has settled."""
    rules = DelegationRule.objects.filter(authority=authority, confirmed_at=None)
    drafts = StandingAssessment.objects.filter(
        authority=authority, confirmed_at=None, revoked_at=None
    )
    proposed = Q(change__confirmed_at=None, change__refused_at=None)
    return Origin.objects.filter(authority=authority).filter(
        Q(change__isnull=False) & proposed
        | Q(row_table=DelegationRule._meta.db_table, row_id__in=rules.values("pk"))
        | Q(row_table=StandingAssessment._meta.db_table, row_id__in=drafts.values("pk"))
    )


def origins_to_settle(user: Any, authority: Authority) -> QuerySet[Origin]:
    """Of these, what is the person's to settle: not what they took."""
    rules = delegations_to_confirm(user).filter(confirmed_at=None)
    drafts = standing_assessments_to_confirm(user).filter(confirmed_at=None)
    return origins_waiting(authority).filter(
        Q(change__in=changes_to_settle(user).values("pk"))
        | Q(row_table=DelegationRule._meta.db_table, row_id__in=rules.values("pk"))
        | Q(row_table=StandingAssessment._meta.db_table, row_id__in=drafts.values("pk"))
    )


# Who draws up and publishes an authority's packages, and who looks at newer ones.

# They are published: whoever publishes or takes has them, and the auditor.
PUBLICATION_READERS = (*RECORD_KEEPERS, *ALL_TAKERS, Role.AUDITOR)


def publishing_for(user: Any) -> QuerySet[Authority]:
    return Authority.objects.filter(pk__in=authorities_of(user, *RECORD_KEEPERS))


def can_publish(user: Any, authority: Authority) -> bool:
    return authority.pk in authorities_of(user, *RECORD_KEEPERS)


def publications_seen_by(user: Any) -> QuerySet[Publication]:
    return Publication.objects.filter(
        authority__in=authorities_of(user, *PUBLICATION_READERS)
    )


def can_see_publications(user: Any) -> bool:
    return bool(authorities_of(user, *PUBLICATION_READERS))


def originals_to_look_at(user: Any) -> QuerySet[Original]:
    """What has come since somebody took an older edition, for who takes packages."""
    theirs = authorities_of(user, *ALL_TAKERS)
    return Original.objects.filter(authority__in=theirs, looked_at=None)


def can_look_at(user: Any, original: Original) -> bool:
    return originals_to_look_at(user).filter(pk=original.pk).exists()


# Who keeps what authorities share: the managers of those that have it run.


def products_run(user: Any, *roles: str) -> QuerySet[ProviderProduct]:
    """Products that an authority runs for which the person has the role; and those
    that nobody runs, where they have it in the municipality."""
    theirs = authorities_of(user, *roles)
    run = Q(pk__in=Connection.objects.filter(authority__in=theirs).values("product"))
    idle = ~Q(pk__in=Connection.objects.values("product"))
    idle &= Q(provider__municipality__in=within_reach(user, *roles))
    return ProviderProduct.objects.filter(run | idle if theirs else Q(pk__in=[]))


def keeps_shared(user: Any, row: Any) -> bool:
    """A provider or a product is kept by the managers of whoever has it run."""
    products = products_run(user, *MANAGERS)
    if isinstance(row, ProviderProduct):
        return products.filter(pk=row.pk).exists()
    is_theirs = row.municipality_id in within_reach(user, *MANAGERS)
    alone = not row.products.exists() and is_theirs
    return alone or products.filter(provider=row.pk).exists()


def changes_about_shared(user: Any, *roles: str) -> Q:
    """In a query of changes: those of providers and products that are theirs who have
    one of these roles where these are run."""
    products = products_run(user, *roles)
    of_product = Q(row_table=ProviderProduct._meta.db_table)
    of_provider = Q(row_table=Provider._meta.db_table)
    about = Q(row_id__in=products.values("pk"))
    run = Q(row_id__in=products.values("provider"))
    # A product that is not there yet is nobody's more than another's there.
    municipalities = within_reach(user, *roles)
    about |= Q(row_id=None, proposed_by__municipality__in=municipalities)
    alone = Provider.objects.filter(products=None, municipality__in=municipalities)
    run |= Q(row_id__in=alone.values("pk"))
    return (of_product & about) | (of_provider & run)


def settling_shared(change: RegisterChange) -> Q:
    """In a query of role rows: the people of those that run it, or of the municipality
    where nobody does."""
    product = {Provider: "product__provider", ProviderProduct: "product"}
    of_row = {product[change.row_model]: change.row_id}
    runs = Connection.objects.filter(**of_row).values("authority")
    if runs.exists():
        return Q(authority__in=runs)
    return Q(authority__municipality=change.proposed_by.municipality_id)


# Who may take which step. A button that is shown is courtesy; this is the guard.


def can_propose_products(user: Any) -> bool:
    return has_role(user, *CLOUD_KEEPERS)
