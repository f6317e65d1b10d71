"""Requests for documents, as far as they have come."""

from audit_app import acting
from requests_app.cases.intake.steps import file
from requests_app.core.two_persons import confirm
from requests_app.disclosure.models import (
    DisclosureRequest,
    DisclosureTariff,
    Redaction,
)
from requests_app.disclosure.steps import document, request
from requests_app.disclosure.steps.request import record_disclosure_request
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.steps import confirm_delegation
from tests.cast import provision
from tests.helpers.people import delegate
from tests.helpers.refusals import fresh
from tests.helpers.two_persons import proposed

SECRET = "Rosengren"
ASKS = "Jag vill ha ut hela akten om e-postlådan."


def with_a_name(cast):
    """A case with a note in which a name stands that is nobody's to hand out."""
    subject = cast.proposed(number="asked for")
    words = {"happened_at": acting.now(), "source": SECRET}
    text = f"{SECRET} ringde om e-postlådan, och nås på anna@example.se."
    file.make_note(subject, by=cast.karin, text=text, **words)
    return fresh(subject)


def asked_for(cast, case=None, **more):
    words = {"channel": "mail", "wording": ASKS, "reply_to": "anna@example.se", **more}
    return record_disclosure_request(
        cast.gsn, by=cast.lena, received_at=acting.now(), case=case, **words
    )


def drawn(row, by):
    document.draw_all(row, by=by)
    return list(row.documents.untested())


def judged(row, by):
    """Everything that is proposed is masked; the rest is handed out whole."""
    for one in drawn(row, by):
        places = one.redactions.filter(status=Redaction.Status.PROPOSED)
        if masked := list(places):
            secret = provision("OSL-23-2-st1")
            document.judge(one, by=by, masked=masked, provision=secret, why="x")
        else:
            document.hand_out_whole(one, by=by)


def handed_over(row, by):
    row = fresh(row)
    document.hand_over(row, by=by, made=document.file_of(row))
    return row


def delivered(cast, row):
    judged(row, cast.lena)
    row = handed_over(row, cast.lena)
    document.let_go(row, by=cast.jonas)
    request.deliver(row, by=cast.lena, how="mail", to="anna@example.se")
    return row


def waiting(cast, status):
    """One that has come so far, without documents."""
    row = asked_for(cast)
    if status != DisclosureRequest.Status.OPEN:
        row = handed_over(row, cast.lena)
    if status in ("ready", "answered"):
        document.let_go(row, by=cast.jonas)
    if status == "answered":
        request.deliver(row, by=cast.lena, how="desk")
    return fresh(row)


def hand_out_rule(cast, person=None):
    """The item by which somebody decides on hand-outs: one of each person."""
    person = person or cast.bo
    mine = DelegationRule.objects.filter(person=person, decision_type="hand_out")
    if rule := mine.first():
        return rule
    rule = delegate(
        cast,
        by=cast.lena,
        person=person,
        item_no="4.9",
        outcomes=[],
        decision_type="hand_out",
    )
    confirm_delegation(rule, by=cast.jonas if person == cast.karin else cast.karin)
    return rule


def refused_whole(cast, case):
    """Answered: all that could be handed out was kept back; a decision is asked for."""
    row = asked_for(cast, case)
    secret = provision("OSL-23-2-st1")
    for one in row.documents.untested():
        document.keep_back(
            one, by=cast.lena, provision=secret, reasons="Eleven pekas ut."
        )
    row = handed_over(row, cast.lena)
    document.let_go(row, by=cast.jonas)
    request.deliver(row, by=cast.lena, how="mail", to="anna@example.se")
    request.ask_for_decision(row, by=cast.lena)
    return fresh(row)


def decided(cast, case):
    hand_out_rule(cast)
    row = refused_whole(cast, case)
    request.decide_hand_out(row, by=cast.bo, outcome="refused", reasons="Skälen.")
    return fresh(row)


def given_whole(cast, case):
    """Tested: all of it is handed out."""
    row = asked_for(cast, case)
    for one in drawn(row, cast.lena):
        document.hand_out_whole(one, by=cast.lena)
    return fresh(row)


BOUND, MAY_NOT = "Anna Berg", "Får inte lämna uppgifterna vidare."


def reserved(cast, case, bound=BOUND):
    """Looked through: one document is given only with a reservation."""
    hand_out_rule(cast)
    row = given_whole(cast, case)
    first = row.documents.given().first()
    secret = provision("OSL-23-2-st1")
    values = {"documents": [first], "provision": secret, "bound": bound}
    request.reserve(row, by=cast.lena, **values)
    row = handed_over(row, cast.lena)
    document.let_go(row, by=cast.jonas)
    return fresh(row)


def reservation_decided(cast, case):
    row = reserved(cast, case)
    words = {"prohibition": MAY_NOT, "reasons": "Eleven kan pekas ut."}
    request.decide_reservation(row, by=cast.bo, **words)
    return fresh(row)


def decided_of_no_case(cast):
    """Nothing there is that was asked for: refused, and decided on."""
    hand_out_rule(cast)
    row = waiting(cast, "answered")
    request.ask_for_decision(row, by=cast.lena)
    row = fresh(row)
    request.decide_hand_out(row, by=cast.bo, outcome="refused", reasons="Skälen.")
    return fresh(row)


def appealed(cast, status="to_try"):
    """An appeal that has come so far, of a hand-out that is of no case."""
    row = decided_of_no_case(cast)
    if status != "to_try":
        request.serve_hand_out_decision(row, by=cast.lena, served_at=acting.now())
    values = {"received_at": acting.now(), "appellant": "En som begär"}
    values["made"] = row.decisions.get()
    one = request.register_hand_out_appeal(fresh(row), by=cast.lena, **values)
    row = fresh(row)
    if status == "at_court":
        handed = {"court": "Kammarrätten", "handed_over_at": acting.now()}
        request.hand_over_hand_out_appeal(row, by=cast.lena, appeal=one, **handed)
    return row


def tariff_by_two(cast, **terms):
    row = DisclosureTariff.objects.filter(authority=cast.gsn).first()
    row = row or DisclosureTariff(authority=cast.gsn, basis="KF 2026-01-20 § 4")
    confirm(proposed(row, cast.lena, **terms), by=cast.karin)
    return DisclosureTariff.objects.get(authority=cast.gsn)


def handed_out_and_decided(cast, case):
    """Masked in part: there is a file, and a decision on what is masked."""
    hand_out_rule(cast, cast.karin)
    row = delivered(cast, asked_for(cast, case))
    request.ask_for_decision(fresh(row), by=cast.lena)
    row = fresh(row)
    request.decide_hand_out(row, by=cast.karin, outcome="refused", reasons="Skälen.")
    return fresh(row)
