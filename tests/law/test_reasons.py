"""Reasons are given, unless leaving them out has been tried in words (FL 32, OSL 10:3).

FL 32, second paragraph: a statement of reasons may be left out, wholly or in part, if
2. an essential public or private interest requires that the decision is told at once;
3. it is *necessary* with regard to the security of the realm, the protection of
individuals' personal or economic circumstances, or another comparable circumstance.
OSL 10:3: what a party may not see is what is of *particular weight* not to reveal, and
then the authority tells the party of it in another way.
"""

import itertools

import pytest

from requests_app.cases.review.law import facts
from requests_app.cases.review.law.rules import (
    Naming,
    Omission,
    dismissal_obstacle,
    is_under_fl,
    named_as_a_rule,
    reasons_obstacles,
)
from requests_app.core.models import Outcome
from requests_app.core.words.texts import cites
from tests.law.cases import LOG, changed, facts_of

HEALTH = facts.Test(
    "OSL-25-1", "25 kap. 1 § OSL", "reverse", "applies", may_be_named=True
)
THREAT = facts.Test(
    "OSL-21-3-st1", "21 kap. 3 § första stycket OSL", "qualified", "applies"
)
TRIED = Omission(
    "Sekretess enligt 21–40 kap. OSL hindrar det.",
    "individual",
    "It would tell of her.",
    "She could be found.",
    "That it is of a person.",
)


def fields(tests, outcome="refused", naming=None, omission=None, by_fl=True):
    naming = naming or Naming(named_as_a_rule(tests))
    rows = reasons_obstacles(tests, outcome, naming, omission, by_fl=by_fl)
    return [row.field for row in rows]


def test_all_reasons_are_given_without_a_word():
    assert fields([HEALTH]) == [] == fields([])


def test_what_tells_something_by_its_name_is_not_given_with_all_reasons():
    assert fields([HEALTH, THREAT]) == ["leaves_out"]
    assert fields([HEALTH, THREAT], omission=TRIED) == []


@pytest.mark.parametrize("outcome", ["dismissed", "struck_off"])
def test_where_nothing_was_tried_no_provision_is_named(outcome):
    assert fields([THREAT], outcome) == []


@pytest.mark.parametrize(
    ("genuine", "reasons", "stands"),
    [
        ("yes", "Samma begäran har redan prövats.", False),
        ("yes", "Den är ofullständig (20 § förvaltningslagen).", True),
        ("no", "Ärendet är okänt hos oss.", True),
    ],
)
def test_what_is_genuine_is_tried_unless_a_rule_says_otherwise(
    genuine, reasons, stands
):
    """A refusal settles nothing for good: the same may be asked for again."""
    known = facts_of(changed(LOG, {"N0": genuine}))
    assert (dismissal_obstacle(known, "dismissed", reasons) is None) == stands
    assert dismissal_obstacle(known, "refused", reasons) is None


def test_what_does_not_give_secrecy_tells_of_nobody():
    assert fields([THREAT._replace(outcome="does_not_apply")]) == []


def test_in_this_case_it_may_be_named_if_somebody_says_why():
    both = frozenset(["OSL-25-1", "OSL-21-3-st1"])
    assert fields([HEALTH, THREAT], naming=Naming(both)) == ["named_because"]
    explained = Naming(both, "The recipient has told us of it.")
    assert fields([HEALTH, THREAT], naming=explained) == []


def test_nor_may_what_is_named_as_a_rule_be_hidden_without_a_word():
    hidden = Naming(frozenset())
    assert "named_because" in fields([HEALTH], naming=hidden, omission=TRIED)
    explained = Naming(frozenset(), "The mailbox is one person's.")
    assert fields([HEALTH], naming=explained, omission=TRIED) == []


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("interest", "left_out_for"),
        ("because", "left_out_because"),
        ("weight", "left_out_weight"),
        ("instead", "told_instead"),
    ],
)
def test_each_question_of_leaving_out_has_words_of_its_own(name, field):
    untried = TRIED._replace(**{name: " "})
    assert fields([THREAT], omission=untried) == [field]
    party = field in ("left_out_weight", "told_instead")
    # Where nobody is a party by the act, what OSL 10:3 asks of one is not asked.
    assert fields([THREAT], omission=untried, by_fl=False) == [field] * (not party)


def test_where_there_is_no_time_to_write_only_why_is_asked():
    """FL 32, second paragraph, 2: nothing is hidden, the reasons come afterwards."""
    short = TRIED._replace(interest="at_once", weight="", instead="")
    assert fields([HEALTH], omission=short) == []
    assert fields([HEALTH], omission=short._replace(because="")) == ["left_out_because"]
    # What may not be named is hidden all the same, afterwards too.
    assert fields([THREAT], omission=short) == ["left_out_for"]
    unappealable = short._replace(text="Sekretess hindrar det.")
    assert fields([HEALTH], omission=unappealable) == ["motivation_for_recipient"]


def test_what_is_read_instead_names_no_hidden_provision():
    for text in (
        "Sekretess enligt 21 kap. 3 § OSL hindrar det.",
        "Sekretess enligt 21 kap. 3 § första stycket OSL hindrar det.",
        "Enligt 21 kap. 1, 3 och 3 a §§ OSL är de hemliga.",
        "Enligt OSL 21:3 är de hemliga.",
        "Enligt 21 kap.\n3 § OSL är de hemliga.",
    ):
        omission = TRIED._replace(text=text)
        assert fields([THREAT], omission=omission) == ["motivation_for_recipient"], text
    other = "Sekretess enligt 21 kap. 3 § tredje stycket och 3 a § OSL hindrar det."
    assert fields([THREAT], omission=TRIED._replace(text=other)) == []


@pytest.mark.parametrize("text", ["", "Sekretess hindrar att uppgifterna lämnas ut."])
def test_a_refusal_that_nobody_can_appeal_is_no_refusal(text):
    omission = TRIED._replace(text=text)
    for outcome in ("refused", "partially_granted"):
        assert fields([THREAT], outcome, omission=omission) == [
            "motivation_for_recipient"
        ]
    granted = fields([THREAT], "granted", omission=omission)
    assert granted == ["motivation_for_recipient"] * (not text)


def test_the_act_applies_to_boards_in_law_and_to_what_osl_lets_one_appeal():
    """FL 1–2 §§: not to companies, nor to what is tried for legality. Documents and
    reservations are appealed by OSL 6:7, whatever the rest is."""
    kinds, regimes = ("board", "company"), ("fl_full", "kl_legality", "internal")
    for kind, regime, outcome, is_tf in itertools.product(
        kinds, regimes, Outcome.values, (True, False)
    ):
        expected = kind == "board" and (
            regime == "fl_full" or is_tf or outcome == "granted_with_reservation"
        )
        assert is_under_fl(kind, regime, outcome, is_tf=is_tf) == expected


@pytest.mark.parametrize(
    ("text", "citation", "is_cited"),
    [
        ("21 kap. 3 § OSL", "21 kap. 3 a § OSL", False),
        ("21 kap. 3 a § OSL", "21 kap. 3 § första stycket OSL", False),
        ("23 kap. 2 § tredje stycket", "23 kap. 2 § första stycket OSL", False),
        ("23 kap. 2 § första och tredje stycket", "23 kap. 2 § tredje stycket", True),
        ("121 kap. 3 § OSL", "21 kap. 3 § OSL", False),
        ("OSL 23:2 st 3", "23 kap. 2 § tredje stycket OSL", True),
        ("klockan 21:35", "21 kap. 3 § OSL", False),
        ("18 kap. 8 b § OSL", "18 kap. 8 § OSL", False),
        ("18 kap. 8 § och beslut", "18 kap. 8 b § OSL", False),
    ],
)
def test_a_citation_is_read_as_lawyers_write_it(text, citation, is_cited):
    assert cites(text, citation) == is_cited
