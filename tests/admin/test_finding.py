"""Finding cases: one field for all that they are known by, lists that say what became of
them, and pages that do not say what is false."""

import pytest
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.cases.intake.steps import request
from requests_app.cases.review.steps import afterwards, case
from tests.cast import MAILBOX, SITE
from tests.helpers.people import give
from tests.helpers.web import in_english, page, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[0, 500], ids=["found in much", "found in little"], autouse=True)
def both_ways(request, monkeypatch, size):
    monkeypatch.setattr("requests_app.cases.review.selectors.FEW", request.param)


FALSE = "The provider names no object."


def found(person, text):
    response = signed_in(person).get(reverse("admin:search"), {"q": text})
    return {str(row.review): str(row.why) for row in response.context["cases"]}


def reviews(person, **query):
    url = reverse("admin:requests_app_secrecyreview_changelist")
    return in_english(person).get(url, query)


def test_one_field_finds_a_case_by_all_that_it_is_known_by(cast):
    subject = cast.decided(support_case="SR 77")
    for text in ("GSN 20", "exsr1", "SR 77", "O-17", "kurator@", "Karin Te", "Bo Test"):
        assert list(found(cast.karin, text)) == [str(subject)], text
        assert not found(cast.cilla, text), text


def test_what_somebody_may_not_read_is_not_found_by_it(cast):
    subject = cast.decided()
    for text in ("kurator@", "Bo Test"):
        assert not found(cast.per, text), text
    assert list(found(cast.per, "O-17")) == [str(subject)]


def test_a_search_for_cases_is_on_record_with_what_it_showed(cast):
    subject = cast.decided()
    found(cast.karin, "O-17")
    entry = LedgerEntry.objects.filter(event="text.searched").latest("id")
    assert str(subject) in entry.detail.body


def test_the_list_tells_outcome_decider_deadline_and_when(cast):
    cast.decided("refused")
    shown = words(reviews(cast.karin))
    assert "Refused" in shown and "Bo Test" in shown
    hidden = words(reviews(cast.per))
    assert "(protected)" in hidden
    assert not hidden.count("Refused ") - hidden.count("Refused Dismissed")


def test_the_list_is_narrowed_by_outcome_only_for_whoever_reads_it(cast):
    cast.decided("refused")
    for person, count in ((cast.karin, 1), (cast.per, 0)):
        assert reviews(person, outcome="refused").context["cl"].result_count == count
    assert reviews(cast.karin, outcome="granted").context["cl"].result_count == 0


def test_the_list_is_narrowed_by_when_by_whom_and_by_the_clock(cast):
    cast.decided("refused")
    cast.assigned(number="EXSR2")
    for query, count in (
        ({"decided": "1"}, 1),
        ({"decided": "x"}, 2),
        ({"decider": "me"}, 1),
        ({"answer": "late"}, 0),
        ({"answer": "waits"}, 2),
    ):
        shown = reviews(cast.bo, **query).context["cl"]
        assert shown.result_count == count, query


def test_more_rows_ask_no_more_questions(cast, django_assert_num_queries):
    for number in ("EXSR1", "EXSR2", "EXSR3"):
        cast.decided("refused", number=number)
    client = in_english(cast.karin)
    url = reverse("admin:requests_app_secrecyreview_changelist")
    client.get(url)
    with django_assert_num_queries(12, exact=False):
        client.get(url)


def test_the_executor_finds_answers_and_access_by_the_providers_number(cast):
    cast.answered()
    for model in ("delivery", "accessgrant"):
        url = reverse(f"admin:requests_app_{model}_changelist")
        response = signed_in(cast.eva).get(url, {"q": "exsr1"})
        assert response.context["cl"].result_count == 1
        response = signed_in(cast.eva).get(url, {"q": "EXSR7"})
        assert response.context["cl"].result_count == 0


def test_whoever_sees_metadata_reads_that_objects_are_protected(cast):
    subject = cast.assigned()
    shown = words(in_english(cast.per).get(page(subject.access_request)))
    assert FALSE not in shown and "(protected)" in shown


def test_a_stopped_case_does_not_say_that_no_object_is_named(cast):
    subject = cast.assessed()
    afterwards.stop(subject, by=cast.karin, level="suspected")
    for person in (cast.karin, cast.sixten, cast.per):
        for url in (page(subject), page(subject.access_request)):
            assert FALSE not in words(in_english(person).get(url)), (person, url)


def test_a_merged_request_leads_to_the_one_that_stands_and_back(cast):
    double, kept = cast.assigned(number="EXSR2"), cast.assigned(number="EXSR1")
    request.merge(
        double.access_request, by=cast.lena, into=kept.access_request, reason="Same"
    )
    client = in_english(cast.karin)
    for url in (page(double), page(double.access_request)):
        shown = client.get(url)
        assert FALSE not in words(shown), url
    assert page(kept) in client.get(page(double)).content.decode()
    shown = client.get(page(double.access_request)).content.decode()
    assert page(kept.access_request) in shown
    for url in (page(kept), page(kept.access_request)):
        shown = client.get(url)
        assert page(double.access_request) in shown.content.decode(), url
        assert "Was merged with" in words(shown), url


def test_a_case_handed_over_leads_on_for_whoever_sees_where_it_went(cast):
    subject = cast.registered()
    right = case.reroute(subject, by=cast.lena, authority=cast.snc, reason="Theirs")
    hidden = in_english(cast.lena).get(page(subject))
    assert FALSE not in words(hidden) and page(right) not in hidden.content.decode()
    give(cast, cast.lena, "registrar", cast.snc)
    shown = in_english(cast.lena).get(page(subject)).content.decode()
    assert page(right) in shown


def test_what_others_keep_does_not_exist_in_a_shared_request(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    shown = words(in_english(cast.cilla).get(page(request)))
    assert MAILBOX not in shown and SITE in shown
    assert shown.count("(protected)") == 1  # what and why
