"""A stop by whoever was told a number and reads no case (roles.md, 8)."""

import time

import pytest

from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.selectors import reviews_named
from requests_app.core.words.texts import with_numbers_to_call
from tests.helpers.people import give, rewrite
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db
STOP = "/stop/"


def send(person, case):
    told = {"case": case, "level": "suspected", "do": "1"}
    return signed_in(person).post(STOP, told, follow=True)


@pytest.mark.parametrize(
    "named",
    [
        lambda row: row.diary_number,
        lambda row: f" {row.diary_number.lower()} ",
        lambda row: row.access_request.external_id,
        lambda row: f"https://lockbox.example{page(row)}",
        lambda row: f"https://lockbox.example{step_url(row, 'assess')}?draft=1",
        lambda row: page(row.access_request),
    ],
)
def test_protective_security_stops_what_it_does_not_see(cast, named):
    subject = cast.proposed()
    assert signed_in(cast.sixten).get(page(subject)).status_code == 404
    told = send(cast.sixten, named(subject))
    subject.refresh_from_db()
    assert (subject.status, subject.security_protection) == ("stopped", "suspected")
    # The receipt: the case, with its number and what is to be done now.
    assert told.redirect_chain[-1][0] == page(subject)
    said = words(told)
    assert f"{subject}. Ingen kan godkänna begäran längre." in said
    assert "Det här gör du nu:" in said


def test_who_they_are_is_asked_first_and_the_number_is_kept(cast):
    subject = cast.proposed()
    client = signed_in(cast.sixten)
    session = client.session
    session["identified_at"] = int(time.time()) - 16 * 60
    session.save()
    answer = client.get(f"{STOP}?case={subject.diary_number}")
    assert answer.status_code == 302 and "confirm-identity" in answer["Location"]
    late = client.post(STOP, {"case": subject.diary_number, "level": "yes"})
    assert "Bekräfta vem du är" in words(late)
    assert f'value="{subject.diary_number}"' in words(late)
    subject.refresh_from_db()
    assert subject.status == "proposed"


def test_a_number_elsewhere_is_answered_as_one_that_is_nobodys(cast):
    subject = cast.proposed()
    give(cast, cast.jonas, "security_protection", cast.snc)
    give(cast, cast.cilla, "security_protection", cast.snc)
    said = [words(send(cast.cilla, case)) for case in (subject.diary_number, "GSN 9")]
    for text in said:
        assert "Inget ärende som du får stoppa har det numret." in text
    subject.refresh_from_db()
    assert subject.status == "proposed"
    assert LedgerEntry.objects.filter(event="stop.no_case").count() == 2


def test_what_is_stopped_or_closed_already_says_so_beside_the_field(cast):
    subject = cast.proposed()
    send(cast.sixten, subject.diary_number)
    told = send(cast.sixten, subject.diary_number)
    assert "Det går inte att stoppa nu." in words(told)
    assert "stoppad" in words(told)


@pytest.mark.parametrize("name", ["per", "ines", "agnes", "eva", "sam", "dora"])
def test_others_are_refused(cast, name):
    assert signed_in(getattr(cast, name)).get(STOP).status_code == 403


def test_only_protective_security_is_led_there_from_the_start_page(cast):
    link = "Stoppa ett ärende på dess nummer"
    assert link in words(signed_in(cast.sixten).get("/"))
    assert link not in words(signed_in(cast.karin).get("/"))


def test_all_reviews_of_a_request_at_their_authorities_are_found(cast):
    subject = cast.proposed()
    number = subject.access_request.external_id
    assert list(reviews_named(number, cast.sixten)) == [subject]
    assert not reviews_named("", cast.sixten)
    assert SecrecyReview.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Säkerhetsjouren, 031-390 06 00", ["0313900600"]),
        ("Vakten 112, eller +46 70 123 45 67 (dygnet runt)", ["+46701234567"]),
        ("Rum 4021, 2026-11-29", []),
        ("<b>0701234567</b>", ["0701234567"]),
    ],
)
def test_a_number_to_call_is_a_link(text, numbers):
    html = with_numbers_to_call(text)
    assert [f'href="tel:{n}"' in html for n in numbers] == [True] * len(numbers)
    assert html.count("tel:") == len(numbers) and "<b>" not in html


def test_whoever_stops_a_case_is_given_a_number_that_calls(cast):
    rewrite(cast.gsn, security_contact="Säkerhetsjouren, 031-390 06 00")
    subject = cast.proposed()
    send(cast.sixten, subject.diary_number)
    said = words(signed_in(cast.karin).get(page(subject)))
    assert '<a href="tel:0313900600">031-390 06 00</a>' in said
