"""My log: what is recorded of the person who looks, and who looked at it."""

import pytest
from django.urls import reverse

from audit_app.ledger import Kind, record
from requests_app.cases.review.steps import people
from tests.helpers.people import give
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db

LOG = reverse("admin:own_log")


def rows(person, **asked):
    context = signed_in(person).get(LOG, asked).context
    return [row for day in context["days"] for row in day.rows]


def looks(person):
    return signed_in(person).get(LOG).context["looks"]


def test_it_has_what_i_read_did_and_was_refused_and_nobody_elses(cast):
    review = cast.assessed(number="EXSR1")
    karin = signed_in(cast.karin)
    karin.get(page(review))
    assert karin.get(reverse("admin:audit")).status_code == 403
    signed_in(cast.lena).get(page(review))
    kinds = {row.kind for row in rows(cast.karin)}
    assert kinds == {"auth", "change", "event", "read", "refusal"}
    assert {row.by_id for row in rows(cast.karin)} == {cast.karin.pk}
    assert {row.kind for row in rows(cast.karin, kind="refusal")} == {"refusal"}
    (read, *_more) = [row for row in rows(cast.karin, kind="read") if row.case]
    assert read.case == review.diary_number


def test_of_a_case_that_shuts_me_out_only_that_it_was_one(cast):
    review = cast.assessed(number="EXSR1")
    number, dora = review.diary_number, signed_in(cast.dora)
    dora.get(page(review))
    assert number in words(dora.get(LOG))
    people.close_list(review, by=cast.bo, reason="A staff matter")
    # A refusal of it does not tell its number either, nor its address.
    assert dora.get(page(review)).status_code == 404
    told = words(dora.get(LOG))
    assert number not in told and "EXSR1" not in told and page(review) not in told
    assert "ett ärende som du inte får känna till nu" in told
    of_it = [row for row in rows(cast.dora) if row.is_hidden]
    assert [row.kind for row in of_it] == ["refusal", "read"]


def test_an_auditor_who_looked_stands_there_with_the_purpose(cast):
    review = cast.assessed(number="EXSR1")
    signed_in(cast.dora).get(page(review))
    assert looks(cast.dora) == []
    agnes = signed_in(cast.agnes)
    why = {"purpose": "Granskning 2026:4", "case": "EXSR1"}
    agnes.get(reverse("admin:audit_reading"), why)
    (look,) = looks(cast.dora)
    assert (look.line.by, look.purpose) == ("Agnes Test", "Granskning 2026:4")
    assert look.page == "Ovanlig läsning"
    assert "Ändamål: Granskning 2026:4" in words(signed_in(cast.dora).get(LOG))
    # Nobody is shown where no case and no person is chosen.
    agnes.get(reverse("admin:audit_reading"), {"purpose": "Bara antal"})
    assert len(looks(cast.dora)) == 1


@pytest.mark.parametrize(
    ("address", "called"),
    [
        ("audit", "Allt som hände"),
        ("audit_person", "Vad en person gjorde"),
        ("audit_readers", "Vem som läst ett ärende"),
    ],
)
def test_each_page_that_shows_my_lines_is_told_to_me(cast, address, called):
    review = cast.assessed(number="EXSR1")
    signed_in(cast.dora).get(page(review))
    about = {"audit_person": [cast.dora.pk], "audit_readers": ["EXSR1"]}
    url = reverse(f"admin:{address}", args=about.get(address, []))
    assert signed_in(cast.agnes).get(url).status_code == 200
    (look,) = looks(cast.dora)
    assert (look.line.by, str(look.page)) == ("Agnes Test", called)
    # Who looks at their own lines is nobody else.
    give(cast, cast.dora, "auditor", cast.gsn)
    signed_in(cast.dora).get(url)
    assert len(looks(cast.dora)) == 1


def test_taking_everything_out_is_told_to_everybody_there(cast):
    agnes = signed_in(cast.agnes)
    answer = agnes.get(reverse("admin:audit"), {"as": "csv", "period": "today"})
    assert b"".join(answer.streaming_content)
    for person in (cast.dora, cast.karin):
        (look,) = looks(person)
        assert look.line.by == "Agnes Test"
    assert looks(cast.cilla) == []


def test_it_is_turned_by_pages_and_says_what_is_wrong(cast):
    for number in range(60):
        record("search.read", by=cast.dora, kind=Kind.READ, text=f"ord {number}")
    client = signed_in(cast.dora)
    first = client.get(LOG)
    assert len(rows(cast.dora)) == 50
    second = client.get(LOG + first.context["older"])
    assert "ord 0" in words(second) and "ord 59" not in words(second)
    wrong = client.get(LOG, {"since": "i går"})
    assert wrong.context["form"].errors and 'value="i går"' in wrong.content.decode()
