"""Reasons that were left out of a decision, given afterwards on a paper of their own;
or why they are not."""

from django.utils import timezone, translation

from requests_app.documents.decision import contact_of, numbers_of
from requests_app.documents.document import Document, Signature
from requests_app.documents.drafting.words import day_in_words
from requests_app.documents.notes import MADE_DIGITALLY, is_under_fl
from requests_app.documents.order import provider
from requests_app.documents.revocation import is_left_out_by_fl
from requests_app.documents.wording import with_title
from requests_app.models import Decision, RequestForReasons, Revocation

BY_LAW = " (32 § tredje stycket förvaltningslagen (2017:900))"
GIVEN = "{authority} lämnar i efterhand en motivering till beslutet den {day}{by_law}."
DECLINED = (
    "{authority} lämnar inte någon motivering i efterhand till beslutet den"
    " {day}{by_law}."
)
Status = RequestForReasons.Status


def document_of_reasons(row: RequestForReasons) -> Document:
    """For whoever asked, once it has been answered."""
    with translation.override("sv"):
        review, made = row.review, row.made
        is_given = row.status == Status.GIVEN
        order = GIVEN if is_given else DECLINED
        return Document(
            authority=review.authority.name,
            diary_number=review.diary_number,
            made_on=timezone.localdate(row.answered_at),
            subject=review.open_subject,
            numbers=numbers_of(review.access_request),
            heading="Motivering i efterhand" if is_given else "Besked om motivering",
            order=order.format(
                authority=review.authority.name,
                day=day_in_words(timezone.localdate(made.decided_at)),
                by_law=BY_LAW if left_out_by_fl(made) else "",
            ),
            party=provider(row.decision),
            extent=(("Begärd av", row.applicant),),
            reasons=row.text.text if row.text else "",
            decided_by=Signature(with_title(row.answered_by)),
            contact=contact_of(review.authority),
            made_digitally=MADE_DIGITALLY,
        )


def left_out_by_fl(made: Decision | Revocation) -> bool:
    """Was it by the Administrative Procedure Act that reasons were left out?"""
    if isinstance(made, Revocation):
        return is_left_out_by_fl(made)
    return is_under_fl(made)
