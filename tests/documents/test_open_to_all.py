"""What the public and the recipient read: in Swedish, of nobody, of nothing stopped."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from audit_app import acting
from requests_app.cases.review.steps import afterwards, case, decision, people
from requests_app.core.words.texts import identifiers_in
from requests_app.disclosure.papers.reports import line_of, to_report
from requests_app.disclosure.rights import in_public_register
from tests.cast import MAILBOX, SITE
from tests.helpers.refusals import fresh
from tests.helpers.web import in_english, step_url

pytestmark = pytest.mark.django_db


def test_the_board_reads_no_more_than_the_public_of_a_request_that_is_stopped(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    ours, theirs = (request.reviews.get(authority=a) for a in (cast.gsn, cast.snc))
    case.register(ours, by=cast.lena, public_subject="Access")
    people.assign(fresh(ours), by=cast.per, person=cast.karin)
    cast.assess(fresh(ours))
    cast.propose(fresh(ours), outcome="refused")
    decision.decide(fresh(ours), by=cast.bo, no_conflict=True)
    afterwards.stop(fresh(theirs), by=cast.cilla, level="yes")
    assert in_public_register(cast.gsn).get().is_left_out
    (row,) = to_report(cast.gsn, acting.today())
    assert line_of(row).subject == ""


@pytest.mark.parametrize("sign", ["\u2011", "\u2013", "\u2212", " - "])
def test_a_personal_number_is_one_whatever_its_hyphen(sign):
    assert identifiers_in(f"Elev 20120101{sign}2384")


def test_the_public_subject_is_proposed_in_swedish_to_everybody(cast):
    form = in_english(cast.lena).get(step_url(cast.new(), "register")).context["form"]
    assert form["public_subject"].value().startswith("Begäran om åtkomst")


def test_why_a_provision_is_struck_is_written_in_swedish(cast):
    """It becomes a sentence of the decision's reasons."""
    with acting.at(datetime(2028, 6, 30, 9, tzinfo=UTC)):
        subject = cast.assessed()
    with acting.at(datetime(2028, 7, 3, 9, tzinfo=UTC)), translation.override("en"):
        cast.assess(fresh(subject), tested=[])
    assert "Gäller inte längre" in subject.harm_tests.get().motivation.text
