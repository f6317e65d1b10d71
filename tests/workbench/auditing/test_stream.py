"""Everything that happened, in one list: what is in it, how it is narrowed, who reads."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.steps import people
from requests_app.templatetags.auditing import repeats
from tests.cast import PASSWORD, Cast
from tests.helpers.hand_outs import asked_for
from tests.helpers.web import fetch, lines, page, signed_in, step_url, words

pytestmark = pytest.mark.usefixtures("undone")
STREAM = reverse("admin:audit")


@pytest.fixture(scope="module")
def decided(once):
    return Cast().decided(number="EXSR500")


def shown(reader, **asked):
    """The rows of the page; within its queries."""
    response, queries = fetch(signed_in(reader), f"{STREAM}?{urlencode(asked)}")
    # And one more, by which those whose lines are shown know that somebody looked.
    assert len(queries) <= 13, lines(queries)
    return response.context["rows"]


def told(rows):
    """What changed, as label, before and after."""
    return {
        (field.label, field.before, field.after) for row in rows for field in row.fields
    }


def test_changes_events_reads_refusals_and_sign_ins_stand_in_one_list(cast, decided):
    karin = signed_in(cast.karin)
    karin.get(page(decided))
    karin.post(step_url(decided, "decide"), {"do": "1", "no_conflict": "on"})
    rows = shown(cast.agnes)
    kinds = {row.kind for row in rows}
    assert kinds >= {"change", "event", "read", "refusal", "auth"}
    assert ("status", "Beslut föreslaget", "Beslut fattat") in told(rows)
    assert {row.case for row in rows} >= {decided.diary_number, "EXSR500"}


def test_to_read_of_a_document_that_is_not_tested_yet_is_no_alarm(cast, decided):
    (row, *_more) = asked_for(cast, decided).documents.untested()
    change = {"object_type": row._meta.db_table, "object_id": str(row.pk)}
    assert LedgerEntry.objects.filter(kind=Kind.CHANGE, **change).exists()
    assert "begärd handling" in str(
        [line.name for line in shown(cast.agnes, kind="change")]
    )
    assert not Alteration.objects.exists()


def test_nobody_but_an_auditor_reads_it_and_each_page_is_on_record(cast, decided):
    for person in (cast.karin, cast.lena, cast.sam, cast.dora, cast.bo, cast.per):
        assert signed_in(person).get(STREAM).status_code == 403
    shown(cast.agnes, kind="refusal", text="x")
    read = LedgerEntry.objects.filter(event="audit.read").latest("pk")
    assert (read.actor_id, read.kind) == (cast.agnes.pk, "read")
    assert '"kind": "refusal"' in read.detail.body and '"text": "x"' in read.detail.body


def test_nothing_is_posted_to_an_auditors_page(cast, decided):
    agnes = signed_in(cast.agnes)
    for address in (STREAM, reverse("admin:audit_case", args=["EXSR500"])):
        assert agnes.post(address).status_code == 405


def test_it_is_narrowed_by_all_that_a_line_says(cast, decided):
    signed_in(cast.karin).get(page(decided))
    bo = shown(cast.agnes, person=cast.bo.pk)
    assert {row.by_id for row in bo} == {cast.bo.pk}
    assert {row.kind for row in shown(cast.agnes, kind="event")} == {"event"}
    assert shown(cast.agnes, until="2020-01-01") == []
    ahead = timezone.localtime() + timedelta(hours=2)
    assert shown(cast.agnes, since=f"{ahead:%Y-%m-%dT%H:%M:%S}") == []
    assert shown(cast.agnes, until=f"{ahead:%Y-%m-%dT%H:%M}")
    table = Decision._meta.db_table
    assert [row.what for row in shown(cast.agnes, table=table)] == [
        "beslut – lades till"
    ]
    case = shown(cast.agnes, case="exsr500", kind="change")
    assert {row.case for row in case} == {decided.diary_number, "EXSR500"}
    changed = shown(cast.agnes, field="utgång")
    assert changed and all("utgång" in str(told([row])) for row in changed)
    said = shown(
        cast.agnes, text="Beslut föreslaget", table=SecrecyReview._meta.db_table
    )
    assert said and all("Beslut föreslaget" in str(told([row])) for row in said)


def test_what_can_not_be_narrowed_by_is_said_beside_the_field(cast, decided):
    asked = {
        "case": "no such",
        "field": "no such",
        "person": "x",
        "since": "2026-13-01",
    }
    response = signed_in(cast.agnes).get(STREAM, asked)
    assert set(response.context["form"].errors) == set(asked)
    assert response.context["rows"] == [] and "no such" in words(response)


def test_pages_follow_each_other_and_lose_nothing(cast, decided):
    agnes = signed_in(cast.agnes)
    for number in range(130):
        record(
            "x.read", by=cast.karin, kind=Kind.READ, authority=cast.gsn.pk, page=number
        )
    seen, address = [], f"?person={cast.karin.pk}"
    while address:
        response = agnes.get(STREAM + address)
        seen += [row.key for row in response.context["rows"]]
        address = response.context["older"]
    lines_of_karin = LedgerEntry.objects.filter(actor_id=cast.karin.pk)
    theirs = lines_of_karin.filter(
        authority_id__in=[cast.gsn.pk]
    ) | lines_of_karin.filter(authority_id=None)
    assert sorted(seen) == sorted(theirs.values_list("pk", flat=True))
    assert agnes.get(f"{STREAM}?before=nonsense").context["rows"]


def test_lines_of_another_authority_are_not_there(cast, decided):
    signed_in(cast.cilla).get("/?")
    with_their_own = {row.by_id for row in shown(cast.agnes)}
    assert cast.cilla.pk not in with_their_own
    record("x.read", by=cast.cilla, kind=Kind.READ, authority=cast.snc.pk)
    assert cast.cilla.pk not in {row.by_id for row in shown(cast.agnes)}
    assert shown(cast.agnes, person=cast.cilla.pk) == []


def test_a_named_list_shows_its_number_and_that_something_was_done(cast, decided):
    hidden = cast.assessed(number="EXSR501")
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    signed_in(cast.bo).get(page(hidden))
    rows = [row for row in shown(cast.agnes) if row.case == hidden.diary_number]
    assert {"change", "event", "read"} <= {row.kind for row in rows}
    for row in rows:
        assert row.is_hidden or row.kind in ("read", "event")
        assert not row.fields and not row.notes
        assert row.kind == "read" or not row.what
    response = signed_in(cast.agnes).get(STREAM)
    assert "Vilket bolag" not in words(response)
    assert "A staff matter" not in words(response)
    # Nor do they answer to what is asked of values.
    asked = shown(cast.agnes, text="EES", case=hidden.diary_number)
    assert asked == []


def test_who_signs_in_and_which_name_was_tried_is_told(cast, decided):
    client = Client()
    client.post("/login/", {"username": "karin", "password": "wrong"})
    client.post("/login/", {"username": "karin", "password": PASSWORD})
    rows = shown(cast.agnes, kind="auth")
    by = {row.by for row in rows}
    assert {"Karin Test", "ingen inloggad"} <= by
    tried = next(row for row in rows if row.by == "ingen inloggad")
    assert ("försökte som", "karin") in [(str(n.label), n.text) for n in tried.notes]


@pytest.mark.parametrize(
    ("since", "until", "length"),
    [
        # Comes twice: from the first 02:10 to the second 02:50.
        ("2026-10-25T02:10", "2026-10-25T02:50", timedelta(minutes=100)),
        # Does not come: from 01:10 to 03:50, which is 100 minutes later.
        ("2026-03-29T02:10", "2026-03-29T02:50", timedelta(minutes=100)),
        ("2026-06-01T02:10", "2026-06-01T02:50", timedelta(minutes=40)),
    ],
)
def test_an_hour_of_the_night_when_the_clock_is_moved_is_asked_for_whole(
    cast, decided, since, until, length
):
    response = signed_in(cast.agnes).get(STREAM, {"since": since, "until": until})
    asked = response.context["form"].cleaned_data
    assert asked["until"] - asked["since"] == length


def test_the_longest_number_of_a_provider_is_found(cast, decided):
    number = "N" * 200
    cast.request(number=number)
    found = signed_in(cast.agnes).get(reverse("admin:audit_find"), {"number": number})
    assert found.url == reverse("admin:audit_case", args=[number])
    assert {row.case for row in shown(cast.agnes, case=number)} == {number}


def test_the_same_read_again_is_one_line_of_the_page_and_whole_in_exports(
    cast, decided
):
    karin = signed_in(cast.karin)
    for _number in range(4):
        karin.get(page(decided))
    signed_in(cast.jonas).get(page(decided))
    query = {"kind": "read", "person": cast.karin.pk}
    rows = shown(cast.agnes, **query)
    assert len(rows) == 4
    (repeat,) = repeats(rows)
    assert (repeat.row, repeat.number) == (rows[0], 4)
    html = words(signed_in(cast.agnes).get(f"{STREAM}?{urlencode(query)}"))
    assert f"4 gånger, {repeat.times}" in html and html.count("<time ") == 4
    # Somebody else in between, or a change, is no repetition.
    assert (
        len(repeats([rows[0], *shown(cast.agnes, person=cast.jonas.pk)[:1], rows[1]]))
        == 3
    )
    changes = [row._replace(kind="change") for row in rows]
    assert len(repeats(changes)) == 4
