"""Requests for documents: who records, tests, looks through, and sees them."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import (
    DataSubjectRequest,
    DelegationRule,
    DisclosedDocument,
    DisclosureRequest,
    Redaction,
    Role,
)
from requests_app.permissions.data_subject_request import can_handle_request
from requests_app.permissions.delegation import of_roles
from requests_app.permissions.roles import authorities_of, has_role, roles_of, today
from requests_app.permissions.visibility import readable_by

HAND_OUT_HANDLERS = (Role.REGISTRAR, Role.LEGAL_REVIEWER)
# Who looks through what others tested.
HAND_OUT_LOOKERS = (*HAND_OUT_HANDLERS, Role.DECISION_MAKER)
HAND_OUT_READERS = (*HAND_OUT_LOOKERS, Role.AUDITOR)


def can_record_hand_out(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *HAND_OUT_HANDLERS, authority=authority)


def disclosure_requests_visible_to(user: Any) -> QuerySet[DisclosureRequest]:
    theirs = authorities_of(user, *HAND_OUT_READERS)
    return DisclosureRequest.objects.filter(authority__in=theirs)


def can_hand_out(user: Any, row: DisclosureRequest) -> bool:
    """Test its documents, and deliver what is given; nobody their own."""
    is_own = row.of_data_subject and row.of_data_subject.account_id == user.pk
    return not is_own and can_record_hand_out(user, row.authority_id)


def can_gather_documents(user: Any, row: DataSubjectRequest) -> bool:
    return can_handle_request(user, row) and can_record_hand_out(user, row.authority_id)


def to_look_through(user: Any) -> QuerySet[DisclosureRequest]:
    """Hand-outs in which the person has tested and masked nothing, and reads all."""
    theirs = authorities_of(user, *HAND_OUT_LOOKERS)
    documents = DisclosedDocument.objects.filter(request=OuterRef("pk"))
    places = Redaction.objects.filter(of_document__request=OuterRef("pk"))
    return (
        DisclosureRequest.objects.filter(authority__in=theirs)
        .exclude(
            Exists(documents.filter(tested_by=user.pk))
            | Exists(places.filter(made_by=user.pk))
            | Exists(documents.exclude(review__in=readable_by(user)))
            | Q(of_data_subject__account=user.pk)
        )
        .exclude(made_by=user.pk)
    )


def can_look_through(user: Any, row: DisclosureRequest) -> bool:
    return to_look_through(user).filter(pk=row.pk).exists()


def can_look_or_test(user: Any, row: DisclosureRequest) -> bool:
    """Send it back: who looks it through, or who found what they forgot."""
    return can_look_through(user, row) or can_hand_out(user, row)


def disclosed_documents_visible_to(user: Any) -> QuerySet[DisclosedDocument]:
    """Those of cases that the person reads."""
    return DisclosedDocument.objects.filter(
        request__in=disclosure_requests_visible_to(user),
        review__in=readable_by(user),
    )


def can_test(user: Any, document: DisclosedDocument) -> bool:
    reads = disclosed_documents_visible_to(user).filter(pk=document.pk).exists()
    return reads and can_hand_out(user, document.request)


def can_take_out(user: Any, row: DisclosureRequest) -> bool:
    """The file: who reads every case that something of it is from."""
    if not disclosure_requests_visible_to(user).filter(pk=row.pk).exists():
        return False
    return not row.documents.given().exclude(review__in=readable_by(user)).exists()


def hand_out_rules() -> QuerySet[DelegationRule]:
    """The items in force by which somebody decides on hand-outs."""
    kind = DelegationRule.DecisionType.HAND_OUT
    return DelegationRule.objects.in_force(today()).filter(decision_type=kind)


def hand_out_rule_for(user: Any, authority_id: int) -> DelegationRule | None:
    """The item by which the person decides on hand-outs of the authority."""
    by_role = of_roles(row for row in roles_of(user) if row.branch_id is None)
    rules = hand_out_rules().filter(Q(person=user.pk) | by_role, authority=authority_id)
    return rules.order_by("item_no", "pk").first()


def can_decide_hand_out(user: Any, row: DisclosureRequest) -> bool:
    """Who may by delegation, reads all of it, and tested and masked nothing in it."""
    if hand_out_rule_for(user, row.authority_id) is None:
        return False
    return can_look_through(user, row)


def can_try_hand_out_appeal(user: Any, row: DisclosureRequest) -> bool:
    """Whether it came in time is decided on the authority's behalf."""
    return hand_out_rule_for(user, row.authority_id) is not None


def can_serve_decision(user: Any, row: DisclosureRequest) -> bool:
    return has_role(user, Role.REGISTRAR, authority=row.authority_id)
