"""Signing in and fetching pages, with their queries counted."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit_app.acting import acting

FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def fetch(client, url, status=200):
    """GET a page: the response, and its queries without BEGIN and SAVEPOINT."""
    with CaptureQueriesContext(connection) as caught:
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


def step_url(obj, name):
    return page(obj, "step", name)


def in_english(person) -> Client:
    """Signed in by somebody who reads the pages in English."""
    person.language = "en"
    with acting(person):
        person.save()
    return signed_in(person)


def offered(client, obj) -> set[str]:
    """The steps whose buttons the page of the object shows."""
    return {
        button["url"].rstrip("/").rpartition("/do/")[2]
        for button in client.get(page(obj)).context["steps"]
        if "/do/" in button["url"]
    }
