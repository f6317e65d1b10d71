"""What is handed out with a reservation (OSL 10:14): who it binds, decided, served, told;
and appeals of what is about no case."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pypdf import PdfReader

from audit_app import acting
from requests_app.cases.review.models.afterwards import IncomingAppeal
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import everything_for
from requests_app.disclosure.models import DisclosureDecision
from requests_app.disclosure.steps import document, request
from requests_app.registers.models.provisions import Provision
from tests.cast import provision
from tests.helpers.archive import faults
from tests.helpers.hand_outs import (
    BOUND,
    MAY_NOT,
    asked_for,
    decided_of_no_case,
    given_whole,
    hand_out_rule,
    reservation_decided,
    reserved,
    with_a_name,
)
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.sheets import text_of
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]
DELIVERY = {"how": "mail", "to": "anna@example.se"}


@pytest.fixture
def case(cast):
    return with_a_name(cast)


def waits(person, row):
    return [item.step for item in everything_for(person) if item.name == row.number]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"bound": " "}, "bound", "känd"),
        ({"bound": "journalisten"}, "bound", "för- och efternamn"),
        ({"provision": None}, "provision", "lagrum"),
    ],
)
def test_it_binds_somebody_who_is_known_and_takes_a_risk_away(
    cast, case, changes, field, said
):
    row = given_whole(cast, case)
    values = {"provision": provision("OSL-23-2-st1"), "bound": BOUND, **changes}
    values["documents"] = list(row.documents.given())
    error = refused(ValidationError, request.reserve, row, by=cast.lena, **values)
    assert said in str(error.message_dict[field])


def test_no_reservation_helps_where_secrecy_is_absolute(cast, case):
    row = given_whole(cast, case)
    law = Provision.objects.filter(harm_test="absolute", valid_to=None).first()
    values = {"documents": list(row.documents.given()), "provision": law}
    values["bound"] = BOUND
    error = refused(ValidationError, request.reserve, row, by=cast.lena, **values)
    assert "provision" in error.message_dict


def test_the_form_asks_who_it_is_and_loses_nothing(cast, case):
    row = given_whole(cast, case)
    one = row.documents.given().first()
    law = provision("OSL-23-2-st1").pk
    sent = {"documents": [one.pk], "provision": law, "bound": "", "seen": row.version}
    url = step_url(row, "reserve")
    answer = signed_in(cast.lena).post(url, sent)
    assert "bound" in answer.context["form"].errors
    signed_in(cast.lena).post(url, {**sent, "bound": BOUND})
    assert fresh(row).bound.text == BOUND and fresh(one).reserved_by_id == law
    signed_in(cast.lena).post(url, {"bound": BOUND, "seen": fresh(row).version})
    assert fresh(row).bound is None and fresh(one).reserved_by is None


def test_it_is_decided_on_served_and_told_before_anything_leaves(cast, case):
    row = reserved(cast, case)
    refused(WrongState, request.deliver, row, by=cast.lena, **DELIVERY)
    assert waits(cast.bo, row) == ["Besluta om förbehållet"]
    assert waits(cast.lena, row) == [""]
    terms = {"prohibition": MAY_NOT, "reasons": "Eleven kan pekas ut."}
    refused(PermissionDenied, request.decide_reservation, row, by=cast.jonas, **terms)
    made = request.decide_reservation(row, by=cast.bo, **terms)
    body = bytes(made.paper.stored)
    assert faults(body) == []
    text = text_of(body)
    for said in (
        *(BOUND, MAY_NOT, "Eleven kan pekas ut.", "10 kap. 14 §", "kammarrätten"),
        *("23 kap. 2 §", "20 kap. 3 §", "tre veckor", "4.9"),
    ):
        assert said in text, said
    row = fresh(row)
    refused(WrongState, request.deliver, row, by=cast.lena, **DELIVERY)
    assert waits(cast.lena, row) == ["Delge beslutet"]
    request.serve_hand_out_decision(row, by=cast.lena, served_at=acting.now())
    shown = words(signed_in(cast.lena).get(page(row)))
    assert MAY_NOT in shown and BOUND in shown and "med förbehåll" in shown
    request.deliver(fresh(row), by=cast.lena, **DELIVERY)
    answer = fresh(row).answer.text
    assert MAY_NOT in answer and "med förbehåll" in answer and BOUND in answer


def test_the_file_says_so_before_its_pages(cast, case):
    row = reserved(cast, case)
    plain = sum(one.pages for one in row.documents.in_file())
    assert row.pages == plain
    front = document.front_of(row)
    assert len(front) == 1
    said = " ".join(word.text for word in front[0].words)
    assert BOUND in said and row.number in said
    assert len(PdfReader(io.BytesIO(row.file.body)).pages) == plain + 1


def test_what_is_tested_again_is_given_without(cast, case):
    row = reserved(cast, case)
    document.send_back(row, by=cast.bo, reason="Det går att maska.")
    row = fresh(row)
    one = row.documents.reserved().get()
    secret = {"provision": provision("OSL-23-2-st1"), "reasons": "x"}
    document.keep_back(one, by=cast.lena, **secret)
    assert fresh(one).reserved_by is None


def test_what_was_decided_on_is_not_sent_back(cast, case):
    row = reservation_decided(cast, case)
    refused(WrongState, document.send_back, row, by=cast.bo, reason="x")
    refused(
        WrongState,
        request.decide_reservation,
        row,
        by=cast.bo,
        prohibition="x",
        reasons="x",
    )


def test_the_database_holds_to_it(cast, case):
    row = reserved(cast, case)
    left = {"delivered_how": "desk", "delivered_by": cast.lena}
    left |= {"status": "answered", "delivered_at": acting.now(), "answer": row.wording}
    refuses("reserved leaves when", lambda: _change(row, **left), cast.lena)
    refuses("before the second look", lambda: _change(row, bound=None), cast.lena)
    made = reservation_decided(cast, case).decisions.get()
    back = {"status": "open", "made_by": None, "made_at": None, "file": None}
    back |= {"file_sha256": "", "pages": 0, "looked_by": None, "looked_at": None}
    refuses("decided on stays", lambda: _change(made.request, **back), cast.bo)
    again = DisclosureDecision.objects.get(pk=made.pk)
    again.pk = None
    again.request = row
    again.outcome = "refused"
    again.prohibition = None
    refuses("when it is asked for", again.save, cast.bo)


def test_a_reservation_is_appealed_and_a_refusal_after_it_too(cast, case):
    row = reservation_decided(cast, case)
    request.serve_hand_out_decision(row, by=cast.lena, served_at=acting.now())
    made = row.decisions.get()
    values = {"received_at": acting.now(), "appellant": BOUND, "made": made}
    request.register_hand_out_appeal(fresh(row), by=cast.lena, **values)
    one = IncomingAppeal.objects.get()
    assert one.review == case and one.status == "to_hand_over"


def test_what_is_of_no_case_is_appealed_on_its_own_page(cast):
    row = decided_of_no_case(cast)
    request.serve_hand_out_decision(row, by=cast.lena, served_at=acting.now())
    lena = signed_in(cast.lena)
    sent = {"appellant": "En som begär", "made": row.decisions.get().pk}
    now = acting.now().astimezone()
    sent |= {"received_at_0": f"{now:%Y-%m-%d}", "received_at_1": f"{now:%H:%M}"}
    sent["seen"] = fresh(row).version
    assert lena.post(step_url(row, "appeal"), sent).status_code == 302
    one = IncomingAppeal.objects.get()
    assert (one.review, one.status) == (None, "to_hand_over")
    assert waits(cast.lena, row) == ["Överlämna överklagandet till domstolen"]
    assert "En som begär" in words(lena.get(page(row)))
    shown = words(lena.get(step_url(row, "hand-over-appeal")))
    assert "kammarrätten" in shown.casefold()
    row = fresh(row)
    handed = {"court": "Kammarrätten i Göteborg", "handed_over_at": acting.now()}
    request.hand_over_hand_out_appeal(row, by=cast.lena, appeal=one, **handed)
    ended = {"outcome": "rejected", "decided_on": acting.today()}
    request.end_hand_out_appeal(fresh(row), by=cast.lena, appeal=one, **ended)
    assert fresh(one).status == "ended"
    assert waits(cast.lena, row) == []


def test_one_too_late_is_dismissed_by_whoever_decides(cast):
    row = decided_of_no_case(cast)
    values = {"received_at": acting.now(), "appellant": "x"}
    values["made"] = row.decisions.get()
    request.register_hand_out_appeal(row, by=cast.lena, **values)
    one = IncomingAppeal.objects.get()
    assert one.status == "to_try"
    told = {"appeal": one, "timeliness": "late", "reason": "För sent."}
    refused(
        PermissionDenied, request.try_hand_out_appeal, fresh(row), by=cast.lena, **told
    )
    request.try_hand_out_appeal(fresh(row), by=cast.bo, **told)
    assert fresh(one).status == "dismissed"
    shown = words(signed_in(cast.bo).get(page(row)))
    assert row.number in shown and "För sent." in shown


def test_an_appeal_of_another_request_is_not_taken(cast):
    hand_out_rule(cast, cast.karin)
    row = decided_of_no_case(cast)
    values = {"received_at": acting.now(), "appellant": "x"}
    values["made"] = row.decisions.get()
    request.register_hand_out_appeal(row, by=cast.lena, **values)
    other = fresh(asked_for(cast))
    refused(
        WrongState,
        request.try_hand_out_appeal,
        other,
        by=cast.bo,
        appeal=IncomingAppeal.objects.get(),
        timeliness="late",
    )


def _change(row, **values):
    row = fresh(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
