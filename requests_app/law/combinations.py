"""Roles that one person may have together only with a word of explanation: a small town
needs it, and it is said. What nobody may have together the database refuses."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from requests_app.models import Role, RoleAssignment


class Combination(NamedTuple):
    """Whoever has `role` and one of the `others`: why that has to be explained."""

    role: Role
    others: tuple[Role, ...]
    why: Any


COMBINATIONS = (
    Combination(
        Role.DATA_PROTECTION_OFFICER,
        (
            Role.IT_MANAGER,
            Role.LEGAL_REVIEWER,
            Role.DECISION_MAKER,
            Role.EXECUTOR,
            Role.INFORMATION_OWNER,
            Role.INFORMATION_SECURITY_MANAGER,
            Role.SYSTEM_ADMINISTRATOR,
            Role.CONFIRMER,
        ),
        _(
            "The data protection officer's other tasks may not lead to a conflict of"
            " interests (GDPR art. 38.6): here the person oversees their own work."
        ),
    ),
    Combination(
        Role.AUDITOR,
        tuple(role for role in Role if role not in (Role.AUDITOR, Role.DECISION_MAKER)),
        _("The auditor examines work that is their own: another has to look at that."),
    ),
    Combination(
        Role.LEGAL_REVIEWER,
        (Role.DECISION_MAKER,),
        _(
            "Whoever has assessed a case does not decide it: another has to be there"
            " each time."
        ),
    ),
    Combination(
        Role.DECISION_MAKER,
        (Role.IT_MANAGER,),
        _("Whoever decides also gives and confirms the roles of those who assess."),
    ),
    Combination(
        Role.CONFIRMER,
        (Role.LEGAL_REVIEWER, Role.DECISION_MAKER),
        _(
            "Whoever works the cases also confirms who works them: another has to look"
            " at roles that touch their own cases."
        ),
    ),
)


def combinations_of(roles: Collection[str]) -> list[Combination]:
    """Those that a person with these roles at one authority has."""
    return [
        one
        for one in COMBINATIONS
        if one.role in roles and not set(roles).isdisjoint(one.others)
    ]


def why_to_be_explained(role: RoleAssignment, beside: Iterable[str] = ()) -> str:
    """Why the person's having this role with those they have at the authority, and with
    `beside`, has to be explained; empty where it has not to, or has been."""
    if role.combined_because:
        return ""
    rows = RoleAssignment.objects.standing().filter(
        person=role.person_id, authority=role.authority_id
    )
    others = {*rows.exclude(pk=role.pk).values_list("role", flat=True), *beside}
    new = [
        one
        for one in combinations_of({*others, role.role})
        if role.role == one.role or role.role in one.others
    ]
    return " ".join(str(one.why) for one in new)
