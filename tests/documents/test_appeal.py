"""When a decision comes with a notice of appeal, and to which court: a table beside
the code's rule."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db.models import prefetch_related_objects
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.papers.document import (
    appeal,
    last_day,
    three_weeks_after,
)
from requests_app.cases.review.papers.render import pdf
from requests_app.cases.review.steps import decision
from requests_app.core import catalogue
from requests_app.desk.queue.reviews import APPEAL_TIME
from tests.helpers.cases import decided_under
from tests.helpers.sheets import text_of
from tests.helpers.worlds import reused

pytestmark = pytest.mark.django_db

OUTCOMES = ("granted", "partially_granted", "refused", "dismissed", "struck_off")

REGIMES = ("fl_full", "kl_legality", "internal")
DOCUMENT, DECISION = "Kammarrätten i Göteborg", "Förvaltningsrätten i Göteborg"


def court(outcome, regime, tf, kind, less):
    """Refusing a document: OSL 6:7. Another decision in law by a board: FL 40 §."""
    against = outcome in ("partially_granted", "refused", "dismissed")
    if against and tf == "yes":
        return DOCUMENT
    if (regime, kind) != ("fl_full", "board"):
        return ""
    shorter = outcome == "granted" and less and tf == "no"
    return DECISION if against or shorter else ""


@reused
def move_to_gothenburg(cast):
    gsn = cast.gsn
    gsn.administrative_court = "Göteborg"
    gsn.postal_address, gsn.email = "Box 1, 400 10 Exempelstad", "gsn@example.se"
    with acting_as(cast.sam):
        gsn.save()


@pytest.fixture
def gothenburg(cast):
    move_to_gothenburg(cast)
    return cast


@pytest.mark.parametrize(
    ("outcome", "regime", "tf", "kind"),
    list(itertools.product(OUTCOMES, REGIMES, ("yes", "no"), ("board", "company"))),
)
def test_a_notice_is_due_where_the_table_says(gothenburg, outcome, regime, tf, kind):
    made = decided_under(gothenburg, outcome, regime, tf, kind)
    found = document_of(made, full=False).appeal
    due = court(outcome, regime, tf, kind, less=True)
    assert (found.court if found else "") == due
    if due == DOCUMENT:
        assert ("och 11 §§" in found.by_law) == (kind == "company")


@pytest.mark.parametrize("regime", REGIMES)
def test_a_reservation_always_comes_with_a_notice(gothenburg, regime):
    made = decided_under(gothenburg, "granted_with_reservation", regime)
    document = document_of(made, full=False)
    assert document.appeal.court == DOCUMENT
    assert document.reservations[0].who == "Åsa Öström"
    assert not document.remark


def test_a_grant_of_all_that_was_asked_for_can_not_be_appealed(gothenburg):
    made = decided_under(gothenburg, "granted", "fl_full", granted_minutes=240)
    assert appeal(made) is None


def test_a_grant_on_conditions_can(gothenburg):
    made = decided_under(
        gothenburg,
        "granted",
        "fl_full",
        granted_minutes=240,
        conditions=[ConditionTerm("no_copying", "Inget kopieras.")],
    )
    assert appeal(made).court == DECISION


def test_review_of_legality_is_told_in_the_full_version_only(gothenburg):
    made = decided_under(gothenburg, "refused", "kl_legality")
    remark = document_of(made, full=True).remark
    assert "kan överklagas av kommunmedlem till Förvaltningsrätten i Göteborg" in remark
    assert "anslagstavla" in remark
    assert document_of(made, full=False).remark == ""


def test_a_companys_decision_is_not_open_to_review_of_legality(gothenburg):
    made = decided_under(gothenburg, "refused", "kl_legality", kind="company")
    document = document_of(made, full=True)
    assert document.remark == ""
    assert "delegationsordning" not in document.decided_by.basis
    assert document.decided_by.basis.startswith("För bolaget")


def test_where_nobody_has_said_which_court_none_is_made_up(cast):
    made = decided_under(cast, "refused", "fl_full")
    assert appeal(made).court == "förvaltningsrätten"


def test_every_administrative_court_lies_under_one_court_of_appeal():
    places = [place for place, _name in catalogue.choices()]
    assert len(places) == len(set(places)) == 12
    assert {catalogue.court_of_appeal(place) for place in places} == {
        "Kammarrätten i Göteborg",
        "Kammarrätten i Jönköping",
        "Kammarrätten i Stockholm",
        "Kammarrätten i Sundsvall",
    }


@pytest.mark.parametrize(
    ("served", "last"),
    [
        (datetime(2026, 11, 2, 15), date(2026, 11, 23)),  # a Monday
        (datetime(2026, 11, 6, 9), date(2026, 11, 27)),  # a Friday
        (datetime(2026, 11, 7, 9), date(2026, 11, 30)),  # a Saturday: the Monday
        (datetime(2026, 12, 4, 9), date(2026, 12, 28)),  # Christmas Day, a Friday
        (datetime(2026, 12, 3, 9), date(2026, 12, 28)),  # Christmas Eve, a Thursday
        (datetime(2026, 12, 10, 9), date(2027, 1, 4)),  # New Year's Eve, a Thursday
        (datetime(2027, 6, 4, 9), date(2027, 6, 28)),  # Midsummer Eve, a Friday
    ],
)
def test_the_last_day_is_three_weeks_on_and_no_day_of_rest(gothenburg, served, last):
    made = decided_under(gothenburg, "refused", "fl_full")
    assert last_day(made) is None
    at = timezone.make_aware(served)
    later = max(at, made.decided_at)
    with acting.at(later):
        decision.serve(
            made.review,
            by=gothenburg.lena,
            served_at=later,
            way="email",
            recipient="Microsoft",
        )
    prefetch_related_objects([made], "services")
    made.services.all()[0].served_at = at
    assert last_day(made) == last


def test_the_queue_waits_until_the_last_day_is_over_whatever_the_year():
    for number in range(366 * 12):
        served = datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
        last = datetime.combine(three_weeks_after(served), time.max, tzinfo=UTC)
        assert last < served + APPEAL_TIME, served


@pytest.mark.usefixtures("laid_out")
def test_the_notice_says_that_what_comes_in_time_is_handed_over(gothenburg):
    """FL 45–46 §§: what comes too late is dismissed, and all else goes to the court."""
    made = decided_under(gothenburg, "refused", "fl_full")
    read = text_of(pdf(document_of(made, full=False), acting.now()))
    assert "kommit in i tid och i så fall överlämnar det till domstolen" in read
