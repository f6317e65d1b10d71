"""What data subjects ask for."""

from audit_app import acting
from requests_app.disclosure.data_subjects import (
    identify,
    record_data_subject_request,
    settle,
)
from tests.helpers.refusals import fresh


def asked_by_a_data_subject(cast, **more):
    words = {
        "kind": "access",
        "who": "Anna Berg, Storgatan 1, Exempelstad",
        "wording": "Jag vill veta vad ni har om mig.",
        **more,
    }
    return record_data_subject_request(
        cast.gsn, by=cast.dora, received_at=acting.now(), **words
    )


def given_to_a_data_subject(cast):
    """One that is answered, with something to take out."""
    row = asked_by_a_data_subject(cast)
    identify(row, by=cast.lena, identity="document")
    settle(fresh(row), by=cast.bo, status="granted", reasons="Bifogas.")
    return row
