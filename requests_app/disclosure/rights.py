"""Who may do what in disclosure: data subject request, handing out, public register and
text mask."""

from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
)

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import readable_by, request_stopped
from requests_app.cases.review.models.afterwards import SecrecyMark
from requests_app.cases.review.models.masks import RecipientNotice, TextMask
from requests_app.cases.review.rights.involvement import can_read, involvement
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import authorities_of, has_role, roles_of
from requests_app.core.two_persons import RECORD_KEEPERS, Guarded, always
from requests_app.disclosure.models import (
    DataSubjectRequest,
    DisclosedDocument,
    DisclosureRequest,
    DisclosureTariff,
    Redaction,
)
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import of_roles

# Requests of data subjects: who records, handles, answers and oversees them.

REQUEST_RECORDERS = (Role.DATA_PROTECTION_OFFICER, Role.REGISTRAR)
# The officer advises and oversees, and answers nothing for the authority (GDPR 38.6).
REQUEST_SETTLERS = (Role.DECISION_MAKER,)
REQUEST_HANDLERS = (Role.REGISTRAR, *REQUEST_SETTLERS)
REQUEST_READERS = (*REQUEST_RECORDERS, *REQUEST_SETTLERS, Role.AUDITOR)


def can_record_request(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *REQUEST_RECORDERS, authority=authority)


def data_subject_requests_visible_to(user: Any) -> QuerySet[DataSubjectRequest]:
    return _of(user, *REQUEST_READERS)


def data_subject_requests_to_settle(user: Any) -> QuerySet[DataSubjectRequest]:
    """Nobody answers their own."""
    return _of(user, *REQUEST_SETTLERS).exclude(account=user.pk)


def can_handle_request(user: Any, row: DataSubjectRequest) -> bool:
    """Say who asks, and that it takes longer: of others' requests."""
    is_own = row.account_id == user.pk
    return not is_own and has_role(user, *REQUEST_HANDLERS, authority=row.authority_id)


def can_gather(user: Any, row: DataSubjectRequest) -> bool:
    """See how much is kept about whoever asks, once it is known who that is; of content
    nothing. Nobody gathers for themselves."""
    gatherers = (*REQUEST_RECORDERS, *REQUEST_SETTLERS)
    is_own = row.account_id == user.pk
    return not is_own and has_role(user, *gatherers, authority=row.authority_id)


def can_settle_request(user: Any, row: DataSubjectRequest) -> bool:
    return data_subject_requests_to_settle(user).filter(pk=row.pk).exists()


def _of(user: Any, *roles: str) -> QuerySet[DataSubjectRequest]:
    return DataSubjectRequest.objects.filter(authority__in=authorities_of(user, *roles))


# Requests for documents: who records, tests, looks through, and sees them.

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
    return DelegationRule.objects.in_force(acting.today()).filter(decision_type=kind)


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


GUARDED = {
    DisclosureTariff: Guarded(
        RECORD_KEEPERS,
        "authority",
        ("authority", "free_pages", "first_fee", "page_fee", "basis"),
        adds=always,
    ),
}


# Whose register of cases somebody may show to the public (OSL 5:1–2).

SHOWS_REGISTER = (Role.REGISTRAR, Role.AUDITOR)
Publication = SecrecyMark.Publication
OUTSIDE = (Publication.OUTSIDE, Publication.PROTECTED)


def public_registers_of(user: Any) -> QuerySet[Authority]:
    keys = authorities_of(user, *SHOWS_REGISTER)
    return Authority.objects.filter(pk__in=keys).order_by("name")


def in_public_register(authority: Authority) -> QuerySet[SecrecyReview]:
    """Every case that has a number, whoever may know of it otherwise: the number and
    the day it came in are never kept from the public. `is_left_out` are those of which
    nothing else is told."""
    return (
        SecrecyReview.objects.filter(authority=authority)
        .exclude(diary_number="")
        .annotate(is_left_out=left_out())
    )


def left_out(review: str = "") -> ExpressionWrapper:
    """Is no more told of a review than that it is there (OSL 5:2 second paragraph)?
    `review` is the path to it, with what joins it."""
    listed = Q(**{f"{review}is_named_list": True})
    stopped = Q(request_stopped(f"{review}access_request"))
    marked = Q(Exists(protecting_marks(f"{review}pk", *OUTSIDE)))
    return ExpressionWrapper(listed | stopped | marked, output_field=BooleanField())


def protecting_marks(review: str, *levels: str) -> QuerySet[SecrecyMark]:
    """Marks of the outer query's review by which the register tells less of it."""
    marks = SecrecyMark.objects.standing(acting.today())
    return marks.filter(review=OuterRef(review), publication__in=levels)


# Corrected and restricted texts: who sees, lifts, tells, and reads what was kept.

ORIGINAL_READERS = (Role.AUDITOR, Role.REGISTRAR)
TELLERS = (Role.REGISTRAR, Role.DECISION_MAKER)


def text_masks_visible_to(user: Any) -> QuerySet[TextMask]:
    return TextMask.objects.filter(review__in=readable_by(user))


def can_lift(user: Any, mask: TextMask) -> bool:
    return involvement(user, mask.review).masks


def can_tell_recipients(user: Any, mask: TextMask) -> bool:
    charged = has_role(user, *TELLERS, authority=mask.review.authority_id)
    return charged and can_read(user, mask.review)


def notices_to_give(user: Any) -> QuerySet[RecipientNotice]:
    """Recipients whom nobody has told yet, with whoever keeps the register."""
    return RecipientNotice.objects.waiting().filter(
        mask__in=text_masks_visible_to(user)
    )


def can_read_original(user: Any, mask: TextMask) -> bool:
    """On a basis: of what is restricted, whoever reads the case; of what was corrected,
    whoever audits it or keeps its register."""
    if not can_read(user, mask.review):
        return False
    if mask.kind == TextMask.Kind.RESTRICTION and mask.stands:
        return True
    return has_role(user, *ORIGINAL_READERS, authority=mask.review.authority_id)
