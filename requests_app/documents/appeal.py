"""Whether a decision comes with a notice on how it is appealed.

A reservation can always be appealed by whomever it binds, and not handing out what was
asked for by whoever asked, where the request is one for an official document or the
authority answers by decisions in law (OSL 6:7, 6:8; FL 33, 43-45 §§). A decision open
to review of legality is for members of the municipality to have tried, not for the
recipient: no notice is due (FL 2 §), but the special rule of OSL goes before it. An
internal act under the contract is no decision, so nothing can be appealed.
"""

from requests_app.documents.as_decided import answer_to
from requests_app.models import Authority, Decision, Outcome

IS_TF = "N0.tf"
# Each denies something that somebody asked for.
AGAINST = (Outcome.REFUSED, Outcome.PARTIALLY_GRANTED, Outcome.DISMISSED)

LEGALITY = (
    "Beslutet kan laglighetsprövas enligt 13 kap. kommunallagen (2017:725). Tiden"
    " räknas från den dag då det tillkännagavs på anslagstavlan att protokollet med"
    " beslutet eller anmälan av det har justerats."
)


def may_be_appealed(decision: Decision) -> bool:
    """By the recipient, to the administrative court of appeal."""
    if decision.outcome == Outcome.GRANTED_WITH_RESERVATION:
        return True
    if decision.outcome not in AGAINST:
        return False
    is_tf = answer_to(IS_TF, decision) == "yes"
    return is_tf or decision.regime == Authority.Regime.FL_FULL


def remark(decision: Decision) -> str:
    """How the decision may be tried at the wish of others than its recipient."""
    is_open = decision.regime == Authority.Regime.KL_LEGALITY
    return LEGALITY if is_open and not may_be_appealed(decision) else ""
