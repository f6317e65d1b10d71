"""What a stranger asks for, and all by which an answer could tell."""

import re
from functools import partial
from itertools import product

from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.file import Attachment
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.freeze import Freeze
from tests.helpers.drawn import drawn
from tests.helpers.web import FREE, page
from tests.permissions.hidden import SECRET

CASES = (
    SecrecyReview,
    AccessRequest,
    Delivery,
    AccessGrant,
    Arrival,
    Consultation,
)
# A session notes a sign of its person, by the clock and not by the page.
UNTOLD = (*FREE, 'UPDATE "django_session"')
# What lies in a review, and is fetched from its page.
FILES = {Attachment: "attachment", DecisionDocument: "document"}
FORGED = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|nonce-[\w+/=-]+'
    rb'|name="ticket" value="[^"]+"|data-(?:ends|last)="\d+"'
)


def signed(person):
    client = Client()
    client.force_login(person)
    return client


def lists():
    """Every list; those of cases also searched, filtered, sorted, ended."""
    for model, shown in admin.site._registry.items():
        opts = model._meta
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        if model is LedgerEntry:
            continue  # tells what the strangers here did themselves
        yield url
        if model not in (*CASES, Freeze):
            continue
        # What is no filter of the list is refused unread: tests/workbench/test_lookups.
        for asked in (f"q={SECRET}", "p=2", "o=-1", "pk__gt=0"):
            yield f"{url}?{asked}"
        for name in shown.list_filter:
            if name in {field.name for field in opts.fields}:
                for value, _label in opts.get_field(name).flatchoices[:2]:
                    yield f"{url}?{name}__exact={value}"


def searches():
    """Words of the secret alone, and words that other cases have too."""
    for words in (SECRET, "hidden", "circumstance", "corrupt", "10&outcome=granted"):
        yield f"/search/?q={words}"


def lookups():
    url = reverse("admin:autocomplete")
    for model, shown in admin.site._registry.items():
        parts = [(model, shown), *((inline.model, inline) for inline in shown.inlines)]
        for owner, part in parts:
            for name in part.autocomplete_fields:
                asked = f"?app_label={owner._meta.app_label}&model_name={owner._meta.model_name}"
                yield f"{url}{asked}&field_name={name}&term="


def own_pages(seen):
    """Cases the stranger may know of, with the forms that offer people and requests."""
    for obj in (seen, seen.access_request):
        yield page(obj)
        yield page(obj, "history")
        for step in admin.site._registry[type(obj)].steps:
            yield page(obj, "step", step)
    yield page(seen, "who")
    for model in (Delivery, AccessGrant):
        for obj in model.objects.filter(access_request__external_id="SEEN3"):
            yield page(obj)
            yield page(obj, "history")


def guesses(keys):
    """The addresses that the hidden rows have, or would have."""
    for model, found in keys.items():
        if model in FILES:
            continue
        steps = list(admin.site._registry[model].steps)
        for key in found:
            obj = model(pk=key)
            yield page(obj)
            yield page(obj, "history")
            yield page(obj, "step", steps[0])
            yield page(obj, "step", steps[-1])
    for key in keys[SecrecyReview]:
        yield page(SecrecyReview(pk=key), "who")
    yield from guessed_files(keys)


def guessed_files(keys):
    for key in keys[Delivery]:
        yield page(Delivery(pk=key), "proof")
    for key, arrival in zip(keys[AccessRequest], keys[Arrival], strict=False):
        yield page(AccessRequest(pk=key), "payload", arrival)
    for model, name in FILES.items():
        for key, number in product(keys[SecrecyReview], keys[model]):
            yield page(SecrecyReview(pk=key), name, number)


def answer(act):
    """Everything that could tell: status, place, bytes, size, number of queries."""
    connection.queries_log.clear()  # it holds 9,000 and then counts no more
    with CaptureQueriesContext(connection) as caught:
        response = act()
    asked = sum(not query["sql"].startswith(UNTOLD) for query in caught)
    body = FORGED.sub(b"", response.content)
    place = response.headers.get("Location", "")
    return response.status_code, place, len(response.content), body, asked


def asks(keys, town):
    """What is asked, and how: the addresses of pages, forms that are sent, and guesses."""
    urls = ["/", "/registers/", "/overview/", "/coverage/", *searches(), *lists()]
    urls += [*lookups(), *getattr(town, "more", ())]
    for seen in (town.seen, town.shared.reviews.get(authority__code="GSN")):
        urls += own_pages(seen)
    for url in urls:
        yield url, url, None
    into = keys[AccessRequest][0] if keys[AccessRequest] else 0
    merge = page(town.seen.access_request, "step", "merge")
    yield f"POST {merge}", merge, {"into": into, "reason": "The same", "seen": "0"}


def guess(keys):
    for url in guesses(keys):
        yield url, url, None
        yield f"POST {url}", url, {"do": "1"}


def answered(client, asked):
    client.get("/")  # what the process keeps is read by now, and what was told is gone
    found = {}
    for name, url, told in asked:
        act = partial(client.post, url, told) if told else partial(client.get, url)
        found[name] = answer(act)
    return found


def keys_of(secret):
    """The keys of what belongs to the secret: of the reviews it says, and all below."""
    requests = [row.access_request_id for row in secret]
    below = {"access_request__in": requests}
    return {
        SecrecyReview: [row.pk for row in secret],
        AccessRequest: requests,
        **{
            model: list(model.objects.filter(**below).values_list("pk", flat=True))
            for model in (Delivery, AccessGrant, Arrival)
        },
        **{
            model: list(rows.values_list("pk", flat=True))
            for model, rows in (
                (Consultation, Consultation.objects.filter(review__in=secret)),
                (Attachment, Attachment.objects.filter(review__in=secret)),
                (
                    DecisionDocument,
                    DecisionDocument.objects.filter(decision__review__in=secret),
                ),
            )
        },
    }


def assert_alike(town, strangers, make):
    """Ask with the secrets, and without."""
    clients = {person.username: signed(person) for person in strangers}
    with transaction.atomic():
        keys = keys_of(make())
        asked = {
            name: [*drawn(asks(keys, town), 60), *drawn(guess(keys), 30)]
            for name in clients
        }
        there = {
            name: answered(client, asked[name]) for name, client in clients.items()
        }
        transaction.set_rollback(True)
    for name, client in clients.items():
        gone = answered(client, asked[name])
        told = [url for url, found in gone.items() if found != there[name][url]]
        assert not told, told_apart(name, told[0], there[name][told[0]], gone[told[0]])
        assert not any(
            SECRET.encode() in found[3]
            for url, found in gone.items()
            if "q=" not in url
        )


def told_apart(name, url, there, gone):
    """The first difference, for people."""
    lines = [
        (a, b)
        for a, b in zip(there[3].splitlines(), gone[3].splitlines(), strict=False)
        if a != b
    ]
    return name, url, (*there[:3], there[4]), (*gone[:3], gone[4]), lines[:2]
