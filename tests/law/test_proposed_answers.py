"""What is chosen beforehand: what is known of this recipient, and nothing that weighs
for disclosure."""

import pytest
from django.utils import translation

from audit_app.acting import acting
from requests_app.law.facts import basis_of
from requests_app.law.proposed_answers import proposed_provisions
from requests_app.law.recipient import is_provider_itself
from requests_app.models import InformationSetProvision, Provider, StandingAssessment
from requests_app.models.standing_assessment import Factor
from requests_app.workflow.machine_accounts import machine_account
from tests.cast import provision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


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
    with acting(machine_account("system")):
        held.protected_identities_possible = True
        held.save()
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1", "OSL-21-3-st1", "OSL-21-3a"}


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
    with acting(machine_account("system")):
        InformationSetProvision.objects.create(
            information_set=the_set(subject), provision=provision(named)
        )
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1"} | proposed


def test_what_the_provider_itself_does_at_a_place_covered_is_known(cast):
    known = chosen(cast.assigned(**OWN))
    assert known["N9.processor"] == "yes"
    assert known["N7.10-2a.assignment"] == "yes"
    # The provider of the cast is established in the USA: itself a recipient there.
    assert known["N9.entity"] == "provider_third"
    assert "N9.transfer" not in known


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
    with acting(cast.ines):
        worse = StandingAssessment.objects.get(pk=general.pk)
        worse.pk, worse.is_suitable, worse.made_by = None, False, cast.ines
        worse.information_set = the_set(subject)
        worse.factors = {**worse.factors, "data": "against", "persons": "against"}
        worse.confirmed_by = worse.confirmed_at = None
        worse.save()
    with acting(cast.lena):
        worse.confirmed_by, worse.confirmed_at = cast.lena, general.confirmed_at
        worse.save()
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
