"""What data subjects ask for."""

from audit_app import clock
from requests_app.workflow.data_subject_request import record_data_subject_request


def asked_by_a_data_subject(cast, **more):
    words = {
        "kind": "access",
        "who": "Anna Berg, Storgatan 1, Exempelstad",
        "wording": "Jag vill veta vad ni har om mig.",
        **more,
    }
    return record_data_subject_request(
        cast.gsn, by=cast.dora, received_at=clock.now(), **words
    )
