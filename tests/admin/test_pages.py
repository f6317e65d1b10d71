"""Every page answers, for who may see it, within its number of queries."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.models import AccessGrant, Delivery

pytestmark = pytest.mark.django_db(transaction=True)
FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def fetch(client, url, status=200):
    """GET a page; returns how many queries it took, BEGIN and SAVEPOINT not counted."""
    with CaptureQueriesContext(
        connection,
    ) as caught:
        response = client.get(url)
    assert response.status_code == status, (url, response.status_code)
    return response, [
        query["sql"] for query in caught if not query["sql"].startswith(FREE)
    ]


def page(obj, name="change", *args):
    opts = obj._meta
    return reverse(
        f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[obj.pk, *args]
    )


def test_the_pages_of_a_case_answer(cast):
    review = cast.answered()
    karin = signed_in(cast.karin)
    delivery, grant = Delivery.objects.get(), AccessGrant.objects.get()
    for obj in (review, review.access_request, delivery, grant):
        _, queries = fetch(karin, page(obj))
        print(type(obj).__name__, len(queries))
        assert len(queries) <= 30, "\n".join(sql[:90] for sql in queries)
        _, queries = fetch(karin, page(obj, "history"))
        print(" history", len(queries))
        assert len(queries) <= 12, "\n".join(sql[:90] for sql in queries)


def test_the_queue_and_lists_answer(cast):
    cast.answered()
    cast.assessed(number="EXSR2")
    cast.request(number="EXSR3", objects=("nobody@knows.example",))
    for name in ("karin", "lena", "per", "bo", "nils", "eva", "agnes", "sam"):
        client = signed_in(getattr(cast, name))
        _, queries = fetch(client, reverse("admin:index"))
        print(name, len(queries))
        assert len(queries) <= 12, "\n".join(sql[:90] for sql in queries)
        for model in ("secrecyreview", "accessrequest", "delivery", "accessgrant"):
            url = reverse(f"admin:requests_app_{model}_changelist")
            _, queries = fetch(client, url)
            assert len(queries) <= 12, "\n".join(sql[:90] for sql in queries)
