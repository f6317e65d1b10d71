"""After every act somebody knows what to do: in every state that a case can be in there
is a row in somebody's queue, or what the case waits for is outside, or it is over; and
what the case says of whose turn it is, their queue says too.

The states are those of `states.fill`, which leave no status out, and a request decided,
open and revoked at a product of every provider and every way of being told that access
is revoked; and each of these again with anybody gone, or away, who had a row.
"""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import request
from requests_app.cases.review.dossier import dossier
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import revocation
from requests_app.core.people.models import Absence
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import everything_for
from requests_app.desk.turn import Turn, turn_in
from requests_app.organisation import steps
from requests_app.providers import registry
from requests_app.providers.application import Application
from requests_app.registers.models.cloud import ProviderProduct
from tests.cast import MAILBOX, SITE, Cast
from tests.helpers.drawn import drawn
from tests.helpers.two_persons import changed_by_managers
from tests.helpers.web import page, signed_in, words
from tests.workbench.states import fill

pytestmark = pytest.mark.long

Status = SecrecyReview.Status
OUTSIDE = ("leverantörens arbete", "övriga myndigheters beslut", "domstolens beslut")


def revoke(cast, number, ability):
    subject = cast.answered(number=number)
    product = subject.access_request.connection.product
    if product.revocation != ability:
        changed_by_managers(cast, product, revocation=ability)
    subject = SecrecyReview.objects.get(pk=subject.pk)
    told = {"ground": "security", "reason": "x", "reason_for_recipient": "x"}
    revocation.revoke(subject, by=cast.bo, no_conflict=True, **told)
    return subject


@pytest.fixture(scope="module")
def filled(once):
    """Cases in every state."""
    cast = Cast()
    fill(cast)
    cast.answered(number="more", extends="open")
    cast.request("narrowed", objects=(MAILBOX, SITE))
    less = Application(external_id="narrowed", object_ids=(MAILBOX,))
    terms = {"by": cast.intake, "payload": b"{}", "received_by": "file"}
    request.receive(cast.m365, less, **terms)
    return cast


@pytest.fixture
def city(filled, undone):
    return filled


@pytest.fixture(params=range(2))
def city_of_product(request, cast):
    """A request decided, open, and revoked in each way, at a product of one provider:
    of all there are, two are drawn."""
    product = cast.m365.product
    channels = sorted(registry.names(lambda can: can.has_approval))
    channel = drawn(channels, 2)[request.param]
    if product.channel != channel:
        changed_by_managers(cast, product, channel=channel)
    cast.decided(number="decided")
    cast.answered(number="open")
    for ability in ProviderProduct.Revocation.values:
        revoke(cast, f"revoked, {ability}", ability)
    return cast


def rows_of_all():
    """By a case's, request's or task's name: who has a step to take."""
    rows = {}
    for one in get_user_model().objects.filter(is_active=True):
        for item in everything_for(one):
            if item.step:
                for name in {item.name, item.number} - {""}:
                    rows.setdefault(name, set()).add(str(one))
    return rows


def owners(rows, review):
    request = review.access_request
    names = [str(review), str(request), *map(str, request.grants.all())]
    names += map(str, request.deliveries.all())
    names += map(str, review.deviations.all())
    return set().union(*(rows.get(name, set()) for name in names))


def turn_of(cast, review) -> Turn | None:
    return turn_in(dossier(cast.agnes, review, involvement(cast.agnes, review)))


def is_over(review):
    return review.status in (Status.CLOSED, *SecrecyReview.MOVED)


def false_sentences(cast, rows):
    """Of each case that says something else than the queues, what it says."""
    for review in SecrecyReview.objects.order_by("pk"):
        turn, has = turn_of(cast, review), owners(rows, review)
        about = (review.access_request.external_id, review.status, turn, sorted(has))
        if turn is None:
            if not is_over(review):
                yield "says nothing", about
        elif turn.awaited not in OUTSIDE:
            if not has:
                yield "nobody has it", about
            elif turn.people and not has & {one.name for one in turn.people}:
                yield "somebody else has it", about


def test_no_status_is_left_out(city):
    for model in (SecrecyReview, AccessRequest, Delivery, AccessGrant):
        reached = set(model.objects.values_list("status", flat=True))
        assert set(model.Status.values) - reached == set(), model


def test_what_a_case_waits_for_is_somebodys_and_said_so(city):
    assert list(false_sentences(city, rows_of_all())) == []


@pytest.mark.django_db
def test_it_is_so_at_a_product_of_every_provider(city_of_product):
    assert list(false_sentences(city_of_product, rows_of_all())) == []


@pytest.mark.parametrize("way", ["left", "away"])
def test_whoever_goes_leaves_no_case_with_nobody(city, way):
    gone = []
    people = get_user_model().objects.filter(is_active=True)
    for one in drawn(filter(owners_of_anything, people), 2):
        with transaction.atomic():
            try:
                go(one, way, city)
            except WrongState:  # the last of a role may not go
                continue
            left = list(false_sentences(city, rows_of_all()))
            assert [row for row in left if row[0] != "says nothing"] == [], one
            gone.append(one)
            transaction.set_rollback(True)
    assert gone


def go(one, way, cast):
    if way == "left":
        steps.deactivate(one, by=cast.sam, reason="Has left")
    else:
        first = acting.today() - timedelta(days=1)
        with acting_as(one):
            Absence.objects.create(
                person=one, valid_from=first, valid_to=first + timedelta(days=30)
            )


def owners_of_anything(one):
    return any(item.step for item in everything_for(one))


@pytest.mark.django_db
@pytest.mark.parametrize("ability", ProviderProduct.Revocation.values)
def test_what_was_granted_and_then_revoked_says_so(cast, ability):
    subject = revoke(cast, "revoked", ability)
    assert subject.access_request.revoked_at
    karin = signed_in(cast.karin)
    assert "medgivandet återkallat" in words(karin.get(page(subject)))
    listed = words(karin.get("/requests_app/secrecyreview/"))
    assert (
        "medgivandet återkallat" in listed and "Bifall, därefter återkallat" in listed
    )
    assert "medgivandet återkallat" in words(karin.get(page(subject.access_request)))
    turn = turn_of(cast, subject)
    assert turn.awaited == "att åtkomsten upphör"
    assert [one.name for one in turn.people] == ["Eva Test"]
    assert "Eva Test" in owners(rows_of_all(), subject)
