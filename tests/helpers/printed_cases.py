"""Cases that have every kind of paper between them."""

from typing import Any

from requests_app.cases.review.law.facts import ConditionTerm, ReservationTerm
from requests_app.cases.review.steps import afterwards, decision, revocation
from tests.helpers.reasons import left_out
from tests.helpers.refusals import fresh
from tests.helpers.worlds import reused
from tests.workflow.test_parts import divided


@reused
def printed_cases(cast: Any) -> None:
    """Of each kind of paper one: a case in parts whose reasons are given afterwards,
    one with a reservation, and one that is revoked."""
    subject = divided(cast, tf="no")
    loud = {"conditions": [ConditionTerm("other", "Åtgärden loggas.")]}
    less = {"outcome": "partially_granted", "omission": left_out(), **loud}
    cast.propose(subject, **less)
    made = decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    awaited = {"made": made, "received_at": made.decided_at, "applicant": "Microsoft"}
    afterwards.ask_for_reasons(fresh(subject), by=cast.lena, **awaited)
    afterwards.give_reasons(fresh(subject), by=cast.bo, gives=True, text="Ja.")
    decision.correct(fresh(subject), by=cast.bo, text="Datumet rättas.")
    decision.translate(fresh(subject), by=cast.lena, text="Access is granted.")
    other = cast.assigned(number="EXSR2")
    tested = [cast.tested("OSL-23-2-st1", "applies_unless_reserved")]
    cast.assess(other, tested=tested, ground="none")
    bound = [ReservationTerm("Åsa Öström", "får inte röja uppgifterna.")]
    cast.propose(other, outcome="granted_with_reservation", reservations=bound)
    decision.decide(fresh(other), by=cast.bo, no_conflict=True)
    third = cast.answered(number="EXSR3")
    why = {"reason": "Den upphör.", "reason_for_recipient": "Den upphör."}
    revocation.revoke(fresh(third), by=cast.bo, ground="security", **why)
