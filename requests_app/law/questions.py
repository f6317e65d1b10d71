"""What the answers to the law's questions forbid, and what they leave open."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.catalogue.tree import AskedWhen, Node
from requests_app.law.case import Facts, Obstacle

# Open points of law (legal.md 8), as the authority's settings name them.
ABROAD = "silence_reaches_abroad"
DUMPS = "dumps_are_technical"
INTEREST = "N7.10-2a.interest"
# Whoever asks for official documents need not say who they are (TF 2:18), and is
# refused for secrecy alone (TF 2:2), whatever the tree of the review asks.
OF_ACCESS = ("N0", "N2", "N5.patient")


def open_questions(facts: Facts) -> list[Obstacle]:
    questions = [row for row in facts.questions if _counts(facts, row)]
    obstacles = [
        *(row for question in questions for row in _of_question(facts, question)),
        *_transfer_obstacles(facts),
        *_demanded(facts),
        *_weighed(facts),
        *_employed(facts),
        *_unsettled(facts),
    ]
    unsettled = facts.needs_reliance and facts.reliance != "valid"
    if unsettled and all(row.rule != "N2" for row in obstacles):
        # Revoked after it was answered: what counts is how it stands now.
        obstacles.append(Obstacle("N2", _reliance(facts)))
    return obstacles


def _counts(facts: Facts, question: Node) -> bool:
    if question.code in OF_ACCESS and not facts.is_of_access:
        return False
    return facts.is_asked(question.asked)


def _of_question(facts: Facts, question: Node) -> Iterator[Obstacle]:
    words = {"question": question.question}
    answer = facts.answers.get(question.code)
    if not answer:
        text = _("Not answered: %(question)s")
        yield Obstacle(question.code, text % words, to_assess=True)
    elif question.passes and answer not in question.passes:
        yield Obstacle(question.code, _hinders(facts, question))
    elif question.code in facts.outdated:
        text = _("What is known has changed since it was answered: %(question)s")
        yield Obstacle(question.code, text % words, to_assess=True)
    if answer and question.code in facts.by_disqualified:
        text = _(
            "Whoever answered it has a conflict of interest, answer anew: %(question)s"
        )
        yield Obstacle(question.code, text % words, to_assess=True)
    if answer and question.code in facts.unreasoned:
        text = _("The answer lacks its reasons: %(question)s")
        yield Obstacle(question.code, text % words, to_assess=True)
    tested = {test.code for test in facts.tests if test.outcome and test.in_force}
    if untested := set(question.tests.get(answer or "", ())) - tested:
        text = _("%(question)s By your answer they are to be tested: %(codes)s.")
        codes = ", ".join(sorted(untested))
        text %= {**words, "codes": codes}
        yield Obstacle(question.code, text, to_assess=True)


def _demanded(facts: Facts) -> Iterator[Obstacle]:
    """What a foreign authority demands is tried as that, and as nothing else."""
    is_demand = facts.answers.get("N0.foreign") == "yes"
    if is_demand and not facts.is_foreign_demand:
        text = _(
            "A demand by a foreign authority lies behind the request: change what is"
            " asked for, so that it is tried by OSL 8:3."
        )
        yield Obstacle("N0.foreign", text)


def _weighed(facts: Facts) -> Iterator[Obstacle]:
    """What the circumstances can't come to under OSL 10:2 a."""
    if not facts.is_asked(AskedWhen.TECHNICAL) or facts.asks_once:
        return
    factors = {row.code for row in facts.questions if row.is_factor} - {INTEREST}
    weights = {facts.answers.get(code) for code in factors}
    if facts.answers.get(INTEREST) == "against":
        text = _(
            "The recipient has an interest of its own in the information: then it is"
            " unsuitable to disclose it for technical processing only (OSL 10:2 a)."
        )
        yield Obstacle(INTEREST, text)
    elif weights == {"against"}:
        text = _(
            "Every circumstance speaks against a disclosure: then it is unsuitable (OSL"
            " 10:2 a)."
        )
        yield Obstacle("N7.10-2a.suitable", text)


def _employed(facts: Facts) -> Iterator[Obstacle]:
    """A company that the request names is not the provider because somebody answers
    so (EDPB guidelines 05/2021)."""
    is_itself = facts.answers.get("N9.entity") in ("provider", "provider_third")
    if (
        is_itself
        and facts.employer_is_another
        and facts.is_asked(AskedWhen.PERSONAL_DATA)
    ):
        text = _(
            "The request names another company than the provider of the register:"
            " answer whether it belongs to the group or is a subcontractor, or have the"
            " provider's name corrected."
        )
        yield Obstacle("N9.entity", text, to_assess=True)


def _transfer_obstacles(facts: Facts) -> Iterator[Obstacle]:
    """Only staff of the same legal entity can work abroad without a transfer (1.6), and
    only where that entity is not itself established there."""
    answers = {
        code: facts.answers.get(f"N9.{code}")
        for code in ("country", "entity", "transfer")
    }
    abroad = answers["country"] == "third" and answers["entity"] != "provider"
    is_transfer = abroad or answers["entity"] == "provider_third"
    is_relevant = facts.is_asked(AskedWhen.PERSONAL_DATA)
    if is_relevant and is_transfer and answers["transfer"] == "not_needed":
        text = _(
            "Access from a third country by another company than the provider itself,"
            " or by a company established there, is a transfer: it needs a ground (GDPR"
            " chapter V)."
        )
        yield Obstacle("N9.transfer", text)


def _unsettled(facts: Facts) -> Iterator[Obstacle]:
    """Open points of law count for disclosure only where the authority's lawyers have
    taken a stand."""
    if not facts.is_asked(AskedWhen.TECHNICAL) or facts.asks_once:
        return
    silence = facts.answers.get("N7.10-2a.silence")
    if silence == "for" and facts.is_abroad and ABROAD not in facts.settled:
        text = _(
            "The duty of silence can't speak for disclosure to somebody outside Sweden:"
            " the authority has not settled that it reaches there."
        )
        yield Obstacle("N7.10-2a.silence", text)
    technical = facts.answers.get("N7.10-2a.technical")
    is_dump = facts.answers.get("N4") == "dump"
    if is_dump and technical == "yes" and DUMPS not in facts.settled:
        text = _(
            "Reading a memory dump can't count as only technical processing: the"
            " authority has not settled that it does."
        )
        yield Obstacle("N7.10-2a.technical", text)


def _hinders(facts: Facts, question: Node) -> str:
    if question.code == "N2":
        return _reliance(facts)
    return _("The answer forbids a grant: %(question)s") % {
        "question": question.question
    }


RELIANCE = {
    "missing": gettext_lazy("missing"),
    "expired": gettext_lazy("expired"),
    "ended": gettext_lazy("without force, since the contract has ended"),
    "revoked": gettext_lazy("revoked"),
    "valid": gettext_lazy("answered before it was in force: save the assessment again"),
}


def _reliance(facts: Facts) -> str:
    words = {"state": RELIANCE[facts.reliance], "sets": ", ".join(facts.lacking)}
    if not facts.lacking:
        return _("The standing assessment is %(state)s.") % words
    return _("The standing assessment is %(state)s: %(sets)s.") % words
