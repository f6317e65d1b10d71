"""What cannot both be true is never written: a gap asks which of them it is."""

from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.texts import case_of, for_recipient, internal
from requests_app.cases.review.law.facts import basis_of
from requests_app.core.models import Outcome
from requests_app.core.words.texts import placeholders
from tests.documents.drafting.examples import LOG, MAILBOX, SITE_CASE, answered, tried

RESERVED = answered(
    replace(
        MAILBOX,
        outcome=Outcome.GRANTED_WITH_RESERVATION,
        tests=(tried("OSL-23-1", "applies_unless_reserved", "Skäl."),),
    ),
    N7=("osl-10-14", "Skäl."),
    N8=("yes", "Teknikern förbinds."),
)


def test_a_country_that_is_not_the_one_asked_for_is_explained():
    gap = "[Begäran anger Irland. Ange varför bedömningen är en annan.]"
    abroad = {"N9.country": ("third",)}
    assert gap in placeholders(internal(answered(MAILBOX, **abroad)))
    explained = {"N9.country": ("third", "Leverantören har uppgett USA.")}
    assert gap not in internal(answered(MAILBOX, **explained))
    assert "Begäran anger" not in internal(MAILBOX)


@pytest.mark.parametrize(
    ("code", "is_personal"),
    [("OSL-26-1", True), ("OSL-21-3-st1", True), ("OSL-19-1", False)],
)
def test_secrecy_for_somebodys_circumstances_is_of_personal_data(code, is_personal):
    tests = (tried(code, "applies", "Skäl."),)
    case = replace(SITE_CASE, tests=tests, has_personal_data=False)
    gaps = [gap for gap in placeholders(internal(case)) if "förteckning" in gap]
    assert bool(gaps) == is_personal


def test_nor_is_there_a_patient_without_personal_data():
    case = replace(
        MAILBOX, has_personal_data=False, tests=(tried("OSL-19-1", "struck"),)
    )
    patient = answered(case, **{"N5.patient": ("met", "Loggas och spärras.")})
    assert any("förteckning" in gap for gap in placeholders(internal(patient)))
    assert not any("förteckning" in gap for gap in placeholders(internal(case)))


def test_a_reservation_does_not_lead_past_secrecy_that_applies_all_the_same():
    assert not placeholders(internal(RESERVED))
    for code in ("OSL-26-3", "OSL-26-1"):
        case = replace(
            RESERVED, tests=(*RESERVED.tests, tried(code, "applies", "Skäl."))
        )
        text = internal(case)
        assert "Risken undanröjs" not in text
        assert any("gäller oavsett förbehåll" in gap for gap in placeholders(text))


def test_why_a_reservation_helps_is_for_a_person_to_say():
    bare = answered(RESERVED, N7=("osl-10-14",), N8=("yes",))
    assert placeholders(internal(bare)) == [
        "[Ange varför ett förbehåll undanröjer risken.]"
    ]


def test_that_it_would_help_is_said_though_something_else_bars():
    refused = replace(RESERVED, outcome=Outcome.REFUSED, minutes=None)
    text = internal(answered(refused, **{"N9.dpia": ("missing",)}))
    assert "Risken kan undanröjas genom ett sådant förbehåll." in text


def test_patients_are_not_said_to_be_safe_without_a_word():
    bare = internal(answered(MAILBOX, **{"N5.patient": ("met",)}))
    assert "[Ange hur kraven är uppfyllda.]" in placeholders(bare)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ground", "cited"), [("adequacy", "(EU) 2023/1795"), ("clauses", ""), ("bcr", "")]
)
def test_what_carries_one_transfer_is_not_cited_for_another(cast, ground, cited):
    subject = cast.assessed()
    request = subject.access_request
    request.engineer_country = "IE"
    request.employer_entity = request.connection.product.provider.name
    basis = basis_of(subject)
    answers = {**basis.facts.answers, "N9.transfer": ground}
    basis = replace(basis, facts=replace(basis.facts, answers=answers))
    case = case_of(subject, basis, Outcome.GRANTED, 120)
    assert case.references.transfer == cited


def test_whether_the_decision_covers_the_data_names_the_decision():
    text = internal(answered(LOG, **{"N9.transfer.scope": ("yes",)}))
    assert "Beslutet om adekvat skyddsnivå omfattar uppgifterna." in text


def test_the_time_is_not_said_to_be_what_is_needed_unless_somebody_said_why():
    unsaid = answered(MAILBOX, N10=("condition",))
    gap = "[Ange varför åtkomst inte medges i fyra timmar.]"
    assert gap in internal(unsaid) and gap in for_recipient(unsaid)
    assert gap not in for_recipient(MAILBOX)


def test_a_company_speaks_of_itself_as_one():
    company = replace(SITE_CASE, is_company=True)
    for answers in ({}, {"N7": ("none", "Skäl."), "N9.controller": ("no",)}):
        for reliance in ("valid", "revoked"):
            case = replace(answered(company, **answers), reliance=reliance)
            text = internal(case)
            assert "(2 kap. 3 § OSL)" in text
            for said in ("yndighetens verksamhet", "yndighetens stående"):
                assert said not in text
            assert "Myndigheten är inte" not in text and "Bolagen" not in text
    shown = for_recipient(replace(MAILBOX, is_company=True))
    assert "för bolagets räkning" in shown and "yndighet" not in shown
    assert "(2 kap. 3 § OSL)" not in internal(SITE_CASE)


def test_a_reservation_is_explained_by_what_may_be_told():
    text = for_recipient(RESERVED)
    assert "Sekretess enligt 23 kap. 1 § offentlighets" in text
    assert "hindrar att uppgifterna lämnas ut utan förbehåll. Risken för skada" in text
    hidden = replace(
        RESERVED, tests=(tried("OSL-21-3-st1", "applies_unless_reserved", "Skäl."),)
    )
    assert for_recipient(hidden).startswith("Sekretess hindrar att uppgifterna")


def test_nor_does_a_reservation_that_a_consent_asks_for_tell_of_it():
    consent = {"N7": ("osl-12-2", "Skäl."), "N7.12-2.given": ("yes",)}
    text = for_recipient(answered(RESERVED, **consent))
    assert text.startswith("Uppgifterna kan lämnas ut med det förbehåll")
    assert "12 kap." not in text and "10 kap." not in text


@pytest.mark.parametrize(
    ("code", "answer", "said"),
    [
        ("N9.country", "unknown", "Det framgår inte var den som ska utföra åtgärden"),
        ("N9.entity", "unknown", "Det framgår inte vilket bolag som anställer"),
        (
            "N9.processor",
            "no",
            "Åtgärden täcks inte av ett personuppgiftsbiträdesavtal",
        ),
        ("N9.special", "no", "Förutsättningarna enligt dataskyddsförordningen"),
    ],
)
def test_an_applicant_reads_what_it_can_mend(code, answer, said):
    refused = replace(MAILBOX, outcome=Outcome.REFUSED, minutes=None)
    text = for_recipient(answered(refused, **{code: (answer, "Hemliga skäl.")}))
    assert said in text and "emliga" not in text
    assert "kategorier" not in text


def test_a_transfer_rests_on_something_that_is_named():
    unnamed = replace(LOG, references=replace(LOG.references, transfer=""))
    assert "[Ange vilket beslut eller avtal" in internal(unnamed)
    assert "[Ange vilket beslut eller avtal" not in internal(LOG)


def test_a_recipient_is_not_granted_access_without_a_ground():
    groundless = answered(MAILBOX, N7=("osl-10-27", "Skäl."))
    assert for_recipient(groundless).startswith("[Ange skälen för beslutet.]")
