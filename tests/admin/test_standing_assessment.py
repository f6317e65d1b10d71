"""The form of a standing assessment: what is asked, what is refused, who reads it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from requests_app import permissions
from requests_app.models import InformationSet, StandingAssessment
from requests_app.models.standing_assessment import Factor
from tests.helpers.web import fetch, offered, page, signed_in

pytestmark = pytest.mark.django_db
ADD = "admin:requests_app_standingassessment_add"


def typed(cast, **changes):
    day = permissions.today()
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
        "transfer_ground": "adequacy",
        "transfer_countries": "us, gb",
        "transfer_reference": "(EU) 2023/1795",
        "valid_from": day.isoformat(),
        "review_due": (day + timedelta(days=365)).isoformat(),
        **changes,
    }


def test_the_form_keeps_factors_and_reasons_and_the_next_is_made_from_it(cast):
    karin, bo = signed_in(cast.karin), signed_in(cast.bo)
    answer = karin.post(reverse(ADD), typed(cast))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = StandingAssessment.objects.first()
    assert row.factors["foreign_law"] == "against" and len(row.factors) == 8
    assert (row.made_by, row.countries) == (cast.karin, ["US", "GB"])
    assert row.suitability.text == "Kort, loggat och av få."
    assert offered(bo, row) == {"confirm", "revoke"}
    assert offered(karin, row) == {"revoke"}
    # Written in by the other, it is the other's to be confirmed.
    changed = typed(cast, reasons="Kort.")
    assert bo.post(page(row), changed).status_code == 302
    row.refresh_from_db()
    assert (row.made_by, row.suitability.text) == (cast.bo, "Kort.")
    karin.post(f"{page(row)[:-7]}do/confirm/", {"do": "1", "seen": row.version})
    row.refresh_from_db()
    assert row.confirmed_by == cast.karin
    assert karin.post(page(row), typed(cast)).status_code == 403
    shown = karin.get(page(row))
    assert "Kort." in shown.content.decode() and offered(karin, row) == {"revoke"}
    start = karin.get(reverse(ADD), {"from": row.pk}).context["adminform"].form
    assert start.initial["reasons"] == "Kort."
    assert start.initial["factor_foreign_law"] == "against"
    _, queries = fetch(karin, page(row))
    assert len(queries) <= 12, queries


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"transfer_countries": "USA"}, "transfer_countries"),
        ({"transfer_countries": ""}, "transfer_countries"),
        ({"transfer_countries": "SE"}, "transfer_countries"),
        ({"transfer_reference": ""}, "transfer_reference"),
        ({"factor_data": ""}, "factor_data"),
        ({"reasons": " "}, "reasons"),
        ({"review_due": date(2020, 1, 1).isoformat()}, "review_due"),
    ],
)
def test_what_is_missing_or_odd_is_told_at_its_field(cast, changes, field):
    answer = signed_in(cast.karin).post(reverse(ADD), typed(cast, **changes))
    assert list(answer.context["adminform"].form.errors) == [field]


def test_others_neither_see_nor_make_it(cast):
    row = StandingAssessment.objects.filter(authority=cast.gsn).first()
    cilla = signed_in(cast.cilla)
    fetch(cilla, page(row), status=404)
    start = cilla.get(reverse(ADD), {"from": row.pk}).context["adminform"].form
    assert "reasons" not in start.initial
    theirs = typed(cast, authority=cast.snc.pk)
    form = cilla.post(reverse(ADD), theirs).context["adminform"].form
    assert "information_set" in form.errors
