"""A case's whole life as one story, who read it, and who could see it on a day."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.audit.lines.read import cases_numbered
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.rights.involvement import who_answers, who_can_see
from requests_app.cases.review.steps import afterwards, decision, people
from requests_app.cases.review.steps import case as steps_case
from requests_app.core.people.models import RoleAssignment
from tests.cast import MAILBOX, SITE, Cast, hours
from tests.helpers.people import engage, rewrite
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def changed(once):
    """Refused, and decided anew: granted."""
    cast = Cast()
    subject = cast.decided("refused", number="EXSR500")
    decision.reconsider(subject, by=cast.bo, reason="New facts")
    again = SecrecyReview.objects.get(pk=subject.pk)
    cast.propose(again)
    decision.decide(again, by=cast.bo, no_conflict=True)
    return again


def at(review, rest=""):
    number = review if isinstance(review, str) else review.diary_number
    return f"/revision/case/{quote(number)}/{rest}"


def story(person, review, **asked):
    return signed_in(person).get(at(review), asked).context["acts"]


def test_a_new_outcome_is_told_from_what_to_what_by_whom_and_in_which_role(
    cast, changed
):
    decided = [
        (act.first.by, act.roles, field.before, field.after)
        for act in story(cast.agnes, changed)
        for row in act.changes
        for field in row.fields
        if field.label == "utgång" and row.what.startswith("beslut")
    ]
    assert ("Bo Test", ["Beslutsfattare, GSN"], "Avslag", "Bifall") in decided
    response = signed_in(cast.agnes).get(at(changed))
    read_aloud = re.sub(r"<span[^>]*>|</span>", "", words(response))
    assert "före: <del>Avslag</del> → efter: <ins>Bifall</ins>" in read_aloud


def test_the_story_is_of_everything_in_it_and_reads_are_folded(cast, changed):
    signed_in(cast.karin).get(page(changed))
    what = {
        row.what
        for act in story(cast.agnes, changed)
        for row in (*act.events, *act.changes)
    }
    for part in (
        "åtkomstbegäran",
        "tilldelning",
        "svar i bedömningen",
        "förslag",
        "svar till",
    ):
        assert any(part in one for one in what), part
    assert "Beslut fattat" in what
    kinds = {row.kind for act in story(cast.agnes, changed) for row in act.events}
    assert kinds == {"event"}
    only = story(cast.agnes, changed, reads="only")
    assert {row.kind for act in only for row in act.events} == {"read"}


def test_the_provider_number_finds_it_too_and_the_case_page_leads_there(cast, changed):
    assert story(cast.agnes, "exsr500")
    agnes = signed_in(cast.agnes)
    assert at(changed) in agnes.get(page(changed)).content.decode()
    assert at(changed) not in signed_in(cast.karin).get(page(changed)).content.decode()
    assert agnes.get("/revision/find/", {"number": "EXSR500"}).url == at("EXSR500")
    nowhere = agnes.get("/revision/find/", {"number": "EXSR9"}, follow=True)
    assert "case" in nowhere.context["form"].errors


def test_a_case_that_may_not_be_known_of_is_not_there(cast, changed):
    theirs = cast.request(number="THEIRS", objects=(SITE,))
    agnes = signed_in(cast.agnes)
    for rest in ("", "readers/", "sight/"):
        assert agnes.get(at(theirs.external_id, rest)).status_code == 404
        assert agnes.get(at("no such", rest)).status_code == 404
        assert signed_in(cast.karin).get(at(changed, rest)).status_code == 403


def test_of_another_authoritys_part_nothing_is_told(cast, changed):
    request = cast.request(number="BOTH", objects=(MAILBOX, SITE))
    mine, theirs = (request.reviews.get(authority=one) for one in (cast.gsn, cast.snc))
    acts = story(cast.agnes, "BOTH")
    text = str(acts)
    assert mine.diary_number or acts
    assert "Socialnämnden" not in text and "S-22" not in text
    assert theirs.pk not in {row.key for act in acts for row in act.changes}


def test_another_authoritys_number_leads_to_no_case_of_this_one(cast, changed):
    """Though it is of the same request, whose own number leads there."""
    shared = cast.request(number="SHARED-1", objects=(MAILBOX, SITE))
    theirs = shared.reviews.get(authority=cast.snc)
    steps_case.register(theirs, by=cast.rut, public_subject="x", protected_subject="x")
    assert cases_numbered(cast.agnes, theirs.diary_number) == []
    (case,) = cases_numbered(cast.agnes, "shared-1")
    assert [row.authority for row in case.reviews] == [cast.gsn]


def test_a_named_list_shows_number_and_clock_until_access_has_a_basis(cast, changed):
    hidden = cast.assessed(number="EXSR501")
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    text = words(signed_in(cast.agnes).get(at(hidden)))
    assert hidden.diary_number in text and "Ska besvaras senast" in text
    for secret in ("Bedömningen sparades", "A staff matter", "As told", "Not clear"):
        assert secret not in text
    people.take_access(hidden, by=cast.agnes, reason="Granskning 2026:4")
    assert "Bedömningen sparades" in words(signed_in(cast.agnes).get(at(hidden)))


def test_what_was_stopped_for_protective_security_shows_its_outer_life_only(
    cast, changed
):
    stopped = cast.assessed(number="EXSR502")
    afterwards.stop(stopped, by=cast.karin, level="suspected")
    text = words(signed_in(cast.agnes).get(at(stopped)))
    assert "Stoppad" in text and "(skyddat)" in text
    assert "As told" not in text and "Not clear" not in text


# -- Who read it ---------------------------------------------------------------------


def test_each_read_is_told_to_the_second_with_the_role_then(cast, changed):
    signed_in(cast.karin).get(page(changed))
    acts = signed_in(cast.agnes).get(at(changed, "readers/")).context["acts"]
    read = {(act.first.by, row.what, *act.roles) for act in acts for row in act.events}
    assert ("Karin Test", "Sida: sekretessprövning", "Handläggare, GSN") in read
    # What was read before a role was given was read without it.
    rose = engage(cast, "rose", "dpo", cast.gsn)
    signed_in(rose).get(page(changed))
    acts = signed_in(cast.agnes).get(at(changed, "readers/")).context["acts"]
    (mine,) = [act for act in acts if act.first.by == "rose"]
    assert mine.roles == ["Dataskyddsombud, GSN"]


# -- Who could see it ----------------------------------------------------------------


def could_see(person, review, moment=None):
    asked = {"at": f"{moment:%Y-%m-%dT%H:%M:%S}"} if moment else {}
    response = signed_in(person).get(at(review, "sight/"), asked)
    (found,) = response.context["seen"]
    return {row.person: row for row in found.people}, response


def test_who_could_see_it_now_agrees_with_who_can(cast, changed):
    today, _response = could_see(cast.agnes, changed)
    can = {str(sight.person) for sight in who_can_see(changed)}
    answer = {str(row.person) for row in who_answers(changed)}
    assert set(today) == can | answer
    assert not any(row.differs for row in today.values())


def test_a_role_lengthened_afterwards_differs_from_what_was_known(cast, changed):
    """Rose's role ended; later it is said that it never did."""
    rose = engage(cast, "rose", "dpo", cast.gsn)
    role = RoleAssignment.objects.get(person=rose)
    start = timezone.now()
    with acting.at(start + timedelta(days=1)):
        rewrite(role, valid_to=timezone.localdate(start))
    day = timezone.localtime(start + timedelta(days=3))
    with acting.at(start + timedelta(days=5)):
        rewrite(role, valid_to=None)
    with acting.at(start + timedelta(days=6)):
        seen, response = could_see(cast.agnes, changed, day)
        assert seen["rose"].roles == ["Dataskyddsombud"] and seen["rose"].known == []
        assert "infört i efterhand" in words(response)
        assert not seen["Karin Test"].differs


def test_before_the_case_there_was_nothing_to_see(cast, changed):
    response = signed_in(cast.agnes).get(at(changed, "sight/"), {"at": "2021-01-01"})
    (found,) = response.context["seen"]
    assert found.then is None and found.people == []
    assert "Det fanns inte ännu" in words(response)


def test_named_people_and_conflicts_are_as_they_were(cast, changed):
    listed = cast.assessed(number="EXSR503")
    people.close_list(listed, by=cast.bo, reason="A staff matter")
    people.take_access(listed, by=cast.agnes, reason="Granskning 2026:4")
    seen, _response = could_see(cast.agnes, listed)
    assert seen["Karin Test"].is_named and "Lena Test" not in seen
    people.declare(
        listed, by=cast.karin, stage="assessment", has_conflict=True, ground="close"
    )
    seen, response = could_see(cast.agnes, listed)
    assert "Karin Test" not in seen and "Karin Test" in words(response)


def test_a_wrong_day_is_said_beside_the_field(cast, changed):
    response = signed_in(cast.agnes).get(at(changed, "sight/"), {"at": "i går"})
    assert "at" in response.context["form"].errors and response.context["seen"] == []


def test_a_conflict_in_a_double_counts_from_when_it_was_merged(cast):
    right, double = cast.assessed(number="EXSR510"), cast.registered(number="EXSR511")
    people.declare(
        double, by=cast.karin, stage="assessment", has_conflict=True, ground="close"
    )
    with acting.at(hours(1)):
        before = timezone.localtime(acting.now())
    with acting.at(hours(2)):
        request = double.access_request
        request.refresh_from_db()
        steps_request.merge(
            request, by=cast.lena, into=right.access_request, reason="x"
        )
    with acting.at(hours(3)):
        seen, _response = could_see(cast.agnes, right, before)
        assert "Karin Test" in seen
        seen, _response = could_see(cast.agnes, right)
        assert "Karin Test" not in seen
