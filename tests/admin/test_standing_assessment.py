"""The form of a standing assessment: what is asked, what is refused, who reads it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.information import InformationSet
from requests_app.registers.models.standing import Factor, StandingAssessment
from requests_app.registers.rights import can_confirm_standing_assessment
from tests.helpers.people import rewrite
from tests.helpers.web import fetch, offered, page, signed_in, words

pytestmark = pytest.mark.django_db
ADD = "admin:requests_app_standingassessment_add"


def recipients(*rows):
    """As the form below the assessment sends them."""
    sent = {"recipients-TOTAL_FORMS": len(rows), "recipients-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        for name, value in row.items():
            sent[f"recipients-{number}-{name}"] = value
    return sent


OWN = {
    "legal_entity": "Microsoft",
    "country": "US",
    "relation": "provider",
    "purpose": "Repair in a support case",
    "highest_class": 3,
    "transfer_ground": "adequacy",
    "transfer_reference": "(EU) 2023/1795",
    "certification": "yes",
    "certification_checked": "2026-01-20",
    "covers_staff_data": "on",
}
GROUP = {
    **OWN,
    "legal_entity": "Microsoft India (R&D) Private Limited",
    "country": "IN",
    "relation": "group",
    "transfer_ground": "bcr",
    "transfer_reference": "BCR-P 2021",
    "certification": "",
    "certification_checked": "",
    "covers_staff_data": "",
}


def typed(cast, **changes):
    day = acting.today()
    held = InformationSet.objects.get(name="Pupil health")
    return {
        "authority": cast.gsn.pk,
        "provider": cast.m365.product.provider_id,
        "information_set": held.pk,
        "is_suitable": "on",
        **{f"factor_{factor.value}": "for" for factor in Factor},
        "factor_foreign_law": "against",
        "reasons": "Kort, loggat och av få.",
        "assignment": "Avtalet",
        "processor_agreement": "Biträdesavtalet",
        "impact_assessment": "Konsekvensbedömningen",
        "valid_from": day.isoformat(),
        "review_due": (day + timedelta(days=365)).isoformat(),
        **recipients(OWN, GROUP),
        **changes,
    }


def test_the_form_keeps_factors_and_reasons_and_the_next_is_made_from_it(cast):
    karin, bo = signed_in(cast.karin), signed_in(cast.bo)
    answer = karin.post(reverse(ADD), typed(cast))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = StandingAssessment.objects.first()
    assert row.factors["foreign_law"] == "against" and len(row.factors) == 8
    assert row.made_by == cast.karin
    assert {(r.legal_entity, r.country) for r in row.recipients.all()} == {
        ("Microsoft", "US"),
        ("Microsoft India (R&D) Private Limited", "IN"),
    }
    assert row.suitability.text == "Kort, loggat och av få."
    assert offered(bo, row) == {"confirm", "revoke"}
    assert offered(karin, row) == {"revoke"}
    # Written in by the other, it is the other's to be confirmed.
    kept, gone = row.recipients.all()
    rows = recipients({**OWN, "id": kept.pk}, {**GROUP, "id": gone.pk, "DELETE": "on"})
    changed = typed(cast, reasons="Kort.", **rows)
    changed["recipients-INITIAL_FORMS"] = 2
    assert bo.post(page(row), changed).status_code == 302
    row.refresh_from_db()
    assert (row.made_by, row.suitability.text) == (cast.bo, "Kort.")
    assert row.recipients.get() == kept
    told = bo.get(f"{page(row)[:-7]}do/confirm/")  # his own: refused, and told nothing
    assert told.status_code == 403
    told = karin.get(f"{page(row)[:-7]}do/confirm/").content.decode()
    assert "Microsoft, US" in told and "(EU) 2023/1795" in told
    karin.post(f"{page(row)[:-7]}do/confirm/", {"do": "1", "seen": row.version})
    row.refresh_from_db()
    assert row.confirmed_by == cast.karin
    assert karin.post(page(row), typed(cast)).status_code == 403
    shown = karin.get(page(row))
    assert "Kort." in shown.content.decode() and offered(karin, row) == {"revoke"}
    again = karin.get(reverse(ADD), {"from": row.pk})
    start = again.context["adminform"].form
    copied = again.context["inline_admin_formsets"][0].formset.forms[0].initial
    assert copied["legal_entity"] == "Microsoft"
    assert "certification_checked" not in copied
    assert start.initial["reasons"] == "Kort."
    assert start.initial["factor_foreign_law"] == "against"
    _, queries = fetch(karin, page(row))
    # Four of them: which of the rows it names the person may open.
    assert len(queries) <= 15, "\n".join(q[:160] for q in queries)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"factor_data": ""}, "factor_data"),
        ({"reasons": " "}, "reasons"),
        ({"review_due": date(2020, 1, 1).isoformat()}, "review_due"),
    ],
)
def test_what_is_missing_or_odd_is_told_at_its_field(cast, changes, field):
    answer = signed_in(cast.karin).post(reverse(ADD), typed(cast, **changes))
    assert list(answer.context["adminform"].form.errors) == [field]


@pytest.mark.parametrize(
    ("row", "changes", "field"),
    [
        # A company of the group, named as if it were the provider.
        (GROUP, {"relation": "provider"}, "relation"),
        # To a third country no other legal entity goes without a ground, nor does the
        # provider where it is itself established there.
        (GROUP, {"transfer_ground": "not_needed"}, "transfer_ground"),
        (OWN, {"transfer_ground": "not_needed"}, "transfer_ground"),
        (GROUP, {"transfer_reference": ""}, "transfer_reference"),
        # Decision (EU) 2023/1795 holds for whoever is certified.
        (OWN, {"certification": ""}, "certification"),
        (OWN, {"certification": "not_needed"}, "certification"),
        (OWN, {"certification_checked": ""}, "certification_checked"),
        (OWN, {"purpose": ""}, "purpose"),
        (OWN, {"country": ""}, "country"),
    ],
)
def test_a_recipient_is_a_legal_entity_with_place_purpose_and_ground(
    cast, row, changes, field
):
    sent = typed(cast, **recipients({**row, **changes}))
    answer = signed_in(cast.karin).post(reverse(ADD), sent)
    formset = answer.context["inline_admin_formsets"][0].formset
    assert [list(errors) for errors in formset.errors] == [[field]]


def test_what_is_suitable_for_nobody_is_not_confirmed(cast):
    karin, bo = signed_in(cast.karin), signed_in(cast.bo)
    karin.post(reverse(ADD), typed(cast, **recipients()))
    row = StandingAssessment.objects.first()
    assert not row.recipients.exists() and row.made_by == cast.karin
    bo.post(f"{page(row)[:-7]}do/confirm/", {"do": "1", "seen": row.version})
    row.refresh_from_db()
    assert row.confirmed_at is None


def test_the_page_says_who_can_confirm_it_or_that_nobody_can(cast):
    """The finding: without an item for it an assessment waited, and for nobody."""
    karin = signed_in(cast.karin)
    karin.post(reverse(ADD), typed(cast, **recipients(OWN)))
    row = StandingAssessment.objects.filter(confirmed_at=None).get()
    able = {
        person
        for person in (cast.karin, cast.jonas, cast.bo, cast.lena)
        if can_confirm_standing_assessment(person, row)
    }
    assert set(karin.get(page(row)).context["confirmers"]) == able
    assert able == {cast.jonas, cast.bo}
    for rule in DelegationRule.objects.filter(
        authority=cast.gsn, decision_type=DelegationRule.DecisionType.STANDING
    ):
        rewrite(rule, valid_to=date(2020, 1, 2))
    shown = karin.get(page(row))
    assert shown.context["confirmers"] == []
    assert "delegationsregel för stående bedömningar" in words(shown)


def test_the_only_one_who_can_confirm_it_is_not_let_to_write_in_it(cast):
    """The finding: they were led to the form, and afterwards nobody could confirm."""
    signed_in(cast.karin).post(reverse(ADD), typed(cast, **recipients()))
    row = StandingAssessment.objects.filter(confirmed_at=None).get()
    for rule in DelegationRule.objects.filter(
        authority=cast.gsn, decision_type="standing", role="legal_reviewer"
    ):
        rewrite(rule, valid_to=date(2020, 1, 2))
    answer = signed_in(cast.bo).post(page(row), typed(cast, **recipients(OWN)))
    assert "be Karin Test, som har gjort den" in words(answer)
    row.refresh_from_db()
    assert row.made_by == cast.karin and not row.recipients.exists()


def test_others_neither_see_nor_make_it(cast):
    row = StandingAssessment.objects.filter(authority=cast.gsn).first()
    cilla = signed_in(cast.cilla)
    fetch(cilla, page(row), status=404)
    start = cilla.get(reverse(ADD), {"from": row.pk}).context["adminform"].form
    assert "reasons" not in start.initial
    theirs = typed(cast, authority=cast.snc.pk)
    form = cilla.post(reverse(ADD), theirs).context["adminform"].form
    assert "information_set" in form.errors
