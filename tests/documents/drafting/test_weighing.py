"""What speaks for and against is one text for each side, and as full as one for each
factor was."""

import itertools

import pytest

from requests_app.cases.review.drafting.case import ReasonedAnswer
from requests_app.cases.review.drafting.secrecy import (
    CLAUSES,
    TECHNICAL_FACTORS,
    of_side,
)
from requests_app.cases.review.drafting.texts import internal
from requests_app.cases.review.law.tree import tree
from tests.documents.drafting.examples import MAILBOX, answered, grammatical
from tests.law import statute

SIDES = ("for", "against")
WEIGHED = {
    "data": "against",
    "strength": "against",
    "persons": "for",
    "silence": "for",
    "alternatives": "for",
    "encryption": "neutral",
}


def weighing(**weights):
    return {f"N7.10-2a.{name}": ReasonedAnswer(row) for name, row in weights.items()}


def test_every_factor_of_the_law_has_words_for_each_side():
    asked = {
        node.code.removeprefix("N7.10-2a.")
        for node in tree("2026-4").nodes
        if node.is_factor
    }
    assert asked == set(CLAUSES) == set(TECHNICAL_FACTORS) == set(statute.FACTORS)
    words = [clause for clauses in CLAUSES.values() for clause in clauses]
    assert len(set(words)) == 2 * len(asked)
    assert all(clause.startswith("att ") for clause in words)


@pytest.mark.parametrize("side", SIDES)
def test_any_choice_of_factors_is_one_sentence(side):
    for names in itertools.combinations(CLAUSES, 3):
        said = of_side(side, weighing(**dict.fromkeys(names, side)))
        grammatical(said)
        assert said.count(".") == 1 and said.count(" och att ") == 1
        for name in CLAUSES:
            clause = CLAUSES[name][SIDES.index(side)]
            assert (clause in said) == (name in names)


def test_what_speaks_neither_way_is_not_told():
    assert of_side("for", weighing(data="neutral", interest="against")) == ""


def test_the_words_for_a_factor_that_has_its_own_follow():
    answers = weighing(**WEIGHED)
    answers["N7.10-2a.persons"] = ReasonedAnswer("for", "en tekniker")
    assert of_side("for", answers).endswith(" utan åtkomst. En tekniker.")


def side_by_side(weights):
    """The same weighing with a text for each side, and as it was asked for each factor."""
    factors = {f"N7.10-2a.{name}": (weight,) for name, weight in weights.items()}
    blank = dict.fromkeys((f"N7.10-2a.{name}" for name in CLAUSES), None)
    together = {"N7.10-2a.suitable": ("not_unsuitable", "Skälen för väger tyngst.")}
    case = answered(MAILBOX, **blank, **together)
    sides = {
        f"N7.10-2a.{side}": ("weighed", of_side(side, weighing(**weights)))
        for side in SIDES
    }
    return internal(answered(case, **factors, **sides)), internal(
        answered(case, **factors)
    )


@pytest.mark.parametrize(
    "weights", [WEIGHED, {"interest": "for"}, dict.fromkeys(CLAUSES, "against")]
)
def test_it_says_no_less_than_a_text_for_each_factor(weights):
    """Each factor that speaks is named on its side, and nothing else has changed."""
    new, old = side_by_side(weights)
    grammatical(new)
    without = [
        [line for line in text.split(". ") if " ett utlämnande talar " not in line]
        for text in (new, old)
    ]
    assert without[0] == without[1]
    for side, opening in zip(SIDES, ("För", "Mot"), strict=True):
        spoken = [name for name, row in weights.items() if row == side]
        sentences = new.count(f"{opening} ett utlämnande talar att ")
        assert sentences == bool(spoken)
        assert all(CLAUSES[name][SIDES.index(side)] in new for name in spoken)
    assert len(new) >= len(old)


def test_what_somebody_has_written_stays_as_it_was_written():
    own = "Endast en tekniker, som sitter bredvid vår egen personal, ser e-postlådan."
    sides = {"N7.10-2a.for": ("weighed", own)}
    text = internal(answered(MAILBOX, **sides))
    assert own in text and "antalet personer" not in text
    assert "Mot ett utlämnande talar" in text
