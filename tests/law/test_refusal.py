"""Facts of a request → no grant, through the real steps and the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law import tree as catalogue
from requests_app.cases.review.law.facts import basis_of
from requests_app.cases.review.law.known import proposed_provisions
from requests_app.core.step import machine_account
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetProvision,
)
from tests.cast import provision
from tests.helpers.consents import consented
from tests.law.outcomes import assessed, not_granted, refusal, revoke

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_the_child_care_site_and_an_engineer_in_india_is_refused_on_26_1(cast):
    with acting_as(machine_account("system")):
        held = InformationSet.objects.get(name="Child care")
        InformationSetProvision.objects.create(
            information_set=held, provision=provision("OSL-26-5")
        )
        site = CloudObject.objects.create(
            system=CloudSystem.objects.get(name="M365"),
            kind="site",
            designation="S-9",
            external_id="https://example.sharepoint.example/sites/s-9",
            authority=cast.gsn,
        )
        CloudObjectInformationSet.objects.create(
            cloud_object=site, information_set=held
        )
    subject = cast.assigned(
        objects=(site.external_id,), engineer_country="IN", employer_entity="Sub Ltd"
    )
    # OSL 26:5 holds only against whoever was reported on; against others 26:1 does.
    named = {row.code for row in proposed_provisions(subject)}
    assert "OSL-26-1" in named and "OSL-26-5" not in named
    cast.assess(
        subject,
        tested=[cast.tested("OSL-26-1", "applies")],
        ground="none",
        answers={"N9.country": "third", "N9.transfer": "none"},
    )
    subject.refresh_from_db()
    not_granted(cast, subject, "no ground")
    texts = refusal(cast, subject)
    assert "26 kap. 1 §" in texts.internal and "26 kap. 5 §" not in texts.internal


def test_a_nurses_machine_on_necessity_without_own_reasons_can_not_be_granted(cast):
    """FL 32 §: what was decisive is said, agreed with the proposal or not."""
    subject = cast.assigned()
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        cast.assess(
            subject,
            tested=[
                cast.tested("OSL-23-2-st1", "struck"),
                cast.tested("OSL-25-1", "applies"),
            ],
            ground="osl-10-2",
            without_reasons=("N7.10-2.necessary",),
        )
    assert "motivation_N7.10-2.necessary" in caught.value.message_dict
    assert not subject.decisions.exists()


def test_staff_data_to_the_usa_ask_of_the_certification_and_that_it_covers_staff(cast):
    """Decision (EU) 2023/1795 holds for whoever is certified, for what it covers."""
    subject = assessed(
        cast,
        ("OSL-39-2", "does_not_apply"),
        answers={
            "N9.country": "third",
            "N9.entity": "subcontractor",
            "N9.transfer": "adequacy",
            "N9.transfer.certified": "",
            "N9.transfer.scope": "",
        },
    )
    not_granted(cast, subject, "certified", "cover")


def test_tenders_with_the_provider_among_the_bidders_are_refused(cast):
    """OSL 19:3 second paragraph: “in no case”, before the award."""
    key = provision("OSL-19-3-st2").pk
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        assessed(cast, ("OSL-19-3-st2", "applies"), number="EXSR0")
    assert f"ground_{key}" in caught.value.message_dict
    subject = assessed(cast, ("OSL-19-3-st2", "applies"), ground="none")
    not_granted(cast, subject, "19 kap. 3 §")
    codes = {node.code for node in basis_of(subject).tree.nodes}
    assert "N7.10-2a.interest" in codes


def test_the_whistle_blowers_box_is_refused_in_silence(cast):
    subject = assessed(
        cast,
        ("OSL-32-3b-st2p1", "applies"),
        answers={"N5.whistle": "tested", "N7.10-2a.suitable": "unsuitable"},
    )
    not_granted(cast, subject, "unsuitable")
    texts = refusal(cast, subject)
    assert "32 kap" not in texts.for_recipient
    assert "visselbl" not in texts.for_recipient.lower()


def test_a_water_works_control_system_with_nothing_classified_is_stopped(cast):
    """Säkerhetsskyddslagen 4:1 p 2: access to other security-sensitive activity."""
    subject = cast.assigned()
    question = basis_of(subject).tree.node("N3")
    assert "annan säkerhetskänslig verksamhet" in question.question_sv
    assert "Säkerhetsskyddslagen 4:9" in question.paragraphs
    cast.assess(subject, security_protection="yes")
    assert SecrecyReview.objects.get(pk=subject.pk).status == "stopped"


def test_a_class_list_with_a_protected_pupil_is_refused_in_silence(cast):
    subject = assessed(
        cast,
        ("OSL-23-2-st3", "does_not_apply"),
        ("OSL-21-3-st1", "applies"),
        ground="none",
    )
    not_granted(cast, subject, "no ground")
    texts = refusal(cast, subject)
    assert "21 kap" not in texts.for_recipient and "hot" not in texts.for_recipient


@pytest.mark.parametrize("code", ["OSL-18-8", "OSL-19-9"])
def test_nobodys_consent_lifts_a_secrecy_for_the_publics_sake(cast, code, monkeypatch):
    """OSL 12:2: an individual lifts the secrecy that protects them, and no other."""
    subject = cast.assigned()
    key = provision(code).pk
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        consented(cast, subject, code)
    assert "provision" in caught.value.message_dict
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        cast.assess(subject, tested=[cast.tested(code, "applies")], ground="osl-12-2")
    assert f"ground_{key}" in caught.value.message_dict
    not_granted(
        cast, assessed(cast, (code, "applies"), ground="none", number="E2"), code[4:6]
    )
    # In a review that began with one ground for all provisions the rules say the same.
    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "_versions", lambda: (catalogue.tree("2026-1"),))
        older = cast.assigned(number="E3")
    assert older.tree == "2026-1"
    struck = cast.tested("OSL-23-2-st1", "struck")
    tested = [cast.tested(code, "applies"), struck]
    cast.assess(older, tested=tested, ground="osl-12-2")
    older.refresh_from_db()
    not_granted(cast, older, "public interest")


def test_a_company_of_the_group_in_india_needs_a_ground_for_transfer(cast):
    subject = assessed(
        cast,
        ("OSL-18-8", "does_not_apply"),
        engineer_country="IN",
        employer_entity="Microsoft India (R&D) Private Limited",
        answers={
            "N9.country": "third",
            "N9.entity": "group",
            "N9.transfer": "not_needed",
        },
    )
    assert "N9.entity" not in proposed(subject)
    not_granted(cast, subject, "transfer")


def proposed(subject):
    answers = basis_of(subject).proposed_answers
    return {code: row.answer for code, row in answers.items() if row.answer}


def test_a_sub_processor_that_nobody_has_approved_is_refused(cast):
    subject = assessed(
        cast,
        ("OSL-18-8", "does_not_apply"),
        engineer_country="IE",
        employer_entity="Unknown Support Ltd",
        answers={"N9.entity": "subcontractor", "N9.processor": "no"},
    )
    assert "N9.processor" not in proposed(subject)
    not_granted(cast, subject, "processor")


def test_without_a_standing_assessment_there_is_no_grant_on_10_2_a(cast):
    revoke(cast)
    subject = assessed(cast, ("OSL-23-2-st1", "applies"))
    not_granted(cast, subject, "standing assessment")


def test_training_an_ai_outside_the_contract_is_not_only_technical(cast):
    subject = assessed(
        cast,
        ("OSL-23-2-st1", "applies"),
        answers={"N7.10-2a.technical": "no"},
    )
    not_granted(cast, subject, "technical")
