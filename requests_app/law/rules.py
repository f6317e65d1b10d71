"""What the law lets nobody grant: pure rules over facts, asked before every proposal
and again before every decision (legal.md 1.2–1.8).

Nothing here reads the database, so that the rules can be tried on any combination.
"""

from django.utils.translation import gettext as _

from requests_app.law.case import Facts, IntendedDecision, Obstacle, Test
from requests_app.law.grounds import ground_obstacles
from requests_app.law.parts import (
    given,
    is_tested_in_each_part,
    of_parts,
    of_what_is_open,
)
from requests_app.law.questions import open_questions
from requests_app.models import Authority, HarmTest, Outcome, Provision, SecrecyReview
from requests_app.models.outcome import GRANTS

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
        return [
            *_of_no_grant(decision),
            *_of_unknown(facts, decision),
            *_of_what_is_repealed(facts, decision),
            *of_what_is_open(facts, decision),
        ]
    part = given(facts, decision.outcome)
    return [
        *_of_promise(facts),
        *_hard_stops(facts),
        *of_parts(facts),
        *open_questions(part),
        *_untested(facts),
        *ground_obstacles(part, decision),
        *_terms(facts, decision),
    ]


def _of_no_grant(decision: IntendedDecision) -> list[Obstacle]:
    """A refusal carries no terms: they would look like a grant."""
    terms = (decision.ground, decision.minutes, decision.scope)
    if any(terms) or decision.conditions or decision.reservations:
        text = _("A ground, a length, a scope and conditions belong to a grant.")
        return [Obstacle("terms-without-grant", text)]
    return []


def _of_unknown(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    """Whoever asks for official documents need not say who they are (TF 2:18)."""
    unproven = facts.answers.get("N0") == "no" and not facts.is_of_access
    if decision.outcome != Outcome.DISMISSED or not unproven:
        return []
    text = _(
        "A request for official documents can not be dismissed because it is not known"
        " who asks (TF 2:18): hand out what is not secret, and refuse the rest."
    )
    return [Obstacle("anonymous", text, "outcome")]


def _of_what_is_repealed(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    """A refusal rests on the law as it is: on no secrecy that has ceased since."""
    if decision.outcome != Outcome.REFUSED:
        return []
    return [row for test, row in _repealed(facts) if test.outcome not in NOT_HINDERING]


def _repealed(facts: Facts) -> list[tuple[Test, Obstacle]]:
    """Each provision that was tested in a version that is no longer in force."""
    text = _("%s: the version tested is no longer in force, assess anew.")
    return [
        (test, Obstacle("N5", text % test.name, to_assess=True))
        for test in facts.tests
        if not test.in_force and test.outcome != HarmOutcome.STRUCK
    ]


def _of_promise(facts: Facts) -> list[Obstacle]:
    """Where nobody asks the authority there is nothing to grant (documents are another
    matter: they are asked of the authority)."""
    if facts.has_approval or not facts.is_of_access:
        return []
    text = _(
        "No approval exists for this product: nobody waits for an answer, and nothing"
        " can be granted. Decide what is to be done about what is known."
    )
    return [Obstacle("no-approval", text, "outcome")]


def _hard_stops(facts: Facts) -> list[Obstacle]:
    """Stops that no role can pass (1.3), and the freeze of access."""
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
                "%(provision)s: protective security must be settled"
                " first. Stop the review and call the protective-security"
                " manager, or strike the provision with reasons."
            )
            obstacles.append(Obstacle("blocks", text % {"provision": test.name}))
    for stop in facts.frozen:
        text = _("Approvals are stopped for %(scope)s.") % {"scope": stop}
        other = _("Approvals are stopped by another authority.")
        obstacles.append(Obstacle("freeze", text if stop else other))
    return obstacles


def _untested(facts: Facts) -> list[Obstacle]:
    tested = {test.code for test in facts.tests if test.outcome and test.in_force}
    repealed = [row for _test, row in _repealed(facts)]
    if not tested and not repealed:
        text = _(
            "No secrecy provision has been tested: go back to the assessment and"
            " test at least one."
        )
        return [Obstacle("N5", text, to_assess=True)]
    absolute = _("%s: absolute secrecy applies, or does not come into question.")
    obstacles = repealed + [
        Obstacle("N6", absolute % test.name)
        for test in facts.tests
        if test.harm_test == Provision.HarmTest.ABSOLUTE
        and test.outcome not in (HarmOutcome.APPLIES, HarmOutcome.STRUCK)
    ]
    obstacles += [
        Obstacle(
            "N5",
            _("%s: whoever tested it has a conflict of interest, test anew.")
            % test.name,
            to_assess=True,
        )
        for test in facts.tests
        if test.in_force and test.code in facts.by_disqualified
    ]
    missing = [
        name
        for code, name in facts.proposed_codes.items()
        if code not in tested or not is_tested_in_each_part(facts, code)
    ]
    if missing:
        text = _(
            "Go back to the assessment and test, or strike with reasons, what"
            " the information sets name: %(provisions)s."
        )
        text %= {"provisions": ", ".join(missing)}
        obstacles.append(Obstacle("N5", text, to_assess=True))
    return obstacles


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
    if decision.conditions and not facts.is_of_access:
        text = _(
            "Official documents are handed out without conditions: only a reservation"
            " limits what is done with them (OSL 10:14)."
        )
        obstacles.append(Obstacle("conditions", text, "conditions"))
    if decision.outcome == Outcome.PARTIALLY_GRANTED and not decision.scope.strip():
        text = _("Say which part is granted.")
        obstacles.append(Obstacle("scope", text, "granted_scope"))
    by_conditions = facts.is_of_access and facts.answers.get("N10") == "condition"
    if by_conditions and not _narrows(facts, decision):
        text = _("N10 says that conditions make the access narrower: give them.")
        obstacles.append(Obstacle("N10", text, "conditions"))
    return obstacles


def _narrows(facts: Facts, decision: IntendedDecision) -> bool:
    """A reservation limits what is done with the information, not the access. An
    extension is shorter only where all of it is."""
    total = facts.asked_minutes and facts.asked_minutes + facts.minutes_beside
    limits = [minutes for minutes in (total, facts.longest_minutes) if minutes]
    granted = decision.minutes and decision.minutes + facts.minutes_beside
    shorter = bool(limits and granted and granted < min(limits))
    partly = decision.outcome == Outcome.PARTIALLY_GRANTED
    return shorter or partly or bool(decision.conditions)


def is_by_fl_37(regime: str, authority: Authority) -> bool:
    """Is the grant a decision in law of an authority under the Administrative Procedure
    Act? Else it is taken back on the same grounds, as what the authority itself or its
    contract has laid down."""
    is_in_law = regime == Authority.Regime.FL_FULL
    return is_in_law and authority.kind == Authority.Kind.BOARD
