"""A consent of somebody whom a secrecy protects, as a lawyer records it."""

from audit_app import clock
from requests_app.workflow import consent
from tests.cast import provision


def consented(cast, subject, code, *, by=None, **changes):
    """By the pupil herself, in writing; `code` is the provision's."""
    fields = {
        "whom": "Pupil A",
        "what": "Her own messages",
        "given_by": "self",
        "given_at": clock.now(),
        "way": "written",
    }
    return consent.record(
        subject,
        by=by or cast.karin,
        provision=provision(code),
        **{**fields, **changes},
    )
