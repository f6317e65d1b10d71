"""What the law lets nobody grant: pure rules over facts, asked before every proposal
and again before every decision (legal.md 1.2–1.8).

Nothing here reads the database, so that the rules can be tried on any combination.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.catalogue.tree import Node
from requests_app.law.case import Facts, IntendedDecision, Obstacle
from requests_app.models import HarmTest, Outcome, Provision, SecrecyReview
from requests_app.models.assessment import Ground
from requests_app.models.decision import GRANTS

HarmOutcome = HarmTest.Outcome
MOST_SERIOUS = 4
NOT_HINDERING = (HarmOutcome.DOES_NOT_APPLY, HarmOutcome.STRUCK)


# The outcome that the presumption of each test carries without reasons (1.4).
PRESUMED = {
    Provision.HarmTest.STRAIGHT: HarmOutcome.DOES_NOT_APPLY,
    Provision.HarmTest.QUALIFIED: HarmOutcome.DOES_NOT_APPLY,
    Provision.HarmTest.REVERSE: HarmOutcome.APPLIES,
    Provision.HarmTest.ABSOLUTE: HarmOutcome.APPLIES,
}


def needs_reasons(harm_test: str, outcome: str) -> bool:
    """Whoever departs from the law's presumption says why."""
    return outcome != PRESUMED[Provision.HarmTest(harm_test)]


def obstacles(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    """Why this outcome may not be decided on these facts; empty when it may."""
    if decision.outcome not in GRANTS:
        return _of_no_grant(decision)
    return [
        *_hard_stops(facts),
        *_open_questions(facts),
        *_untested(facts),
        *_grounds(facts, decision),
        *_terms(facts, decision),
    ]


def _of_no_grant(decision: IntendedDecision) -> list[Obstacle]:
    """A refusal carries no terms: they would look like a grant."""
    terms = (decision.ground, decision.minutes, decision.scope)
    if any(terms) or decision.conditions or decision.reservations:
        text = _("A ground, a length, a scope and conditions belong to a grant.")
        return [Obstacle("terms-without-grant", text)]
    return []


def _hard_stops(facts: Facts) -> list[Obstacle]:
    """Stops that no role can pass (1.3), and the freeze."""
    obstacles = []
    if facts.security_protection != SecrecyReview.SecurityProtection.NO:
        text = _(
            "It has not been answered no whether security-classified information"
            " can occur: answer that in the assessment first."
        )
        obstacles.append(Obstacle("N3", text))
    if facts.highest_class == MOST_SERIOUS:
        text = _(
            "An object holds information of class 4, which concerns Sweden's"
            " security: the request can not be granted. Stop the review."
        )
        obstacles.append(Obstacle("class-4", text))
    for test in facts.tests:
        if test.blocks_approval and test.outcome not in NOT_HINDERING:
            text = _(
                "%(provision)s: security protection must be settled"
                " first. Stop the review and call the security-protection"
                " manager, or strike the provision with reasons."
            )
            obstacles.append(Obstacle("blocks", text % {"provision": test.name}))
    for stop in facts.frozen:
        text = _("Approvals are stopped for %(scope)s.") % {"scope": stop}
        other = _("Approvals are stopped by another authority.")
        obstacles.append(Obstacle("freeze", text if stop else other))
    return obstacles


def _open_questions(facts: Facts) -> list[Obstacle]:
    obstacles = []
    for question in facts.questions:
        if not facts.is_asked(question.asked):
            continue
        answer = facts.answers.get(question.code)
        if not answer:
            text = _("Not answered: %(question)s") % {"question": question.question}
            obstacles.append(Obstacle(question.code, text))
        elif question.passes and answer not in question.passes:
            obstacles.append(Obstacle(question.code, _hinders(facts, question)))
        elif question.code in facts.outdated:
            text = _("What is known has changed since it was answered: %(question)s")
            text %= {"question": question.question}
            obstacles.append(Obstacle(question.code, text))
    if _transfers_without_ground(facts):
        text = _(
            "Access from a third country by another company than the provider itself"
            " is a transfer: it needs a ground (GDPR chapter V)."
        )
        obstacles.append(Obstacle("N9.transfer", text))
    if facts.reliance != "valid" and all(row.rule != "N2" for row in obstacles):
        # Revoked after it was answered: what counts is how it stands now.
        obstacles.append(Obstacle("N2", _reliance(facts)))
    return obstacles


def _transfers_without_ground(facts: Facts) -> bool:
    """Only staff of the same legal entity can work abroad without a transfer (1.6)."""
    engineer = {code: facts.answers.get(f"N9.{code}") for code in ("country", "entity")}
    return (
        facts.has_personal_data
        and engineer["country"] == "third"
        and engineer["entity"] != "provider"
        and facts.answers.get("N9.transfer") == "not_needed"
    )


def _hinders(facts: Facts, question: Node) -> str:
    if question.code == "N2":
        return _reliance(facts)
    return _("The answer forbids a grant: %(question)s") % {
        "question": question.question
    }


RELIANCE = {
    "missing": gettext_lazy("missing"),
    "expired": gettext_lazy("expired"),
    "revoked": gettext_lazy("revoked"),
    "valid": gettext_lazy("answered before it was in force: save the assessment again"),
}


def _reliance(facts: Facts) -> str:
    words = {"state": RELIANCE[facts.reliance], "sets": ", ".join(facts.lacking)}
    if not facts.lacking:
        return _("The standing assessment is %(state)s.") % words
    return _("The standing assessment is %(state)s: %(sets)s.") % words


def _untested(facts: Facts) -> list[Obstacle]:
    tested = {test.code for test in facts.tests if test.outcome and test.in_force}
    if not tested:
        text = _(
            "No secrecy provision has been tested: go back to the assessment and"
            " test at least one."
        )
        return [Obstacle("N5", text)]
    obstacles = [
        Obstacle("N6", _("%s: absolute secrecy applies or is struck.") % test.name)
        for test in facts.tests
        if test.harm_test == Provision.HarmTest.ABSOLUTE
        and test.outcome not in (HarmOutcome.APPLIES, HarmOutcome.STRUCK)
    ]
    obstacles += [
        Obstacle(
            "N5",
            _("%s: the version tested is no longer in force, assess anew.") % test.name,
        )
        for test in facts.tests
        if not test.in_force and test.outcome != HarmOutcome.STRUCK
    ]
    missing = [
        name for code, name in facts.proposed_codes.items() if code not in tested
    ]
    if missing:
        text = _(
            "Go back to the assessment and test, or strike with reasons, what"
            " the information sets name: %(provisions)s."
        )
        obstacles.append(Obstacle("N5", text % {"provisions": ", ".join(missing)}))
    return obstacles


def lawful_ground(facts: Facts, *, reserved: bool) -> str:
    """The one ground that carries a grant on these facts; empty when there is none."""
    if not facts.is_secret:
        return Ground.NOT_SECRET
    if facts.breaks:
        return facts.answers["N7"]
    if not facts.applies and reserved and facts.answers.get("N8") == "yes":
        return Ground.RESERVATION
    return ""


def _grounds(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    reserved = decision.outcome == Outcome.GRANTED_WITH_RESERVATION
    ground = lawful_ground(facts, reserved=reserved)
    if not ground and facts.applies:
        text = _("Secrecy applies and no ground breaks it: refuse the request.")
        return [Obstacle("N7", text)]
    if not ground:
        text = _(
            "A provision applies unless reserved: choose granted with"
            " reservation, and write the reservation (OSL 10:14)."
        )
        return [Obstacle("N8", text, "outcome")]
    if reserved and ground != Ground.RESERVATION:
        text = _(
            "A reservation is made only where it takes away a risk of harm that"
            " hinders: choose another outcome (OSL 10:14)."
        )
        return [Obstacle("reservation", text, "outcome")]
    if decision.ground != ground:
        text = _("The ground must be: %(ground)s.") % {"ground": Ground(ground).label}
        return [Obstacle("ground", text, "ground")]
    return []


def _terms(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    obstacles = []
    reserved = decision.outcome == Outcome.GRANTED_WITH_RESERVATION
    if reserved != bool(decision.reservations):
        text = _("Granting with reservation needs a reservation, and only that does.")
        obstacles.append(Obstacle("reservation", text, "outcome"))
    if not decision.minutes or decision.minutes < 1:
        text = _("Say for how many minutes access is granted.")
        obstacles.append(Obstacle("minutes", text, "granted_minutes"))
    elif facts.longest_minutes and decision.minutes > facts.longest_minutes:
        text = _(
            "The product allows at most %(minutes)s minutes: grant no more than that."
        )
        text %= {"minutes": facts.longest_minutes}
        obstacles.append(Obstacle("minutes", text, "granted_minutes"))
    if decision.outcome == Outcome.PARTIALLY_GRANTED and not decision.scope.strip():
        text = _("Say which part is granted.")
        obstacles.append(Obstacle("scope", text, "granted_scope"))
    if facts.answers.get("N10") == "condition" and not _narrows(facts, decision):
        text = _("N10 says that conditions make the access narrower: give them.")
        obstacles.append(Obstacle("N10", text, "conditions"))
    return obstacles


def _narrows(facts: Facts, decision: IntendedDecision) -> bool:
    """A reservation limits what is done with the information, not the access."""
    limits = [
        minutes for minutes in (facts.asked_minutes, facts.longest_minutes) if minutes
    ]
    shorter = bool(limits and decision.minutes and decision.minutes < min(limits))
    partly = decision.outcome == Outcome.PARTIALLY_GRANTED
    return shorter or partly or bool(decision.conditions)
