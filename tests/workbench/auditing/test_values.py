"""An old or new value is found by what the pages show of it, and in its own field."""

import pytest
from django.utils import formats, timezone

from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.steps import decision, people
from requests_app.core.step import save
from tests.cast import Cast
from tests.helpers.web import in_english
from tests.workbench.auditing.test_stream import shown, told

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def decided(once):
    return Cast().decided(number="EXSR500")


def what(rows):
    return {row.what for row in rows if row.kind == "change"}


def test_choices_are_found_by_their_labels(cast, decided):
    """Also those that a question offers: they are told by the tree."""
    for text, expected in (
        ("Bifall", ("utgång", "", "Bifall")),
        ("inom ees", ("svar", "", "Inom EES")),
        ("Under prövning", ("status", "Tilldelad", "Under prövning")),
    ):
        assert expected in told(shown(cast.agnes, text=text)), text


def test_in_either_language(cast, decided):
    rows = shown(cast.agnes, text="Granted")
    assert ("utgång", "", "Bifall") in told(rows)
    response = in_english(cast.agnes).get("/revision/", {"text": "Bifall"})
    assert ("outcome", "", "Granted") in told(response.context["rows"])


def test_yes_and_no_are_those_of_flags(cast, decided):
    listed = cast.decided("refused", number="EXSR503")
    people.close_list(listed, by=cast.bo, reason="A staff matter")
    people.take_access(listed, by=cast.agnes, reason="Granskning 2026:4")
    label = str(SecrecyReview._meta.get_field("is_named_list").verbose_name)
    (row,) = shown(cast.agnes, field=label, text="Ja", kind="change")
    assert (label, "Nej", "Ja") in told([row])
    assert shown(cast.agnes, field=label, text="yes", kind="change") == [row]


def test_people_are_found_by_name(cast, decided):
    rows = shown(cast.agnes, text="Karin Test", kind="change")
    assert ("handläggare", "", "Karin Test") in told(rows)
    assert shown(cast.agnes, text="Nobody Called So", kind="change") == []


def test_local_dates_and_times_are_found_as_they_are_written(cast, decided):
    at = timezone.localtime(Decision.objects.get().decided_at)
    day = formats.date_format(at, "j F Y")
    table = Decision._meta.db_table
    for text in (f"{at:%Y-%m-%d}", f"{at:%Y-%m-%d %H:%M}", f"{at:%Y-%m-%d %H.%M}"):
        assert shown(cast.agnes, text=text, table=table), text
    months = [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ]
    written = f"{at.day} {months[at.month - 1]} {at.year}"
    assert day and shown(cast.agnes, text=written, table=table)
    assert shown(cast.agnes, text=f"{written} {at:%H.%M}", table=table)
    assert shown(cast.agnes, text="1 januari 2001", table=table) == []
    assert shown(cast.agnes, text="2026-02-31", table=table) == []


def test_a_value_is_sought_in_the_field_that_is_asked_for(cast, decided):
    """The subject of another case is called as an outcome is."""
    other = cast.registered(number="EXSR501")
    with acting_as(cast.lena):
        save(SecrecyReview.objects.get(pk=other.pk), public_subject="Om ett Bifall")
    assert what(shown(cast.agnes, text="Bifall")) >= {"sekretessprövning – ändrades"}
    rows = shown(cast.agnes, field="utgång", text="Bifall")
    assert rows and {label for label, *_v in told(rows)} >= {"utgång"}
    for row in rows:
        assert "Bifall" in {
            value
            for one in row.fields
            if "utgång" in one.label
            for value in (one.before, one.after)
        }
    assert shown(cast.agnes, field="utgång", text="Om ett") == []
    # Nor is another field of the same row.
    scope = shown(cast.agnes, text="corrupted", table=Decision._meta.db_table)
    assert "The corrupted item" in str(told(scope)) and "Bifall" in str(told(scope))
    assert shown(cast.agnes, field="utgång", text="corrupted") == []


def test_a_code_or_a_key_of_ours_is_no_answer(cast, decided):
    """What nobody is shown: else a number would find every row that points somewhere."""
    table = Decision._meta.db_table
    assert shown(cast.agnes, text="granted", table=table)  # as English has it
    assert shown(cast.agnes, text="in_assessment", kind="change") == []


def test_what_was_said_beside_an_event_is_found_too(cast, decided):
    again = cast.decided("refused", number="EXSR502")
    decision.reconsider(again, by=cast.bo, reason="Nya fakta 100%")
    rows = shown(cast.agnes, text="fakta 100%", kind="event")
    assert rows and all(row.kind == "event" for row in rows)
    assert shown(cast.agnes, text="fakta 100_", kind="event") == []
