"""What the public and the recipient read: in Swedish, of nobody, of nothing stopped."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from audit_app import clock
from requests_app import permissions
from requests_app.documents.board_report import line_of, to_report
from requests_app.permissions.public_register import in_public_register
from requests_app.words.personal import has_personal_number
from requests_app.workflow import assignment, decision, review, stop
from tests.cast import MAILBOX, SITE
from tests.helpers.refusals import fresh
from tests.helpers.web import in_english, step_url

pytestmark = pytest.mark.django_db


def test_the_board_reads_no_more_than_the_public_of_a_request_that_is_stopped(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    ours, theirs = (request.reviews.get(authority=a) for a in (cast.gsn, cast.snc))
    review.register(ours, by=cast.lena, public_subject="Access")
    assignment.assign(fresh(ours), by=cast.per, person=cast.karin)
    cast.assess(fresh(ours))
    cast.propose(fresh(ours), outcome="refused")
    decision.decide(fresh(ours), by=cast.bo, no_conflict=True)
    stop.stop(fresh(theirs), by=cast.cilla, level="yes")
    assert in_public_register(cast.gsn).get().is_left_out
    (row,) = to_report(cast.gsn, permissions.today())
    assert line_of(row).subject == ""


@pytest.mark.parametrize("sign", ["\u2011", "\u2013", "\u2212", " - "])
def test_a_personal_number_is_one_whatever_its_hyphen(sign):
