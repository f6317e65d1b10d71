"""Each provision's own test in the statute's words, and how it came out."""

import re
from collections.abc import Iterable
from datetime import date

from requests_app.catalogue.provision_words import ProvisionWords, provision_words
from requests_app.documents.drafting.case import TriedProvision
from requests_app.documents.drafting.words import lowered, paragraph, sentence
from requests_app.models import HarmTest, Provision
from requests_app.words.phrases import listed

Outcome = HarmTest.Outcome
Kind = Provision.HarmTest

# How the paragraph puts its condition, and what is said when it is met or not.
DEGREES = {
    "": (
        "det kan antas att",
        "En sådan följd kan antas",
        "En sådan följd kan inte antas",
    ),
    "måste": (
        "det måste antas att",
        "En sådan följd måste antas",
        "Omständigheterna är inte sådana att en sådan följd måste antas",
    ),
    "särskild": (
        "det av särskild anledning kan antas att",
        "Det finns särskild anledning att anta en sådan följd",
        "Någon särskild anledning att anta en sådan följd finns inte",
    ),
}
NOT_CLEAR = "Det står inte klart att uppgifterna kan röjas utan en sådan följd"
CLEAR = "Det står klart att uppgifterna kan röjas utan en sådan följd"
OF_PART = "I fråga om {} gäller följande{}."
WHY = "[Ange de omständigheter som gör att {}.]"
SHOW = "[Ange {}.]"
AGAINST = (
    "[Bestämmelsen gäller endast i förhållande till {}. Ange varför den tillämpas mot"
    " leverantören, eller stryk den.]"
)


# A paragraph or a point by its number alone, as the statute writes of its neighbours.
NEIGHBOURS = re.compile(
    r"(som (?:avses|anges) i (?:\d+(?:–\d+)?|§§?|och|första|andra|stycket|[ ,])+§§?)"
)
POINT = re.compile(r"(som avses i) (\d+) (?=för )")


def condition_of(provision: Provision) -> str:
    """When secrecy applies by it, as the paragraph says; not for absolute secrecy."""
    words = provision_words()[provision.code]
    also = f" och {words.also}" if words.also else ""
    return f"{_condition(words, provision.harm_test)}{also}"


def rule(citation: str, code: str, harm_test: str, valid_from: date | None) -> str:
    """What the paragraph says: where, for which information, on which condition."""
    stated = _stated(citation, code, harm_test, valid_from)
    return POINT.sub(r"\1 punkt \2 ", NEIGHBOURS.sub(r"\1 samma kapitel", stated))


def _stated(citation: str, code: str, harm_test: str, valid_from: date | None) -> str:
    words = provision_words()[code]
    if words.rule:
        return f"Enligt {citation} {words.rule}."
    scope = words.scope_in(valid_from)
    where = f" {scope}" if scope else ""
    begins = f"Enligt {citation} gäller sekretess{where} för {words.about}"
    if harm_test == Kind.ABSOLUTE:
        return f"{begins}. Någon skadeprövning ska inte göras."
    also = f" och {words.also}" if words.also else ""
    comma = ", endast" if words.only else ","
    return f"{begins}{comma} om {_condition(words, harm_test)}{also}."


def provision_paragraph(test: TriedProvision, *, states_rule: bool = True) -> str:
    """The paragraph's rule, the lawyer's words, and the conclusion."""
    own = _own_words(test)
    if test.outcome == Outcome.STRUCK:
        return paragraph([_struck([test]), *own])
    stated = rule(test.citation, test.code, test.harm_test, test.valid_from)
    if test.place:
        stated = stated if states_rule else ""
        by = "" if states_rule else f" enligt {test.citation}"
        own = [OF_PART.format(test.place, by), *own]
    if test.outcome == Outcome.DOES_NOT_APPLY:
        return paragraph([stated, *own, *_unmet(test)])
    return paragraph([stated, *own, *_gaps(test), *_met(test)])


def provision_paragraphs(tests: Iterable[TriedProvision]) -> list[str]:
    """A paragraph for each provision: first those that hinder, then those that do not,
    and those struck together."""
    rows = list(tests)
    hindering = [row for row in rows if row.hinders]
    unmet = [row for row in rows if row.outcome == Outcome.DOES_NOT_APPLY]
    struck = [row for row in rows if row.outcome == Outcome.STRUCK]
    with_words = [row for row in struck if row.place or any(_own_words(row))]
    bare = [row for row in struck if row not in with_words]
    paragraphs, stated = [], set()
    for row in (*hindering, *unmet):
        states_rule = row.code not in stated
        paragraphs.append(provision_paragraph(row, states_rule=states_rule))
        stated.add(row.code)
    return [
        *paragraphs,
        paragraph([_struck(bare), *map(provision_paragraph, with_words)]),
    ]


def _struck(tests: list[TriedProvision]) -> str:
    """One in a sentence; several in a list, with the statute named once."""
    if len(tests) == 1:
        (test,) = tests
        where = f" i fråga om {test.place}" if test.place else ""
        named = f"{test.citation} ({_title(test)})"
        return f"Bestämmelsen i {named} är inte tillämplig{where}."
    named = listed(
        f"{row.citation.removesuffix(' OSL')} ({_title(row)})" for row in tests
    )
    return f"Följande bestämmelser i OSL är inte tillämpliga: {named}." if named else ""


def _title(test: TriedProvision) -> str:
    return lowered(test.title).replace(" (", ", ").replace(")", "")


def _condition(words: ProvisionWords, harm_test: str) -> str:
    if words.condition:
        return words.condition
    if harm_test == Kind.REVERSE:
        return f"det inte står klart att uppgiften kan röjas utan att {words.harm}"
    assumed, _met, _unmet = DEGREES[words.degree]
    return f"{assumed} {words.harm} om uppgiften röjs"


def _own_words(test: TriedProvision) -> list[str]:
    sentences = []
    if test.facts_for.strip():
        sentences += ["För sekretess talar följande.", sentence(test.facts_for)]
    if test.facts_against.strip():
        sentences += ["Mot sekretess talar följande.", sentence(test.facts_against)]
    return [*sentences, sentence(test.reasons)]


def _gaps(test: TriedProvision) -> list[str]:
    """What the statute asks for beside the harm, and nobody has accounted for."""
    words = provision_words()[test.code]
    if words.against:
        return [AGAINST.format(words.against)]
    return [SHOW.format(words.show)] if words.show and not test.reasons.strip() else []


def _met(test: TriedProvision) -> list[str]:
    if test.harm_test == Kind.ABSOLUTE:
        return [conclusion(test)]
    words = provision_words()[test.code]
    is_explained = not (test.harm_test == Kind.REVERSE or words.against)
    why = _why(test, "det kan antas") if is_explained else []
    return [*why, conclusion(test)]


def conclusion(test: TriedProvision) -> str:
    """What follows where the provision gives secrecy."""
    if test.harm_test == Kind.ABSOLUTE:
        return "Uppgifterna är därför sekretessbelagda."
    words = provision_words()[test.code]
    is_presumed = test.harm_test == Kind.REVERSE
    met = words.met or (NOT_CLEAR if is_presumed else DEGREES[words.degree][1])
    if test.outcome == Outcome.UNLESS_RESERVED:
        reserved = "om det inte ställs upp ett förbehåll som begränsar mottagarens rätt"
        passed_on = "att lämna uppgifterna vidare eller utnyttja dem"
        return f"{met}, {reserved} {passed_on}."
    return f"{met}. Uppgifterna är därför sekretessbelagda."


def _unmet(test: TriedProvision) -> list[str]:
    is_reverse = test.harm_test == Kind.REVERSE
    words = provision_words()[test.code]
    unmet = words.unmet or (CLEAR if is_reverse else DEGREES[words.degree][2])
    why = _why(test, "det står klart") if is_reverse else []
    return [*why, f"{unmet}. Sekretess gäller därför inte enligt bestämmelsen."]


def _why(test: TriedProvision, conclusion: str) -> list[str]:
    """Whoever departs from the presumption of the test says on what."""
    accounted = test.reasons.strip() or test.facts_for.strip()
    return [] if accounted else [WHY.format(conclusion)]
