"""After every act somebody knows what to do: in every state that a case can be in there
is a row in somebody's queue, or what the case waits for is outside, or it is over; and
what the case says of whose turn it is, their queue says too.

The states are those of `states.fill`, each product's way of being told that access is
revoked, and each of these again with anybody gone who had a row.
"""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from requests_app.models import ProviderProduct, SecrecyReview
from requests_app.permissions.involvement_of import involvement
from requests_app.selectors.dossier.of_review import dossier
from requests_app.selectors.queue import everything_for
from requests_app.selectors.turn import Turn, turn_in
from requests_app.workflow import person, revocation
from tests.helpers.two_persons import changed_by_managers
from tests.helpers.web import page, signed_in, words
from tests.workbench.states import fill

pytestmark = [pytest.mark.long, pytest.mark.django_db]

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


@pytest.fixture
def city(cast):
    """Cases in every state; none where a new product's way would be another."""
    fill(cast)
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
            elif turn.people and not has.intersection(turn.people):
                yield "somebody else has it", about


def test_what_a_case_waits_for_is_somebodys_and_said_so(city):
    count = SecrecyReview.objects.count()
    assert count >= 40
    assert list(false_sentences(city, rows_of_all())) == []


def test_whoever_goes_leaves_no_case_with_nobody(city):
    gone = 0
    for one in list(get_user_model().objects.filter(is_active=True)):
        if not owners_of_anything(one):
            continue
        with transaction.atomic():
            try:
                person.deactivate(one, by=city.sam, reason="Has left")
            except Exception:  # noqa: S112 — the last of a role may not go
                continue
            left = list(false_sentences(city, rows_of_all()))
            assert [row for row in left if row[0] != "says nothing"] == [], one
            gone += 1
            transaction.set_rollback(True)
    assert gone > 3


def owners_of_anything(one):
    return any(item.step for item in everything_for(one))


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
    assert turn.awaited == "att åtkomsten upphör" and turn.people == ["Eva Test"]
    assert "Eva Test" in owners(rows_of_all(), subject)
