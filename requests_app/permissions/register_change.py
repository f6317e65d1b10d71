"""What nobody changes alone, and who is the second person (design.md 4.2).

What takes from others what they see or need: named lists, lower classes, what is
shared, what an authority is. The database guards each table; here are the forms.
"""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audit_app import clock
from audit_app.cached_query import cached_query
from requests_app.models import (
    Authority,
    Connection,
    Provider,
    ProviderProduct,
    RegisterChange,
    Role,
    RoleAssignment,
)
from requests_app.permissions.guarded_registers import GUARDED
from requests_app.permissions.municipalities import within_reach
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import (
    SECOND_PERSONS,
    authorities_of,
    has_role,
)
from requests_app.permissions.shared_register import products_run

SETTLERS = tuple({role for guard in GUARDED.values() for role in guard.settlers})


def authority_guarding(row: Any) -> Authority | None:
    """The authority whose people settle a change of the row; None where shared."""
    path = GUARDED[type(row)].authority
    if not path:
        return None
    for name in path.split(".") if path != "self" else ():
        row = getattr(row, name)
    return row


def _about(user: Any, *more: str) -> Q:
    """Where the person settles such rows, or has one of these roles; and shared."""
    theirs = _about_shared(user, *SECOND_PERSONS, *more)
    for model, guard in GUARDED.items():
        if guard.authority:
            authorities = authorities_of(user, *guard.settlers, *more)
            table = Q(row_table=model._meta.db_table)
            theirs |= table & Q(authority__in=authorities)
    return theirs


def _about_shared(user: Any, *roles: str) -> Q:
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


def changes_visible_to(user: Any) -> QuerySet[RegisterChange]:
    """For whoever settles such rows, and for the auditor."""
    return RegisterChange.objects.filter(_about(user, Role.AUDITOR))


def changes_to_settle(user: Any) -> QuerySet[RegisterChange]:
    """What waits and is the person's to settle: not their own, nor about them."""
    waiting = RegisterChange.objects.filter(confirmed_at=None, refused_at=None)
    return _settled_by(user, waiting)


# As many as one person reads before they stand for them, and one request carries out.
MOST_OF_A_FILE = 500


def changes_of_file(user: Any, change: RegisterChange) -> QuerySet[RegisterChange]:
    """What waits for the person of what came in the same file, the first of it."""
    rows = changes_to_settle(user).filter(
        came_with=change.came_with, proposed_by=change.proposed_by_id
    )
    first = rows.exclude(came_with="").order_by("pk")[:MOST_OF_A_FILE]
    return RegisterChange.objects.filter(pk__in=first.values("pk")).order_by("pk")


@cached_query(role_holder)
def changes_in_turn(user: Any) -> QuerySet[RegisterChange]:
    """What waits for the person, a file once: by its first change, with how many."""
    waiting = changes_to_settle(user)
    same = {"came_with": OuterRef("came_with"), "proposed_by": OuterRef("proposed_by")}
    of_file = waiting.exclude(came_with="").filter(**same)
    count = of_file.order_by().values("came_with").annotate(n=Count("pk")).values("n")
    return waiting.exclude(Exists(of_file.filter(pk__lt=OuterRef("pk")))).annotate(
        together=Coalesce(Subquery(count), 1)
    )


def can_settle_change(user: Any, change: RegisterChange) -> bool:
    return _settled_by(user, RegisterChange.objects.filter(pk=change.pk)).exists()


def _settled_by(
    user: Any, changes: QuerySet[RegisterChange]
) -> QuerySet[RegisterChange]:
    return changes.filter(_about(user), ~Q(proposed_by=user.pk)).exclude(_names(user))


def _names(user: Any) -> Q:
    person = {"person_id": user.pk}
    return Q(new_values__contains=person) | Q(old_values__contains=person)


def settlers_of(change: RegisterChange) -> QuerySet[RoleAssignment]:
    """Who may settle it, by their roles: the other way of `changes_to_settle`."""
    guard = GUARDED[change.row_model]
    values = (change.new_values or {}, change.old_values or {})
    named = [row["person_id"] for row in values if row.get("person_id")]
    rows = (
        RoleAssignment.objects.in_force(clock.now())
        .filter(role__in=guard.settlers, branch=None)
        .exclude(person__in=[change.proposed_by_id, *named])
    )
    if guard.authority:
        return rows.filter(authority=change.authority_id)
    product = {Provider: "product__provider", ProviderProduct: "product"}
    of_row = {product[change.row_model]: change.row_id}
    runs = Connection.objects.filter(**of_row).values("authority")
    if runs.exists():
        return rows.filter(authority__in=runs)
    return rows.filter(authority__municipality=change.proposed_by.municipality_id)


def can_withdraw_change(user: Any, change: RegisterChange) -> bool:
    """Whoever proposed it thinks better of it."""
    return change.proposed_by_id == user.pk and has_role(user, *Role)
