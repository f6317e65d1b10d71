"""Handing out official documents: the request, what is tested, the second look, and what
leaves (TF 2:15–19, OSL 6:3)."""

import subprocess
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import everything_for
from requests_app.disclosure.models import Redaction
from requests_app.disclosure.steps import document, request
from tests.cast import hours, provision
from tests.helpers.hand_outs import (
    SECRET,
    asked_for,
    delivered,
    drawn,
    handed_over,
    judged,
    waiting,
    with_a_name,
)
from tests.helpers.people import engage
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return with_a_name(cast)


def waits(person, row):
    return [item.step for item in everything_for(person) if item.name == row.number]


def test_numbers_have_no_gap_and_are_the_authoritys(cast):
    rows = [asked_for(cast) for _time in range(3)]
    year = rows[0].year
    assert [row.number for row in rows] == [f"U {year}-000{n}" for n in (1, 2, 3)]
    assert rows[0].recorded_by == cast.lena and not rows[0].is_party
    refused(
        ValidationError,
        request.record_disclosure_request,
        cast.gsn,
        by=cast.lena,
        channel="mail",
        wording="x",
        received_at=hours(2),
    )
    assert asked_for(cast).sequence == 4


def test_what_is_no_official_document_is_said_to_be_none(cast, case):
    row = asked_for(cast, case)
    none = row.documents.filter(outcome="none")
    assert none.exists() and row.documents.untested().exists()
    for one in none:
        assert one.reasons.text
        refused(WrongState, document.hand_out_whole, one, by=cast.lena)


@pytest.mark.needs("poppler")
def test_what_tells_of_the_case_is_proposed_and_masked(cast, case):
    row = asked_for(cast, case)
    documents = drawn(row, cast.lena)
    places = Redaction.objects.filter(of_document__in=documents)
    assert SECRET in {place.words.text.strip(".,") for place in places}
    assert {place.status for place in places} == {"proposed"}
    refused(WrongState, document.hand_over, fresh(row), by=cast.lena, made=None)
    judged(row, cast.lena)
    row = handed_over(row, cast.lena)
    body = row.file.body
    assert body.startswith(b"%PDF") and SECRET.encode() not in body
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=body, capture_output=True, check=True
    )
    assert not text.stdout.strip()
    masked = row.documents.filter(outcome="partly")
    assert masked.exists() and row.pages == sum(
        one.pages for one in row.documents.given()
    )


def test_a_mask_needs_a_provision_and_can_be_taken_back(cast, case):
    row = asked_for(cast, case)
    place = Redaction.objects.filter(of_document__in=drawn(row, cast.lena)).first()
    one = place.of_document
    error = refused(ValidationError, document.judge, one, by=cast.lena, masked=[place])
    assert "provision" in error.message_dict
    secret = provision("OSL-23-2-st1")
    document.judge(one, by=cast.lena, masked=[place], provision=secret)
    assert fresh(one).outcome == "partly"
    document.judge(fresh(one), by=cast.lena, given=[fresh(place)])
    assert fresh(one).outcome == "" and fresh(place).provision is None


def test_who_tested_or_masked_does_not_look_through(cast, case):
    row = asked_for(cast, case)
    judged(row, cast.lena)
    row = handed_over(row, cast.lena)
    refused(PermissionDenied, document.let_go, row, by=cast.lena)
    assert waits(cast.lena, row) == [""]
    assert waits(cast.jonas, row) == ["Titta igenom det som lämnas ut"]
    document.let_go(row, by=cast.jonas)
    assert waits(cast.lena, row) == ["Lämna ut"]


def test_it_is_sent_back_and_tested_again(cast, case):
    row = asked_for(cast, case)
    judged(row, cast.lena)
    row = handed_over(row, cast.lena)
    document.send_back(row, by=cast.jonas, reason="Sidan 2")
    row = fresh(row)
    assert (row.status, row.file, row.sent_back.text) == ("open", None, "Sidan 2")
    assert waits(cast.lena, row) == ["Pröva det som begärs"]


def test_what_was_delivered_is_taken_out_byte_for_byte(cast, case):
    row = delivered(cast, asked_for(cast, case))
    answer = fresh(row).answer.text
    assert "6 kap. 3 §" in answer and "maskad" in answer and "23 kap. 2 §" in answer
    client = signed_in(cast.lena)
    response = client.get(page(row, "file"))
    assert response.content == bytes(row.file.stored)
    line = LedgerEntry.objects.filter(event="disclosure_request.file_read").get()
    assert row.file_sha256 in str(line.detail.body)
    assert signed_in(cast.per).get(page(row, "file")).status_code in (403, 404)
    refuses("stays as it was", lambda: _change(row, file_sha256="0" * 64), cast.lena)


def test_the_next_who_asks_gets_the_same_masks_proposed(cast, case):
    first = delivered(cast, asked_for(cast, case))
    second = asked_for(cast, case)
    drawn(second, cast.lena)
    places = Redaction.objects.filter(of_document__request=second, source="before")
    assert {place.before for place in places} == {first}
    assert {str(place.provision) for place in places} and all(
        place.status == "proposed" for place in places
    )


def test_nothing_leaves_for_nowhere(cast):
    row = waiting(cast, "ready")
    act = request.deliver
    error = refused(ValidationError, act, row, by=cast.lena, how="mail", to=" ")
    assert "to" in error.message_dict
    request.deliver(row, by=cast.lena, how="desk")
    assert "finns inte" in fresh(row).answer.text


def test_a_decision_is_asked_for_where_something_was_kept_back(cast):
    row = waiting(cast, "answered")
    request.ask_for_decision(row, by=cast.lena)
    assert fresh(row).status == "asked" and fresh(row).asked_at


def test_the_database_holds_to_it(cast, case):
    row = asked_for(cast, case)
    one = row.documents.untested().first()
    refuses("next number|one_of_its", lambda: _again(row), cast.lena)
    refuses("all is tested", lambda: _change(row, **_made(cast.lena)), cast.lena)
    refuses("kept", waiting(cast, "open").delete, cast.lena)
    refuses("from test to look", lambda: _change(row, status="ready"), cast.lena)
    whole = {"outcome": "whole", "tested_by": cast.bo, "tested_at": acting.now()}
    refuses("own name", lambda: _change(one, **whole), cast.lena)
    judged(row, cast.lena)
    row = handed_over(row, cast.lena)
    refuses("before the second look", lambda: _change(one, outcome=""), cast.lena)
    ready = {"status": "ready", "looked_by": cast.lena, "looked_at": acting.now()}
    refuses("tested and masked nothing", lambda: _change(row, **ready), cast.lena)


def test_who_has_no_such_work_there_tests_and_lets_go_nothing(cast, case):
    """The finding: past the pages the database took it from a machine, from another
    municipality, and from whoever has no role."""
    elsewhere = neighbour(cast)
    strangers = (cast.sweeper, cast.eva, cast.agnes, elsewhere)
    row = asked_for(cast, case)
    one = row.documents.untested().first()
    for who in strangers:
        whole = {"outcome": "whole", "tested_by": who, "tested_at": acting.now()}
        refuses("tested by who hands out", partial(_change, one, **whole), who)
    judged(row, cast.lena)
    row = handed_over(row, cast.lena)
    for who in strangers:
        ready = {"status": "ready", "looked_by": who, "looked_at": acting.now()}
        refuses("who has such work", partial(_change, row, **ready), who)


def neighbour(cast):
    """A lawyer of the next board, who sees nothing of this one."""
    return engage(cast, "neighbour", "legal_reviewer", cast.nis)


def _made(by):
    return {"status": "look", "made_by": by, "made_at": acting.now()}


def _change(row, **values):
    row = fresh(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def _again(row):
    other = fresh(row)
    other.pk, other.sequence = None, 7
    other.save()
