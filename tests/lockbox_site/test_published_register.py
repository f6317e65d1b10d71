"""The register on the web: off until two switch it on, and without what is protected."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client

from audit_app import acting
from requests_app.cases.review.steps import people
from requests_app.cases.review.steps.afterwards import mark_secret
from requests_app.registers.models.changes import RegisterPage
from tests.cast import provision
from tests.helpers.refusals import fresh
from tests.helpers.register_pages import page_by_two
from tests.helpers.two_persons import by_two, proposed

pytestmark = pytest.mark.django_db
PAGE = "/public/gsn/"


def get(address=PAGE):
    return Client().get(address)


def tomorrow():
    return acting.at(acting.now() + timedelta(days=1))


def text_of(address=PAGE):
    answer = get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_off_until_two_have_switched_it_on(cast):
    cast.registered()
    assert get().status_code == 404
    page = page_by_two(cast, is_published=False)
    assert get().status_code == 404
    proposed(page, cast.per, is_published=True)
    assert get().status_code == 404


def test_and_on_and_off_again_by_two(cast):
    page = page_by_two(cast, is_published=False)
    by_two(page, cast.per, cast.pia, is_published=True)
    assert get().status_code == 200
    by_two(fresh(page), cast.per, cast.pia, is_published=False)
    assert get().status_code == 404
    assert not RegisterPage.objects.get().is_published


def test_it_tells_number_day_sender_subject_and_state_from_the_day_after(cast):
    review = cast.registered()
    page_by_two(cast)
    assert review.diary_number not in text_of()
    with tomorrow():
        text = text_of(f"{PAGE}{acting.today() - timedelta(days=1):%Y-%m}/")
    for told in (review.diary_number, "Microsoft", "Access", "pågår"):
        assert told in text
    assert "Mailbox" not in text


def test_what_is_protected_is_not_there_nor_how_many_there_are(cast):
    shown, marked, named = (
        cast.registered(number=f"EXSR{number}") for number in (1, 2, 3)
    )
    mark_secret(
        fresh(marked),
        by=cast.lena,
        provision=provision("OSL-23-2-st1"),
        publication="outside",
    )
    people.close_list(fresh(named), by=cast.lena, reason="x")
    page_by_two(cast)
    with tomorrow():
        month = f"{PAGE}{acting.today() - timedelta(days=1):%Y-%m}/"
        for text in (text_of(month), text_of(f"{PAGE}register.csv")):
            assert shown.diary_number in text
            assert marked.diary_number not in text
            assert named.diary_number not in text


def test_it_is_open_data(cast):
    review = cast.registered()
    page_by_two(cast)
    with tomorrow():
        answer = get(f"{PAGE}register.csv")
    rows = list(
        csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    )
    assert rows[0][0] == "diarienummer"
    assert rows[1][0] == review.diary_number
    graph = json.loads(get(f"{PAGE}register.jsonld").content)["@graph"]
    kinds = [row["@type"] for row in graph]
    assert {"dcat:Catalog", "dcat:Dataset", "dcat:Distribution", "foaf:Agent"} == {
        *kinds
    }
    (file,) = (row for row in graph if row["@type"] == "dcat:Distribution")
    assert file["dcat:downloadURL"]["@id"].endswith("/public/gsn/register.csv")


@pytest.mark.parametrize("month", ["1999-01", "2999-01", "x", "2026-13"])
def test_a_month_that_it_has_not_is_nowhere(cast, month):
    page_by_two(cast)
    assert get(f"{PAGE}{month}/").status_code == 404


def test_nothing_is_written_there(cast):
    page_by_two(cast)
    assert Client().post(PAGE).status_code == 405
    assert "public" in get().headers["Cache-Control"]
