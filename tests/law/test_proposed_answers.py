"""What is chosen beforehand: what is known of this recipient, and nothing that weighs
for disclosure."""

import pytest

from audit_app.acting import acting_as
from requests_app.cases.review.law.facts import basis_of
from requests_app.cases.review.law.known import is_provider_itself, proposed_provisions
from requests_app.cases.review.steps import case
from requests_app.core.step import machine_account
from requests_app.registers.models.cloud import Provider
from requests_app.registers.models.information import InformationSetProvision
from requests_app.registers.models.standing import Factor, StandingAssessment
from tests.cast import provision
from tests.helpers.standing import confirm_directly, name_recipient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
OWN = {"employer_entity": "Microsoft", "engineer_country": "IE"}


def chosen(subject):
    rows = basis_of(subject).proposed_answers.items()
    return {code: row.answer for code, row in rows if row.answer}


def told(subject):
    rows = basis_of(subject).proposed_answers.items()
    return {code: row.because for code, row in rows if not row.answer}


def the_set(subject):
    link = subject.requested_objects.get().cloud_object.information_links.get()
    return link.information_set


def test_protected_identities_propose_the_provisions_on_them(cast):
    subject = cast.assigned()
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1"}
    held = the_set(subject)
    with acting_as(machine_account("system")):
        held.protected_identities_possible = True
        held.save()
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1", "OSL-21-3-st1", "OSL-21-3a"}


def test_what_is_registered_as_a_request_for_documents_is_proposed_to_be_one(cast):
    subject = cast.new()
    assert chosen(subject)["N0.tf"] == "no"
    case.register(subject, by=cast.lena, public_subject="A", matter="documents")
    assert chosen(subject)["N0.tf"] == "yes"


@pytest.mark.parametrize(
    ("named", "proposed"),
    [
        ("OSL-26-5", {"OSL-26-1"}),
        ("OSL-25-7", {"OSL-25-1"}),
        ("OSL-17-2", set()),
    ],
)
def test_what_holds_against_one_person_gives_way_to_what_holds_against_others(
    cast, named, proposed
):
    subject = cast.assigned()
    with acting_as(machine_account("system")):
        InformationSetProvision.objects.create(
            information_set=the_set(subject), provision=provision(named)
        )
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1"} | proposed


def test_what_the_provider_itself_does_at_a_place_covered_is_known(cast):
    subject = cast.assigned(**OWN)
    known = chosen(subject)
    assert known["N9.processor"] == "yes"
    assert known["N7.10-2a.assignment"] == "yes"
    # The provider of the cast is established in the USA: itself a recipient there.
    assert known["N9.entity"] == "provider_third"
    assert known["N9.transfer"] == "adequacy"
    assert known["N9.transfer.certified"] == known["N9.transfer.scope"] == "yes"
    source = basis_of(subject).proposed_answers["N9.transfer.certified"].because
    assert "2020-01-01" in source and "repair in a support case" in source


def settled_for(cast, **recipient):
    """Only this recipient is named, in an assessment of the set itself."""
    subject = cast.assigned(
        employer_entity=recipient["legal_entity"], engineer_country=recipient["country"]
    )
    general = StandingAssessment.objects.get(
        authority=cast.gsn, provider__name="Microsoft"
    )
    with acting_as(cast.ines):
        row = StandingAssessment.objects.get(pk=general.pk)
        row.pk, row.made_by, row.information_set = None, cast.ines, the_set(subject)
        row.confirmed_by = row.confirmed_at = None
        row.delegation_rule = row.delegation_snapshot = None
        row.save()
        name_recipient(row, **recipient)
    confirm_directly(row, by=cast.bo)
    return subject


INDIA = {
    "legal_entity": "Microsoft India (R&D) Private Limited",
    "country": "IN",
    "relation": "group",
    "transfer_ground": "bcr",
    "transfer_reference": "BCR-P 2021",
    "certification": "",
    "certification_checked": None,
}


def test_a_company_of_the_group_that_is_named_is_known_as_what_it_is(cast):
    known = chosen(settled_for(cast, **INDIA))
    assert known["N9.entity"] == "group"
    assert known["N9.transfer"] == "bcr"
    assert known["N9.processor"] == "yes"
    assert "N9.transfer.certified" not in known


def test_a_sub_processor_that_is_approved_is_known_as_one(cast):
    known = chosen(settled_for(cast, **{**INDIA, "relation": "subcontractor"}))
    assert known["N9.entity"] == "subcontractor" and known["N9.processor"] == "yes"


@pytest.mark.parametrize(
    "asked",
    [
        {"employer_entity": INDIA["legal_entity"], "engineer_country": "US"},
        {"employer_entity": "Microsoft India", "engineer_country": "IN"},
        {"employer_entity": "Microsoft", "engineer_country": "IN"},
    ],
)
def test_a_recipient_is_covered_by_its_whole_name_at_its_own_place(cast, asked):
    settled_for(cast, **INDIA)
    known = chosen(cast.assigned(number="EXSR2", **asked))
    assert not {"N9.processor", "N9.transfer", "N7.10-2a.assignment"} & set(known)


def test_what_is_more_sensitive_than_the_recipient_may_get_is_not_covered(cast):
    known = chosen(settled_for(cast, **INDIA, highest_class=2))
    assert not {"N9.processor", "N9.transfer", "N7.10-2a.assignment"} & set(known)


def test_a_certification_that_leaves_out_employees_is_told_and_not_chosen(cast):
    subject = settled_for(
        cast, legal_entity="Microsoft", country="US", covers_staff_data=False
    )
    assert chosen(subject)["N9.transfer.certified"] == "yes"
    assert "N9.transfer.scope" not in chosen(subject)
    assert "employees" in told(subject)["N9.transfer.scope"]


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"engineer_country": "IE"},
        {"employer_entity": "Microsoft"},
        {"employer_entity": "Microsoft", "engineer_country": "IN"},
        {"employer_entity": "Microsoft India (R&D)", "engineer_country": "IE"},
        {"employer_entity": "Unknown Support Ltd", "engineer_country": "US"},
    ],
)
def test_nothing_is_chosen_for_a_recipient_or_place_that_is_not_covered(cast, terms):
    known = chosen(cast.assigned(**terms))
    settled = {"N9.processor", "N9.transfer", "N7.10-2a.assignment"}
    assert not settled & set(known)
    assert not any(code.startswith("N7.") for code in known)


def test_that_a_recipient_is_not_covered_is_told_where_it_would_have_been_known(cast):
    spoken = told(cast.assigned(employer_entity="Unknown Support Ltd"))
    assert "does not cover this recipient" in spoken["N9.processor"]
    assert "N7.10-2a.security" not in spoken


@pytest.mark.parametrize("terms", [{}, OWN])
def test_nothing_that_weighs_for_disclosure_is_chosen(cast, terms):
    """The standing assessment of the cast lets every factor speak for it."""
    subject = cast.assigned(**terms)
    assert "N7.10-2a.suitable" not in chosen(subject)
    assert not [code for code in chosen(subject) if code[9:] in Factor.values]
    spoken = told(subject)
    if terms:
        assert "for disclosure" in spoken["N7.10-2a.security"]
    of_the_case = ("strength", "persons", "foreign_law", "alternatives")
    assert not any(f"N7.10-2a.{factor}" in spoken for factor in of_the_case)


def test_what_speaks_against_is_proposed_for_whom_it_was_weighed(cast):
    general = StandingAssessment.objects.get(
        authority=cast.gsn, provider__name="Microsoft"
    )
    subject = cast.assigned(**OWN)
    with acting_as(cast.ines):
        worse = StandingAssessment.objects.get(pk=general.pk)
        worse.pk, worse.is_suitable, worse.made_by = None, False, cast.ines
        worse.information_set = the_set(subject)
        worse.factors = {**worse.factors, "data": "against", "persons": "against"}
        worse.confirmed_by = worse.confirmed_at = None
        worse.delegation_rule = worse.delegation_snapshot = None
        worse.save()
        name_recipient(worse)
    confirm_directly(worse, by=cast.bo, at=general.confirmed_at)
    known = chosen(subject)
    assert known["N7.10-2a.data"] == "against"
    assert known["N7.10-2a.suitable"] == "unsuitable"
    assert "N7.10-2a.persons" not in known


def test_the_strength_follows_from_the_provisions_that_apply(cast):
    subject = cast.assigned()
    assert "N7.10-2a.strength" not in chosen(subject)
    cast.assess(subject)
    basis = basis_of(subject).proposed_answers["N7.10-2a.strength"]
    assert basis.answer == "against"
    assert "23 kap. 2 §" in basis.because


@pytest.mark.parametrize(
    ("employer", "is_it"),
    [
        ("Microsoft", True),
        (" microsoft ", True),
        ("Microsoft\u200b", False),
        ("Microsoft India (R&D)", False),
        ("Micro", False),
        ("", False),
    ],
)
def test_the_provider_is_the_legal_entity_of_the_very_same_name(employer, is_it):
    assert is_provider_itself(Provider(name="Microsoft"), employer) is is_it
