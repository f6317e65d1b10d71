"""A consent of somebody whom a secrecy protects, as a lawyer records it."""

from audit_app import acting
from requests_app.cases.review.steps import assessment
from tests.cast import provision


def consented(cast, subject, code, *, by=None, **changes):
    """By the pupil herself, in writing; `code` is the provision's."""
    fields = {
        "whom": "Pupil A",
        "what": "Her own messages",
        "given_by": "self",
        "given_at": acting.now(),
        "way": "written",
    }
    return assessment.record(
        subject,
        by=by or cast.karin,
        provision=provision(code),
        **{**fields, **changes},
    )
