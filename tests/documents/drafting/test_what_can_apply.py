"""What is said of grounds and of another request: only what can apply to the case."""

from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.case import written_out
from requests_app.cases.review.drafting.recipient import NEW_REQUEST
from requests_app.cases.review.drafting.texts import for_recipient, internal
from requests_app.core.models import Outcome
from tests.documents.drafting.examples import MAILBOX, SITE_CASE, answered, tried

REFUSED = replace(MAILBOX, outcome=Outcome.REFUSED, minutes=None)
BREACH = tried("OSL-21-7", "applies", "Skäl.")
CONSENT, TECHNICAL = "samtycke finns (12 kap. 2 § OSL)", "10 kap. 2 a §"
NECESSARY = "nödvändigt för myndighetens verksamhet"


def barred(*tests, **more):
    """No ground breaks the secrecy."""
    case = answered(REFUSED, N7=("none", "Ingen grund finns."))
    return internal(replace(case, tests=tests, **more))


def test_consent_is_spoken_of_where_a_person_could_have_given_it():
    assert CONSENT in barred(tried("OSL-23-2-st1", "applies", "Skäl."))
    for code in ("OSL-21-7", "OSL-15-2", "OSL-19-6"):
        text = barred(tried(code, "applies", "Skäl."))
        assert CONSENT not in text and TECHNICAL in text, code


def test_who_asks_for_official_documents_neither_works_for_the_authority_nor_serves_it():
    text = barred(tried("OSL-23-2-st1", "applies", "Skäl."), is_registered_as_tf=True)
    assert TECHNICAL not in text and NECESSARY not in text and "samtycke finns" in text


def test_a_breach_of_the_regulation_is_not_followed_by_that_nothing_hinders():
    granted = replace(MAILBOX, tests=(*MAILBOX.tests, BREACH))
    assert "Hinder enligt dataskyddsförordningen finns inte" not in internal(granted)


def test_a_refusal_for_something_else_does_not_say_that_the_regulation_is_met():
    text = barred(tried("OSL-23-2-st1", "applies", "Skäl."))
    assert "Hinder enligt dataskyddsförordningen" not in text
    without = replace(REFUSED, has_personal_data=False, tests=())
    assert "Dataskyddsförordningen hindrar därför inte" not in internal(without)


def test_that_nobody_blew_a_whistle_is_never_said():
    """Said where it is so, its absence would tell of the others."""
    case = answered(MAILBOX, **{"N5.whistle": ("no", "Här finns ingen visselblåsare.")})
    assert "isselbl" not in internal(case) + for_recipient(case)


def test_what_hangs_on_a_guardian_who_cannot_consent_is_not_said():
    case = answered(
        REFUSED,
        **{
            "N7": ("osl-12-2", "Skäl."),
            "N7.12-2.given": ("yes", ""),
            "N7.12-2.minor": ("guardians", ""),
            "N7.12-2.detriment": ("yes", "Skäl."),
            "N7.12-2.together": ("not_needed", ""),
        },
    )
    text = internal(case)
    assert "som därför inte kan samtycka" in text
    assert "förfogar vårdnadshavaren ensam" not in text


def test_less_or_more_told_is_asked_for_where_it_could_help():
    assert NEW_REQUEST in for_recipient(SITE_CASE)
    unsuitable = answered(REFUSED, **{"N7.10-2a.suitable": ("unsuitable", "Skäl.")})
    assert NEW_REQUEST in for_recipient(unsuitable)


@pytest.mark.parametrize(
    "changed",
    [
        {"N5.whistle": ("tested", "Skäl.")},
        {"N7.10-2a.assignment": ("no", "Avtalet har löpt ut.")},
        {"breach": None},
    ],
    ids=["whistle-blowing", "no assignment", "21:7"],
)
def test_nobody_is_asked_to_apply_anew_where_it_could_not_help(changed):
    more = {name: answer for name, answer in changed.items() if answer}
    case = answered(SITE_CASE, **more)
    if "breach" in changed:
        case = replace(case, tests=(*case.tests, BREACH))
    assert NEW_REQUEST not in for_recipient(case)


def test_a_law_that_is_not_abbreviated_is_followed_by_no_comma():
    text = "Sekretess enligt 26 kap. 1 § OSL hindrar det."
    assert written_out(text, goes_on=False) == (
        "Sekretess enligt 26 kap. 1 § offentlighets- och sekretesslagen (2009:400)"
        " hindrar det."
    )
    assert written_out(text) == (
        "Sekretess enligt 26 kap. 1 § offentlighets- och sekretesslagen (2009:400),"
        " OSL, hindrar det."
    )
