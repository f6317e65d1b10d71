"""What a city's lawyer changed in two hundred generated drafts, each kind once."""

from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.texts import for_recipient, internal
from requests_app.core.models import Outcome
from tests.documents.drafting.examples import (
    MAILBOX,
    REFUSED,
    SITE_CASE,
    answered,
    tried,
)

CONSENT = answered(
    MAILBOX,
    N7=("osl-12-2", "Skäl."),
    **{"N7.12-2.given": ("yes",), "N7.12-2.minor": ("adult",)},
)
NOT_GRANTED = "Begäran kan därför inte bifallas."

# -- Secrecy ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("OSL-23-5-st1", "anges i 1–3 §§ samma kapitel"),
        ("OSL-25-7", "anges i 1 §, 2 § andra stycket och 3–5 §§ samma kapitel"),
        ("OSL-26-5", "anges i 1 och 4 §§ samma kapitel"),
        ("OSL-30-27-st1p2", "än som avses i punkt 1 för den"),
        ("OSL-31-16", "avses i 1 § första stycket, 2–4 och 12 §§ samma kapitel"),
        ("OSL-38-7-st1p2", "än som avses i punkt 1 för den"),
        ("OSL-39-2", "anges i 1 § samma kapitel"),
        ("OSL-39-3-st1", "avses i 1 och 2 §§ samma kapitel"),
    ],
)
def test_a_paragraph_that_another_refers_to_is_found(code, said):
    """In the statute it stands beside it; in a decision nobody knows of which chapter."""
    text = internal(replace(MAILBOX, tests=(tried(code, "does_not_apply", "Skäl."),)))
    assert said in text


def test_no_other_act_is_said_to_be_of_the_chapter():
    for code in ("OSL-23-1", "OSL-40-7g", "OSL-18-13a", "OSL-21-3a", "OSL-37-1"):
        text = internal(replace(MAILBOX, tests=(tried(code, "applies", "Skäl."),)))
        assert "samma kapitel" not in text


def test_without_the_assignment_nothing_is_said_of_what_the_measure_is():
    case = answered(
        REFUSED,
        **{
            "N7.10-2a.assignment": ("no", "Avtalet har löpt ut."),
            "N7.10-2a.technical": ("yes", "Ett fel rättas."),
        },
    )
    text = internal(case)
    assert (
        "Avtalet har löpt ut. Bestämmelsen i 10 kap. 2 a § OSL kan därför inte" in text
    )
    assert "endast teknisk bearbetning eller lagring." not in text
    both = answered(case, **{"N7.10-2a.technical": ("no", "Innehållet läses.")})
    assert "Åtgärden är inte endast teknisk bearbetning" in internal(both)


def test_without_a_consent_nothing_is_said_of_who_gave_it():
    refused = replace(CONSENT, outcome=Outcome.REFUSED, minutes=None)
    case = answered(
        refused,
        **{
            "N7.12-2.given": ("no", "Hon har sagt nej."),
            "N7.12-2.minor": ("guardians", "Eleven är tolv år."),
            "N7.12-2.detriment": ("no",),
        },
    )
    text = internal(case)
    assert "har inte samtyckt till utlämnandet. Hon har sagt nej." in text
    assert "vårdnadshavar" not in text and "tolv år" not in text


@pytest.mark.parametrize("minor", ["guardians", "child", "missing"])
def test_that_a_child_has_consented_is_not_said_of_others_consent(minor):
    text = internal(answered(CONSENT, **{"N7.12-2.minor": (minor,)}))
    assert "Samtycke till utlämnandet har lämnats." in text
    assert "Den som sekretessen skyddar har samtyckt" not in text
    assert "Den som sekretessen skyddar har samtyckt" in internal(CONSENT)


def test_of_several_provisions_those_are_named_that_bar():
    tests = (
        replace(tried("OSL-25-1", "applies", "Skäl."), ground="osl-10-2a"),
        replace(tried("OSL-40-6", "applies", "Skäl."), ground="osl-12-2"),
    )
    given = {"N7.12-2.given": ("no", "Nej.")}
    case = answered(replace(REFUSED, tests=tests), N7=("several", "Skäl."), **given)
    assert "Sekretessen enligt 40 kap. 6 § OSL hindrar därför att" in internal(case)
    both = answered(case, **{"N7.10-2a.assignment": ("no", "Nej.")})
    assert "Sekretessen hindrar därför att uppgifterna lämnas ut." in internal(both)


def test_where_nothing_breaks_one_of_them_the_others_keep_their_reasons():
    tests = (
        replace(tried("OSL-25-1", "applies", "Skäl."), ground="osl-10-2a"),
        replace(tried("OSL-26-1", "applies", "Skäl."), ground="none"),
    )
    case = answered(replace(REFUSED, tests=tests), N7=("none", "Inget bryter den."))
    text = internal(case)
    assert "I fråga om sekretessen enligt 25 kap. 1 § OSL gäller följande." in text
    assert "Microsoft har ett sådant uppdrag" in text
    assert "Sekretessen enligt 26 kap. 1 § OSL hindrar därför att" in text


def test_what_takes_a_reservation_is_not_said_to_be_free_without_one():
    """A refusal makes none; OSL 10:14 and 12:2 break the secrecy with one only."""
    free = "hindrar därför inte att uppgifterna lämnas ut"
    reserved = f"{free} med ett sådant förbehåll."
    refused = replace(CONSENT, outcome=Outcome.REFUSED, minutes=None)
    on_condition = answered(refused, **{"N7.12-2.reserved": ("yes",)})
    assert reserved in internal(on_condition)
    assert f"{free}." in internal(refused)
    tests = (
        replace(tried("OSL-25-1", "applies_unless_reserved"), ground="osl-10-14"),
        replace(tried("OSL-40-6", "applies", "Skäl."), ground="osl-10-2a"),
    )
    several = answered(
        replace(REFUSED, tests=tests), N7=("several", "Skäl."), N8=("yes", "Skäl.")
    )
    assert reserved in internal(several)
    granted = replace(several, outcome=Outcome.GRANTED_WITH_RESERVATION, minutes=120)
    assert f"{free}." in internal(granted)


def test_the_risk_that_a_reservation_removes_is_named_as_the_statute_does():
    """The harm of a provision on public interests is neither damage nor detriment."""
    tests = (tried("OSL-18-8", "applies_unless_reserved", "Skäl."),)
    case = replace(MAILBOX, tests=tests, outcome=Outcome.GRANTED_WITH_RESERVATION)
    text = for_recipient(answered(case, N8=("yes", "Skäl.")))
    assert "Risken för skada, men eller annan olägenhet undanröjs genom det" in text


# -- What follows ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers",
    [
        {"N5.transferred": ("untested",)},
        {"N5.patient": ("unmet",)},
        {"N5.whistle": ("unclear",)},
    ],
)
def test_what_is_not_known_of_the_information_leads_to_a_conclusion(answers):
    case = answered(REFUSED, **answers)
    assert internal(case).count(NOT_GRANTED) == 1
    assert NOT_GRANTED not in internal(REFUSED)


def test_several_things_that_bar_lead_to_one_conclusion():
    case = answered(
        replace(REFUSED, is_frozen=True), **{"N5.patient": ("unmet",)}, N1=("unknown",)
    )
    text = internal(case)
    assert text.count(NOT_GRANTED) == 1
    assert text.endswith(f"för närvarande stoppade. {NOT_GRANTED}")


def test_a_standing_assessment_that_has_fallen_leads_to_a_conclusion():
    tests = (tried("OSL-23-2-st1", "does_not_apply", "Skäl."),)
    case = replace(REFUSED, tests=tests, reliance="revoked")
    assert internal(case).endswith(f"är uppfyllda. {NOT_GRANTED}")


def test_a_foreign_demand_without_support_is_not_said_to_be_barred_by_nothing():
    demand = replace(REFUSED, is_foreign_demand=True)
    text = internal(demand)
    assert f"en sådan grund för kravet. {NOT_GRANTED}" in text
    assert "hindrar därför inte" not in text and "Hinder enligt" not in text
    supported = internal(replace(demand, treaty_ground="Avtalet om rättslig hjälp"))
    assert "hindrar därför inte" in supported and "Hinder enligt" not in supported


# -- Official documents ----------------------------------------------------------------


def test_each_ground_says_that_documents_are_handed_out():
    tests = (
        replace(tried("OSL-25-1", "applies", "Skäl."), ground="osl-10-2a"),
        replace(tried("OSL-26-1", "applies", "Skäl."), ground="osl-10-2"),
    )
    case = answered(
        replace(MAILBOX, tests=tests, is_registered_as_tf=True),
        N7=("several", "Skäl."),
        **{"N7.10-2.necessary": ("yes", "Skäl.")},
    )
    text = for_recipient(case)
    assert "I övrigt hindrar sekretess inte att handlingarna lämnas ut" in text
    assert "åtkomst" not in text


def test_that_nobody_knows_who_asks_for_documents_is_no_reason():
    dismissed = answered(
        replace(SITE_CASE, outcome=Outcome.DISMISSED), N0=("no", "Okänt ärende.")
    )
    documents = replace(dismissed, is_registered_as_tf=True)
    for write in (internal, for_recipient):
        assert "är äkta" in write(dismissed)
        assert write(documents) == "[Ange varför begäran inte kan prövas i sak.]"


@pytest.mark.parametrize(
    ("together", "said"),
    [
        ("not_needed", "förfogar vårdnadshavaren ensam över sekretessen."),
        (
            "given",
            "att även den underårige samtycker, och det har den underårige gjort.",
        ),
        ("missing", "att även den underårige samtycker, men det samtycket saknas."),
    ],
)
def test_whether_a_minor_consents_beside_the_guardian_is_said(together, said):
    """OSL 12:3 second paragraph."""
    answers = {
        "N7.12-2.minor": ("guardians", "Eleven är sexton år."),
        "N7.12-2.detriment": ("no", "Ingenting talar för det."),
        "N7.12-2.together": (together, "Eleven är mogen."),
    }
    text = internal(answered(CONSENT, **answers))
    assert "och samtliga vårdnadshavare har samtyckt (12 kap. 3 § OSL)." in text
    assert f"{said} Eleven är mogen." in text
    refused = answered(replace(CONSENT, outcome=Outcome.REFUSED), **answers)
    bars = "Sekretessen hindrar därför att uppgifterna lämnas ut."
    assert (bars in internal(refused)) == (together == "missing")
