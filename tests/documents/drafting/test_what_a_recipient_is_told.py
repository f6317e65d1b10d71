"""Which provisions a recipient may read of: a list written here, from the statutes.

Told may be a provision of an activity that everybody knows the authority has, where
secrecy is the law's presumption for everybody in it. Each other one tells something by
being named: of a threat, an informer, an investigation, a dispute, a security measure,
a whistle-blower, somebody singled out among others.
"""

import itertools
import re
from dataclasses import replace

import pytest

from requests_app.catalogue.provision_words import provision_words
from requests_app.documents.drafting.case import ReasonedAnswer
from requests_app.documents.drafting.recipient import RESERVED, for_recipient
from requests_app.models import HarmTest, Outcome
from tests.documents.drafting.examples import BY_CODE, MAILBOX, SITE_CASE, tried

MAY_BE_TOLD = {
    "23 kap. 1 §",  # preschool
    "25 kap. 1 §",  # health care
    "26 kap. 1 §",  # social services
    "29 kap. 6 §",  # mobility service
    "32 kap. 4 §",  # chief guardian
    "40 kap. 3 §",  # libraries
}
# Law that tells nothing of what is kept secret: grounds, and what a demand is tried by.
OTHER_LAW = {"8 kap. 3 §", "10 kap. 2 §", "10 kap. 2 a §", "10 kap. 14 §"}
CITED = re.compile(r"\d+ kap\. \d+(?: [a-z])? §")
NAMED = ("e-postlådan O-17",)
SHARED = ("webbplatsen S-22", "teamet T-03")
GROUNDS = ("osl-10-2a", "osl-10-2", "osl-12-2", "osl-8-3", "none", "")


@pytest.mark.parametrize("code", BY_CODE)
def test_no_recipient_reads_of_a_provision_outside_the_list(code):
    outcomes = [row for row in HarmTest.Outcome.values if row != "struck"]
    ways = itertools.product(
        outcomes, Outcome.values, (NAMED, SHARED), GROUNDS, (True, False)
    )
    for outcome, wanted, objects, ground, demand in ways:
        answers = {**SITE_CASE.answers, "N7": ReasonedAnswer(ground, "Skäl.")}
        case = replace(
            SITE_CASE,
            tests=(tried(code, outcome, "Skäl."),),
            outcome=wanted,
            answers=answers,
            request=replace(SITE_CASE.request, objects=objects),
            is_foreign_demand=demand,
        )
        cited = set(CITED.findall(for_recipient(case)))
        assert cited <= MAY_BE_TOLD | OTHER_LAW, (code, outcome, wanted, cited)


@pytest.mark.parametrize("codes", list(itertools.combinations(BY_CODE, 2))[::41])
def test_nor_of_one_among_others(codes):
    tests = tuple(tried(code, "applies", "Skäl.") for code in codes)
    cited = CITED.findall(for_recipient(replace(SITE_CASE, tests=tests)))
    assert set(cited) <= MAY_BE_TOLD | OTHER_LAW


def test_what_may_be_told_is_told():
    codes = [row for row, words in provision_words().items() if words.told_because]
    assert len(codes) == len(MAY_BE_TOLD)
    tests = tuple(tried(code, "applies") for code in codes)
    cited = CITED.findall(for_recipient(replace(SITE_CASE, tests=tests)))
    assert set(cited) == MAY_BE_TOLD


def test_whether_somebody_consented_is_not_told():
    answers = {
        **MAILBOX.answers,
        "N7": ReasonedAnswer("osl-12-2"),
        "N7.12-2.given": ReasonedAnswer("yes"),
        "N7.12-2.minor": ReasonedAnswer("adult"),
    }
    text = for_recipient(replace(MAILBOX, answers=answers))
    assert "amtyck" not in text and "12 kap." not in text


@pytest.mark.parametrize("code", BY_CODE)
def test_what_is_told_is_of_secrecy_that_the_law_presumes(code):
    words = provision_words()[code]
    if words.told_because:
        assert BY_CODE[code]["harm_test"] in ("reverse", "absolute")
        assert BY_CODE[code]["protects"] == "individual"


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
