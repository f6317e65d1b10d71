"""Whose turn it is once more is told once more, though the clock is the same."""

import pytest

from requests_app.cases.review.steps import proposal
from tests.background.conftest import tell
from tests.helpers.people import rewrite
from tests.standin.mail import address_of

pytestmark = pytest.mark.django_db


def test_what_was_sent_back_and_comes_again_is_told_again(staffed, inbox):
    rewrite(staffed.bo, email=address_of("bo"))
    subject = staffed.assigned()
    tell(staffed)
    staffed.assess(subject)
    staffed.propose(subject)
    tell(staffed)
    assert len(inbox.to("karin")) == len(inbox.to("bo")) == 1
    back = {"comment": "Which mailbox?", "no_conflict": True}
    proposal.return_proposal(subject, by=staffed.bo, **back)
    tell(staffed)
    assert len(inbox.to("karin")) == 2
    staffed.propose(subject)
    tell(staffed)
    assert len(inbox.to("bo")) == 2
