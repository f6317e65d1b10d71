"""The authority's own diary system: owed, by file and by call, twice and never."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.diary import choose_number, take_number, type_number
from requests_app.cases.review.models.afterwards import DiaryEntry
from requests_app.cases.review.papers.decision import copies_of
from requests_app.cases.review.steps.afterwards import mark_secret
from tests.cast import provision
from tests.helpers.diary import with_diary_system
from tests.helpers.refusals import fresh
from tests.helpers.web import signed_in

PAGE = reverse("admin:diary")


@pytest.fixture
def entry(cast):
    with_diary_system(cast)
    cast.registered()
    return DiaryEntry.objects.get()


def test_without_a_diary_system_nothing_is_owed(cast):
    cast.registered()
    assert not DiaryEntry.objects.exists()


def test_what_is_registered_in_our_series_is_owed_and_goes_on(cast, entry):
    assert (entry.system, entry.number) == ("W3D3", "")
    assert entry.review.diary_number.startswith("GSN ")
    assert fresh(entry.review).status == SecrecyReview.Status.REGISTERED


def test_the_first_number_stands_and_another_is_for_a_person_to_look_at(cast, entry):
    assert take_number(entry, by=cast.lena, number="KS 2026/7")
    assert take_number(fresh(entry), by=cast.lena, number="KS 2026/7")
    assert not take_number(fresh(entry), by=cast.lena, number="KS 2026/8")
    entry = fresh(entry)
    assert (entry.number, entry.other_number) == ("KS 2026/7", "KS 2026/8")
    choose_number(entry, by=cast.lena, number="KS 2026/8", reason="Diariet säger det.")
    entry = fresh(entry)
    assert (entry.number, entry.other_number) == ("KS 2026/8", "")


def test_a_number_that_the_diary_can_not_have_given_or_has_given_another_is_refused(
    cast, entry
):
    type_number(entry, by=cast.lena, number="KS 2026/7")
    other = cast.registered(number="EXSR2").diary_entry
    for number in ("KS 2026/7", " ", "x" * 41):
        with pytest.raises(ValidationError):
            take_number(fresh(other), by=cast.lena, number=number)
    assert fresh(other).is_owed


def rows_of(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def sent(rows):
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return {"file": SimpleUploadedFile("diary.csv", text.getvalue().encode())}


def test_by_file_each_row_by_itself(cast, entry):
    other = cast.registered(number="EXSR2").diary_entry
    mark_secret(
        fresh(other.review),
        by=cast.lena,
        provision=provision("OSL-23-2-st1"),
        publication="outside",
    )
    client = signed_in(cast.lena)
    rows = rows_of(client.post(reverse("admin:diary_export")))
    assert [row[1] for row in rows[1:]] == [str(entry.review), str(other.review)]
    assert rows[1][3:5] == ["Microsoft", "Access"]
    assert rows[2][3:5] == ["", ""]
    assert fresh(entry).taken_at
    rows[1][-1], rows[2][-1] = "KS 2026/7", "KS 2026/7"
    page = client.post(PAGE, sent([*rows, ["GSN", "GSN 2026-0999", "", "", "", "X 1"]]))
    text = page.content.decode()
    assert "Ett annat ärende har det numret" in text
    assert "inget ärende här väntar på nummer som GSN 2026-0999" in text
    assert fresh(entry).number == "KS 2026/7"
    assert fresh(other).is_owed
    rows[2][-1] = "KS 2026/8"
    assert client.post(PAGE, sent(rows)).status_code == 302
    assert "Inget väntar på nummer." in client.get(PAGE).content.decode()


def test_a_file_that_is_no_list_says_so(cast, entry):
    file = {"file": SimpleUploadedFile("x.csv", b"%PDF-1.7\x00\x01")}
    text = signed_in(cast.lena).post(PAGE, file).content.decode()
    assert "Det här är ingen CSV-fil" in text or "CSV" in text
    assert fresh(entry).is_owed


def test_the_number_stands_on_the_decision(cast):
    with_diary_system(cast)
    review = cast.decided()
    type_number(review.diary_entry, by=cast.lena, number="KS 2026/7")
    decision = review.decisions.get()
    papers = copies_of(decision)
    assert all(("W3D3", "KS 2026/7") in paper.numbers for paper in papers)
