"""What a recipient reads where reasons are left out: enough to appeal, and no provision
that may not be named to them."""

import itertools
import re
from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.case import ReasonedAnswer
from requests_app.cases.review.drafting.texts import RESERVED, for_recipient
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.core.models import Outcome
from requests_app.core.words.texts import cites
from tests.documents.drafting.examples import (
    BY_CODE,
    MAILBOX,
    SITE_CASE,
    answered,
    tried,
)

NAMED = ("e-postlådan O-17",)
SHARED = ("webbplatsen S-22", "teamet T-03")
GROUNDS = ("osl-10-2a", "osl-10-2", "osl-12-2", "osl-8-3", "none", "")
HIDDEN = [code for code, row in BY_CODE.items() if row["may_be_named"] == "no"]
OPEN = [code for code in BY_CODE if code not in HIDDEN]
# Words by which a hidden provision would be told without its number.
TELLING = re.compile(
    r"hot |hotad|våld|skyddad folkbok|fingerad|anmälan|anmält|visselblås|rapporter"
    r"|förundersök|säkerhetspröv|stridsåtgärd|rättstvist|Nato|försvar|incident"
    r"|granskning|utlänning",
    re.IGNORECASE,
)


def every_way(code):
    outcomes = [row for row in HarmTest.Outcome.values if row != "struck"]
    ways = itertools.product(
        outcomes, Outcome.values, (NAMED, SHARED), GROUNDS, (True, False)
    )
    for outcome, wanted, objects, ground, demand in ways:
        answers = {**SITE_CASE.answers, "N7": ReasonedAnswer(ground, "Skäl.")}
        yield replace(
            SITE_CASE,
            tests=(tried(code, outcome, "Kajsa lever under hot."),),
            outcome=wanted,
            answers=answers,
            request=replace(SITE_CASE.request, objects=objects),
            is_foreign_demand=demand,
        )


@pytest.mark.parametrize("code", HIDDEN)
def test_no_recipient_reads_of_a_provision_that_tells_something_by_its_name(code):
    for case in every_way(code):
        text = for_recipient(case)
        (test,) = case.tests
        assert not cites(text, test.citation), (code, case.outcome, text)
        assert not TELLING.search(text), (code, case.outcome, text)
        assert "Kajsa" not in text


@pytest.mark.parametrize("code", OPEN)
def test_what_may_be_named_is_named_in_the_words_of_the_statute(code):
    refused = replace(SITE_CASE, tests=(tried(code, "applies", "Kajsa."),))
    text = for_recipient(refused)
    assert cites(text, refused.tests[0].citation)
    assert "Sekretess hindrar därför att uppgifterna lämnas ut." in text
    assert "Kajsa" not in text


def test_in_the_case_at_hand_it_may_be_otherwise():
    threat = tried("OSL-21-3-st1", "applies")
    health = tried("OSL-21-1", "applies")
    told = replace(threat, may_be_named=True)
    hidden = replace(health, may_be_named=False)
    text = for_recipient(replace(SITE_CASE, tests=(told, hidden)))
    assert cites(text, threat.citation) and not cites(text, health.citation)


@pytest.mark.parametrize(
    ("code", "chapters", "protected"),
    [
        ("OSL-18-1", "15–20 kap.", "ett allmänt intresse"),
        ("OSL-21-3-st1", "21–40 kap.", "enskildas personliga eller ekonomiska"),
    ],
)
def test_of_what_may_not_be_named_the_part_of_the_act_is(code, chapters, protected):
    text = for_recipient(replace(SITE_CASE, tests=(tried(code, "applies"),)))
    assert f"{chapters} offentlighets- och sekretesslagen" in text
    assert protected in text and "kan inte anges utan att" in text


def test_a_landlords_refusal_of_documents_says_enough_to_be_appealed():
    """TF 2:15 and 19, OSL 26:11: the provision, its condition, and what follows."""
    case = replace(
        SITE_CASE,
        is_company=True,
        is_registered_as_tf=True,
        tests=(tried("OSL-26-11-st2", "applies", "Kajsa hyr av oss."),),
    )
    text = for_recipient(answered(case, N7=("none", "Skäl.")))
    for part in (
        "26 kap. 11 § andra stycket offentlighets- och sekretesslagen (2009:400)",
        "kommunal bostadsuthyrningsverksamhet",
        "lider men om uppgiften röjs",
        "En sådan följd kan antas.",
        "Det har inte kommit fram någon grund",
        "hindrar därför att uppgifterna lämnas ut",
    ):
        assert part in text, (part, text)
    assert "Kajsa" not in text


def test_a_refusal_says_why_the_ground_does_not_carry_it():
    text = for_recipient(SITE_CASE)
    for part in (
        "Förutsättningarna i 10 kap. 2 a § OSL är inte uppfyllda, eftersom åtgärden"
        " inte endast är teknisk bearbetning eller teknisk lagring och det är"
        " olämpligt att uppgifterna lämnas ut.",
        "Mot ett utlämnande talar uppgifternas art och mängd.",
    ):
        assert part in text, (part, text)


def test_whether_somebody_consented_is_not_told():
    answers = {
        **MAILBOX.answers,
        "N7": ReasonedAnswer("osl-12-2"),
        "N7.12-2.given": ReasonedAnswer("yes"),
        "N7.12-2.minor": ReasonedAnswer("adult"),
    }
    text = for_recipient(replace(MAILBOX, answers=answers))
    assert "amtyck" not in text and "12 kap." not in text
    refused = replace(MAILBOX, outcome=Outcome.REFUSED, minutes=None)
    text = for_recipient(answered(refused, **{"N7.12-2.given": ("no",)}))
    assert "amtyck" not in text and "12 kap." not in text


def test_a_reservation_that_no_ground_named_explains_is_told_all_the_same():
    """FL 32: a consent demands it, and another ground carries the rest."""
    tests = (
        replace(tried("OSL-25-1", "applies", "Skäl."), ground="osl-12-2"),
        replace(tried("OSL-18-8", "applies", "Skäl."), ground="osl-10-2a"),
    )
    answers = {**MAILBOX.answers, "N7": ReasonedAnswer("several", "Skäl.")}
    reserved = Outcome.GRANTED_WITH_RESERVATION
    case = replace(MAILBOX, tests=tests, answers=answers, outcome=reserved)
    assert f"(2009:400)). {RESERVED}" in for_recipient(case)
    by_harm = (tests[1], replace(tests[0], ground="osl-10-14"))
    assert RESERVED not in for_recipient(replace(case, tests=by_harm))
