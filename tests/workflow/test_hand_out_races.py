"""Two people at once in one hand-out: one step, one clear message."""

import pytest

from audit_app import acting
from requests_app.disclosure.models import DisclosureDecision, DisclosureRequest
from requests_app.disclosure.steps import document, request
from tests.helpers.hand_outs import (
    hand_out_rule,
    refused_whole,
    reserved,
    waiting,
    with_a_name,
)
from tests.workflow.test_races import at_once, one_of_two

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("laid_out"),
    pytest.mark.django_db(transaction=True),
]


def twice(row):
    return (DisclosureRequest.objects.get(pk=row.pk) for _time in range(2))


def test_two_look_through_at_once(cast):
    first, second = twice(waiting(cast, "look"))
    message = one_of_two(
        at_once(
            lambda: document.let_go(first, by=cast.jonas),
            lambda: document.let_go(second, by=cast.karin),
        )
    )
    assert "Ska lämnas ut" in message
    assert DisclosureRequest.objects.get().looked_by in (cast.jonas, cast.karin)


def test_one_lets_go_while_another_sends_back(cast):
    first, second = twice(waiting(cast, "look"))
    one_of_two(
        at_once(
            lambda: document.let_go(first, by=cast.jonas),
            lambda: document.send_back(second, by=cast.lena, reason="Sidan 2"),
        )
    )
    assert DisclosureRequest.objects.get().status in ("ready", "open")


def test_two_deliver_at_once(cast):
    first, second = twice(waiting(cast, "ready"))
    message = one_of_two(
        at_once(
            lambda: request.deliver(first, by=cast.lena, how="desk"),
            lambda: request.deliver(second, by=cast.jonas, how="letter", to="Anna"),
        )
    )
    assert "Besvarad" in message
    row = DisclosureRequest.objects.get()
    assert (row.delivered_by, row.delivered_how) in (
        (cast.lena, "desk"),
        (cast.jonas, "letter"),
    )


def test_two_decide_at_once(cast):
    hand_out_rule(cast)
    hand_out_rule(cast, cast.karin)
    first, second = twice(refused_whole(cast, cast.assigned(number="31")))
    words = {"outcome": "refused", "reasons": "Skälen."}
    message = one_of_two(
        at_once(
            lambda: request.decide_hand_out(first, by=cast.bo, **words),
            lambda: request.decide_hand_out(second, by=cast.karin, **words),
        )
    )
    assert "Beslutad" in message
    assert DisclosureDecision.objects.count() == 1


def test_two_decide_on_a_reservation_and_two_serve_it_at_once(cast):
    row = reserved(cast, with_a_name(cast))
    hand_out_rule(cast, cast.karin)
    words = {"prohibition": "Nej.", "reasons": "Skälen."}
    first, second = twice(row)
    one_of_two(
        at_once(
            lambda: request.decide_reservation(first, by=cast.bo, **words),
            lambda: request.decide_reservation(second, by=cast.bo, **words),
        )
    )
    served = {"by": cast.lena, "served_at": acting.now()}
    first, second = twice(row)
    one_of_two(
        at_once(
            lambda: request.serve_hand_out_decision(first, **served),
            lambda: request.serve_hand_out_decision(second, **served),
        )
    )
    assert DisclosureDecision.objects.exclude(served_at=None).count() == 1
