"""Products where no approval exists: a promise in the register, never shown as covered."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.review.law.facts import IntendedDecision, facts_of
from requests_app.cases.review.law.rules import obstacles
from requests_app.core import two_persons
from requests_app.core.people.models import Authority
from requests_app.desk.go_live import with_facts
from requests_app.providers import registry
from requests_app.registers import steps
from requests_app.registers.models.cloud import Connection, ProviderProduct
from requests_app.registers.reference import presets
from tests.helpers.two_persons import changed_by_managers, second_manager
from tests.helpers.web import signed_in
from tests.providers.doors import typed

pytestmark = pytest.mark.django_db
WITHOUT = [row for row in presets() if row.values["channel"] == "no_approval"]


@pytest.fixture
def promised(cast):
    """A product that only promises, entered by two persons, and a connection of it."""
    nora = second_manager(cast)
    change = steps.propose_product(WITHOUT[0], by=cast.sam)
    two_persons.confirm(change, by=nora)
    product = ProviderProduct.objects.get(channel="no_approval")
    with acting_as(cast.sam):
        return Connection.objects.create(
            product=product, name="promised", external_id="p-1", authority=cast.nis
        )


@pytest.mark.parametrize("preset", WITHOUT, ids=lambda row: row.key)
def test_a_promise_stands_with_its_source_and_day(preset):
    for name in ("promise", "promise_source", "promise_read_on"):
        assert preset.values[name]


def test_a_product_without_approval_says_what_is_promised(cast, promised):
    product = promised.product
    product.promise = ""
    with pytest.raises(ValidationError):
        product.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic(), acting_as(cast.sam):
        ProviderProduct.objects.create(
            provider=product.provider,
            name="Silent",
            channel="no_approval",
            revocation="no",
        )


def test_it_is_never_counted_as_covered(cast, promised):
    assert promised not in Connection.objects.covered()
    assert promised not in Connection.objects.reached()
    # Going live asks for a connection that somebody asks through.
    with acting_as(cast.sam):
        for other in Connection.objects.exclude(pk=promised.pk):
            changed_by_managers(cast, other, is_active=False)
    facts = with_facts(Authority.objects.filter(pk=cast.gsn.pk), acting.now()).get()
    assert facts.offered and not facts.connected
    can = registry.PROVIDERS["no_approval"].abilities
    assert not (can.can_be_polled or can.can_be_answered or can.can_be_asked)


def test_every_place_that_shows_products_says_that_no_approval_exists(cast, promised):
    sam = signed_in(cast.sam)
    for page in (
        reverse("admin:requests_app_providerproduct_changelist"),
        reverse("admin:product_presets"),
        reverse("admin:readiness"),
    ):
        text = sam.get(page).content.decode().lower()
        assert "inget godkännande finns" in text, page


def test_nothing_is_recorded_as_if_somebody_waited(cast, promised):
    page = signed_in(cast.nils)
    fields = {
        "connection": promised.pk,
        "external_id": "D-1",
        "service": "A demand",
        "object_ids": "x",
        "justification": "A court demands it",
        "requested_at_0": "2026-11-28",
        "requested_at_1": "10:00",
    }
    answer = page.post(reverse("admin:requests_app_accessrequest_add"), fields)
    assert answer.status_code == 200 and not AccessRequest.objects.exists()
    assert "recorded_afterwards" in answer.content.decode()


def test_an_access_can_not_be_granted_where_nobody_asks(cast, promised):
    request = typed(cast, promised, "D-1", "logs/skola")
    subject = request.reviews.first() or cast.new()
    subject.access_request = request
    found = obstacles(facts_of(subject), IntendedDecision("granted", minutes=60))
    assert "no-approval" in [row.rule for row in found]
