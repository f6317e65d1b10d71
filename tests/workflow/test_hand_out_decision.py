"""What was kept back is decided on by the authority, served and appealed (OSL 6:3, 6:7–8,
FL 44–46 §§); and what copies cost."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from pypdf import PdfReader

from audit_app import acting
from requests_app.cases.review.models.afterwards import IncomingAppeal
from requests_app.cases.review.steps import afterwards
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import everything_for
from requests_app.disclosure.models import DisclosureDecision, fee_of
from requests_app.disclosure.steps import request
from requests_app.disclosure.steps.request import register_hand_out_appeal
from tests.cast import hours
from tests.helpers.archive import faults
from tests.helpers.hand_outs import (
    asked_for,
    decided,
    delivered,
    hand_out_rule,
    refused_whole,
    tariff_by_two,
    with_a_name,
)
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db
TERMS = {"outcome": "refused", "reasons": "Uppgifterna kan peka ut en elev."}


@pytest.fixture
def case(cast):
    return with_a_name(cast)


def waits(person, row):
    return [item.step for item in everything_for(person) if item.name == row.number]


@pytest.mark.usefixtures("laid_out")
def test_it_is_decided_by_delegation_on_paper_with_how_it_is_appealed(cast, case):
    row = refused_whole(cast, case)
    refused(PermissionDenied, request.decide_hand_out, row, by=cast.bo, **TERMS)
    hand_out_rule(cast)
    assert waits(cast.bo, row) == ["Besluta om det som inte lämnades ut"]
    request.decide_hand_out(row, by=cast.bo, **TERMS)
    made = DisclosureDecision.objects.get()
    body = bytes(made.paper.stored)
    assert faults(body) == []
    text = " ".join(
        " ".join(
            one.extract_text() for one in PdfReader(io.BytesIO(body)).pages
        ).split()
    )
    for said in (TERMS["reasons"], "kammarrätten", "tre veckor", "6 kap. 7 och 8 §§"):
        assert said.casefold() in text.casefold(), said
    assert "23 kap. 2 §" in text and "4.9" in text
    assert signed_in(cast.lena).get(page(row, "paper", made.pk)).content == body
    refuses("served once|stays as it was", lambda: _change(made, sha256="x"), cast.bo)


def test_who_tested_it_does_not_decide(cast, case):
    hand_out_rule(cast, cast.jonas)
    row = refused_whole(cast, case)
    by_lena = hand_out_rule(cast, cast.karin)
    assert by_lena.decision_type == "hand_out"
    refused(PermissionDenied, request.decide_hand_out, row, by=cast.lena, **TERMS)
    request.decide_hand_out(row, by=cast.karin, **TERMS)


def test_three_weeks_run_from_when_it_was_served_and_an_appeal_goes_on(cast, case):
    row = decided(cast, case)
    assert waits(cast.lena, row) == ["Delge beslutet"]
    request.serve_hand_out_decision(row, by=cast.lena, served_at=acting.now())
    refused(
        WrongState,
        request.serve_hand_out_decision,
        fresh(row),
        by=cast.lena,
        served_at=acting.now(),
    )
    values = {"received_at": acting.now(), "appellant": "En som begär"}
    values["made"] = row.decisions.get()
    register_hand_out_appeal(fresh(row), by=cast.lena, **values)
    one = IncomingAppeal.objects.get()
    assert (one.timeliness, one.status) == ("in_time", "to_hand_over")
    assert one.review == case and one.decision is None
    assert one.appealed == row.decisions.get()
    subject = fresh(case)
    shown = signed_in(cast.lena).get(page(subject)).content.decode()
    assert row.number in shown and "En som begär" in shown
    afterwards.hand_over_appeal(
        subject,
        by=cast.lena,
        appeal=one,
        court="Kammarrätten i Göteborg",
        handed_over_at=acting.now(),
    )
    assert fresh(one).status == "at_court"


def test_late_is_for_a_person_to_try(cast, case):
    row = decided(cast, case)
    served = row.decisions.get().decided_at
    request.serve_hand_out_decision(row, by=cast.lena, served_at=served)
    with acting.at(hours(24 * 40)):
        late = {"received_at": acting.now() - timedelta(hours=1), "appellant": "x"}
        late["made"] = row.decisions.get()
        register_hand_out_appeal(fresh(row), by=cast.lena, **late)
    assert IncomingAppeal.objects.get().status == "to_try"


def test_copies_cost_by_the_authoritys_own_tariff(cast, case):
    row = delivered(cast, asked_for(cast, case))
    assert row.fee == 0
    tariff = tariff_by_two(cast, free_pages=1, first_fee=50, page_fee=2)
    assert [tariff.fee_for(n) for n in (1, 2, 3, 10)] == [0, 50, 52, 66]
    dear = tariff_by_two(cast, free_pages=0, first_fee=30)
    assert fee_of(row, "mail") == dear.fee_for(row.pages) > 0
    assert fee_of(row, "seen") == 0
    second = delivered(cast, asked_for(cast, case))
    assert second.fee == dear.fee_for(second.pages)
    assert f"{second.fee} kr" in second.answer.text


def test_the_states_tariff_is_what_a_new_row_begins_with(cast):
    """Avgiftsförordningen (1992:191) 16 §: ten pages 50 kronor, each after that 2."""
    tariff = tariff_by_two(cast)
    assert [tariff.fee_for(n) for n in (9, 10, 11, 20)] == [0, 50, 52, 70]


def _change(row, **values):
    row = fresh(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
