"""The ground that carries a grant, tested for each provision that gives secrecy.

A ground breaks only the secrecy that the statute lets it break: what that is stands
with the provision (OSL 7:3, 10:2, 10:2 a, 10:14, 12:2–3).
"""

from django.utils.translation import gettext as _

from requests_app.law.case import (
    NO_GROUND,
    Facts,
    HarmOutcome,
    IntendedDecision,
    Obstacle,
    Test,
)
from requests_app.models import Outcome, Provision, SecrecyReview
from requests_app.models.assessment import Ground

# Processing that would breach the data protection regulation: nothing makes it lawful.
UNLAWFUL_PROCESSING = "OSL-21-7"


def grounds_for(provision: Provision, review: SecrecyReview) -> tuple[str, ...]:
    """What can break the secrecy by this provision, as the authority holds the law. A
    foreign authority is given what OSL 8:3 lets it have, and what somebody has
    consented to; chapter 10 is of others."""
    if review.matter == SecrecyReview.Matter.FOREIGN_DEMAND:
        consent = [name for name in provision.lifted_by if name == Ground.CONSENT]
        nothing_does = not (provision.lifted_by or provision.lifted_if_settled)
        return () if nothing_does else (Ground.FOREIGN, *consent)
    yields = review.authority.tender_secrecy_yields
    settled = provision.lifted_if_settled if yields else []
    return (*provision.lifted_by, *settled)


def carried_by(facts: Facts, test: Test, *, reserved: bool) -> str:
    """What carries the disclosure past this provision; empty where nothing does."""
    if facts.breaks(test):
        return facts.ground_of(test)
    chosen = facts.asks_once or test.ground == Ground.RESERVATION
    can_be_reserved = (
        test.outcome == HarmOutcome.UNLESS_RESERVED
        and Ground.RESERVATION in test.lifted_by
        and facts.answers.get("N8") == "yes"
    )
    return Ground.RESERVATION if reserved and chosen and can_be_reserved else ""


def lawful_ground(facts: Facts, *, reserved: bool) -> str:
    """What carries a grant; empty where past some provision nothing does."""
    if not facts.is_secret:
        return Ground.NOT_SECRET
    grounds = {
        carried_by(facts, test, reserved=reserved and _takes(facts, test))
        for test in facts.hindering
    }
    if "" in grounds:
        return ""
    return grounds.pop() if len(grounds) == 1 else Ground.SEVERAL


def _takes(facts: Facts, test: Test) -> bool:
    """With one ground for all, a reservation helps only where it helps with all."""
    return not facts.asks_once or facts.only_reservation_helps


def demands_reservation(facts: Facts) -> bool:
    """Does only a reservation lead past a provision, or does a consent demand it?"""
    by_harm = any(
        test.outcome == HarmOutcome.UNLESS_RESERVED and not facts.breaks(test)
        for test in facts.hindering
    )
    return by_harm or _consent_demands(facts)


def _consent_demands(facts: Facts) -> bool:
    demands = facts.consent_demands or facts.answers.get("N7.12-2.reserved") == "yes"
    return Ground.CONSENT in facts.chosen_grounds and demands


def ground_obstacles(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    reserved = decision.outcome == Outcome.GRANTED_WITH_RESERVATION
    obstacles = [*_misplaced(facts), *_unlawful(facts), *_unrecorded(facts)]
    ground = lawful_ground(facts, reserved=reserved)
    if not ground:
        return obstacles + _groundless(facts, reserved=reserved)
    if reserved != demands_reservation(facts):
        return [*obstacles, _wrong_outcome(reserved)]
    if decision.ground != ground:
        text = _("The ground must be: %(ground)s.") % {"ground": Ground(ground).label}
        return [*obstacles, Obstacle("ground", text, "ground")]
    return obstacles


def _groundless(facts: Facts, *, reserved: bool) -> list[Obstacle]:
    bare = [
        test
        for test in facts.hindering
        if not carried_by(facts, test, reserved=reserved and _takes(facts, test))
    ]
    by_reservation = all(_waits_for_reservation(facts, test) for test in bare)
    if by_reservation and not reserved:
        text = _(
            "A provision applies unless reserved: choose granted with"
            " reservation, and write the reservation (OSL 10:14)."
        )
        return [Obstacle("N8", text, "outcome")]
    return [_no_ground(facts, test) for test in bare]


def _waits_for_reservation(facts: Facts, test: Test) -> bool:
    chosen = facts.asks_once or test.ground == Ground.RESERVATION
    return (
        chosen
        and facts.only_reservation_helps
        and test.outcome == HarmOutcome.UNLESS_RESERVED
        and facts.answers.get("N8") == "yes"
    )


def _no_ground(facts: Facts, test: Test) -> Obstacle:
    ground = facts.ground_of(test)
    words = {"provision": test.name, "ground": ground}
    by_reservation = facts.asks_once or ground == Ground.RESERVATION
    if by_reservation and test.outcome == HarmOutcome.UNLESS_RESERVED:
        text = _(
            "%(provision)s: it is not answered that a reservation takes the risk away."
        )
        return Obstacle("N8", text % words)
    if not ground:
        text = _("%(provision)s: secrecy applies, and no ground has been chosen.")
        return Obstacle("N7", text % words, to_assess=True)
    if ground in (NO_GROUND, Ground.RESERVATION):
        return Obstacle("N7", (_of_part() if facts.parts else _of_all()) % words)
    if ground == Ground.CONSENT and test.protects == Provision.Protects.PUBLIC:
        text = _(
            "%(provision)s protects the public interest, which nobody's consent lifts"
            " (OSL 12:2): no ground breaks it."
        )
        return Obstacle("N7", text % words)
    text = _("%(provision)s: the ground chosen does not break this secrecy.")
    return Obstacle("N7", text % words)


def _of_all() -> str:
    return _(
        "%(provision)s: secrecy applies and no ground breaks it: refuse, or test the"
        " parts by themselves."
    )


def _of_part() -> str:
    return _(
        "%(provision)s: secrecy applies and no ground breaks it: refuse, or grant the"
        " other parts."
    )


def _wrong_outcome(reserved: bool) -> Obstacle:
    if reserved:
        text = _(
            "A reservation is made only where it takes away a risk of harm that"
            " hinders, or where a consent demands it: choose another outcome (OSL"
            " 10:14, 12:2)."
        )
    else:
        text = _(
            "The consent is given on condition of a reservation: choose granted with"
            " reservation, and write it (OSL 12:2 second paragraph)."
        )
    return Obstacle("reservation", text, "outcome")


def _misplaced(facts: Facts) -> list[Obstacle]:
    """Secrecy that holds against one person is no secrecy against the provider."""
    text = _(
        "%s holds only against one person, not against the provider: test what protects"
        " the information against others, and strike this."
    )
    return [
        Obstacle("N6", text % test.name)
        for test in facts.hindering
        if test.works_against != Provision.WorksAgainst.EVERYONE
    ]


def _unlawful(facts: Facts) -> list[Obstacle]:
    text = _(
        "%s applies: the processing would breach the data protection regulation, and"
        " nothing makes it lawful. Refuse the request."
    )
    return [
        Obstacle("N9", text % test.name)
        for test in facts.hindering
        if test.code == UNLAWFUL_PROCESSING
    ]


def _unrecorded(facts: Facts) -> list[Obstacle]:
    """The answer that there is a consent points at its record."""
    text = _("%s: no consent that stands is recorded in the case.")
    return [
        Obstacle("consent", text % test.name)
        for test in facts.hindering
        if not facts.asks_once
        and facts.ground_of(test) == Ground.CONSENT
        and not test.has_consent
    ]
