"""A stranger's answers are the same whether a hidden case exists or not.

Each secret is made in a savepoint, every stranger asks for everything, the savepoint is
undone, and they ask again: bytes, size, redirects and number of queries must agree.
"""

import re
from itertools import product
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from guardian.shortcuts import assign_perm

from audit_app import clock
from audit_app.acting import acting
from audit_app.models import LedgerEntry
from requests_app import permissions
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Arrival,
    Attachment,
    ConflictDeclaration,
    Connection,
    Consultation,
    DecisionDocument,
    Delivery,
    FileNote,
    Freeze,
    SecrecyReview,
)
from requests_app.workflow import (
    assignment,
    contract,
    decision,
    freeze,
    named_list,
    review,
)
from requests_app.workflow.content import keep
from tests.cast import LOG, MAILBOX, SITE
from tests.helpers.caller import Caller
from tests.helpers.web import FREE, page

pytestmark = pytest.mark.django_db

SECRET = "HIDDEN77"
CASES = (
    SecrecyReview,
    AccessRequest,
    Delivery,
    AccessGrant,
    Arrival,
    Consultation,
)
# What lies in a review, and is fetched from its page.
FILES = {Attachment: "attachment", DecisionDocument: "document"}
# Of the school board: registrar, manager, lawyer, auditor.
SCHOOL = ("lena", "per", "karin", "agnes")
FORGED = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|nonce-[\w+/=-]+'
    rb'|name="ticket" value="[^"]+"'
)


@pytest.fixture(autouse=True)
def stands_still(cast):
    """Clocks that run down on pages stand still; some of the cases can be seen."""
    with clock.at(clock.now()):
        yield


@pytest.fixture
def town(cast):
    """What everybody at the school board sees anyway."""
    seen = cast.registered(number="SEEN1")
    cast.assigned(number="SEEN2")
    cast.answered(number="SEEN3")
    freeze.freeze(
        by=cast.ivar, authority=cast.gsn, product=cast.azure.product, reason="Leak"
    )
    return SimpleNamespace(cast=cast, seen=seen)


# -- What a stranger asks for --------------------------------------------------------


def signed(person):
    client = Client()
    client.force_login(person)
    return client


def lists():
    """Every list; those of cases also searched, filtered, sorted, popped up, ended."""
    for model, shown in admin.site._registry.items():
        opts = model._meta
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        if model is LedgerEntry:
            continue  # tells what the strangers here did themselves
        yield url
        if model not in (*CASES, Freeze):
            continue
        for asked in (
            f"q={SECRET}",
            "p=2",
            "o=-1",
            "_popup=1&_to_field=id",
            "pk__gt=0",
        ):
            yield f"{url}?{asked}"
        yield f"{url}?access_request__external_id={SECRET}"
        yield f"{url}?_facets=True"
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
    asked = sum(not query["sql"].startswith(FREE) for query in caught)
    body = FORGED.sub(b"", response.content)
    place = response.headers.get("Location", "")
    return response.status_code, place, len(response.content), body, asked


def everything(client, keys, seen):
    urls = [
        "/",
        "/registers/",
        "/overview/",
        "/coverage/",
        *searches(),
        *lists(),
        *lookups(),
        *guesses(keys),
    ]
    found = {url: answer(lambda url=url: client.get(url)) for url in urls}
    if seen is not None:
        for url in own_pages(seen):
            found[url] = answer(lambda url=url: client.get(url))
        into = (
            {"into": keys[AccessRequest][0], "reason": "The same"}
            if keys[AccessRequest]
            else {}
        )
        url = page(seen.access_request, "step", "merge")
        found[f"POST {url}"] = answer(lambda: client.post(url, into))
    for url in guesses(keys):
        found[f"POST {url}"] = answer(lambda url=url: client.post(url, {"do": "1"}))
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


def assert_alike(strangers, make, seen=None, ours=()):
    """Ask with the secret, and without. `ours`: models whose rows all may see."""
    clients = {person.username: signed(person) for person in strangers}
    with transaction.atomic():
        keys = {
            model: () if model in ours else found
            for model, found in keys_of(make()).items()
        }
        for client in clients.values():
            client.get("/")  # what the process itself keeps, it has read by now
        there = {name: everything(c, keys, seen) for name, c in clients.items()}
        transaction.set_rollback(True)
    for name, client in clients.items():
        gone = everything(client, keys, seen)
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


# -- The secrets ---------------------------------------------------------------------


def people(cast, *names):
    return [getattr(cast, name) for name in names]


def filled(subject, by, person):
    """With a file, a note and a question to somebody in it."""
    text, now = keep(f"{SECRET} circumstance"), clock.now()
    with acting(by):
        Attachment.objects.create(
            review=subject, title=SECRET, content=text, added_by=by, added_at=now
        )
        FileNote.objects.create(
            review=subject, text=text, happened_at=now, noted_by=by, noted_at=now
        )
        Consultation.objects.create(
            review=subject,
            person=person,
            asked_as="information_owner",
            question=text,
            due_at=now,
            asked_by=by,
            asked_at=now,
        )
    return subject


def test_another_authority_does_not_learn_of_a_case(cast, town):
    def make():
        subject = cast.request(number=SECRET, objects=(SITE,)).reviews.get()
        review.register(
            subject, by=cast.rut, public_subject="Hidden", protected_subject="Hidden"
        )
        assignment.take(subject, by=cast.cilla)
        cast.assess(subject, by=cast.cilla, tested=[cast.tested("OSL-26-1", "applies")])
        return [filled(subject, cast.cilla, cast.didrik), *_answered(cast)]

    assert_alike(people(cast, *SCHOOL), make, town.seen)


def _answered(cast):
    """One that has been answered, whose access runs."""
    subject = cast.request(number=f"{SECRET}-2", objects=(SITE,)).reviews.get()
    review.register(
        subject, by=cast.rut, public_subject="Hidden", protected_subject="Hidden"
    )
    assignment.take(subject, by=cast.cilla)
    cast.assess(subject, by=cast.cilla, tested=[cast.tested("OSL-26-1", "applies")])
    cast.propose(subject, by=cast.cilla)
    decision.decide(subject, by=cast.didrik, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    return [subject]


def test_the_other_authority_of_a_shared_request_is_not_seen_at_work(cast, town):
    shared = cast.request(number="SHARED", objects=(MAILBOX, SITE))
    ours = shared.reviews.get(authority=cast.gsn)
    theirs = shared.reviews.get(authority=cast.snc)

    def make():
        review.register(
            theirs, by=cast.rut, public_subject="Hidden", protected_subject="Hidden"
        )
        assignment.take(theirs, by=cast.cilla)
        cast.assess(theirs, by=cast.cilla, tested=[cast.tested("OSL-26-1", "applies")])
        cast.propose(theirs, by=cast.cilla)
        return [filled(theirs, cast.cilla, cast.didrik)]

    rest = (AccessRequest, Delivery, AccessGrant, Arrival)
    assert_alike(people(cast, *SCHOOL), make, ours, ours=rest)


def test_who_has_a_conflict_does_not_learn_of_the_case(cast, town):
    strangers = people(cast, "jonas", "pia", "agnes")

    def make():
        made = [cast.assessed(number=SECRET), cast.answered(number=f"{SECRET}-2")]
        for person in strangers:
            for subject in made:
                filled(subject, cast.karin, person)
                with acting(person):
                    ConflictDeclaration.objects.create(
                        review=subject,
                        person=person,
                        stage="assessment",
                        has_conflict=True,
                        ground="close",
                        declared_at=clock.now(),
                    )
        return made

    assert_alike(strangers, make, town.seen)


def test_no_role_learns_of_a_case_on_a_named_list(cast, town):
    def make():
        made = [cast.assessed(number=SECRET), cast.answered(number=f"{SECRET}-2")]
        for subject in made:
            filled(subject, cast.karin, cast.jonas)
            named_list.close_list(subject, by=cast.bo, reason="A staff matter")
        return made

    strangers = people(cast, "lena", "per", "jonas", "agnes", "ivar", "sixten")
    assert_alike(strangers, make, town.seen)


def test_a_person_named_does_learn_of_it(cast, town):
    """The proof proves something: who is told sees another world."""

    def make():
        made = cast.assessed(number=SECRET)
        named_list.close_list(made, by=cast.bo, reason="A staff matter")
        with acting(cast.bo):
            assign_perm(permissions.VIEW, cast.jonas, made)
        return [made]

    with pytest.raises(AssertionError):
        assert_alike(people(cast, "jonas"), make, town.seen)


def test_a_provider_does_not_learn_of_another_providers_requests(cast, town):
    with acting(cast.sam):
        elsewhere = Connection.objects.create(
            product=cast.contract.product,
            name="other",
            external_id="other",
            authority=cast.nis,
        )
    ours = Caller(contract.make_client(cast.contract, by=cast.sam, name="Ours"))
    theirs = Caller(contract.make_client(elsewhere, by=cast.sam, name="Theirs"))
    ours.apply(number="OURS")

    def asks():
        yield ours.get("/requests")
        yield ours.get(f"/requests/{SECRET}")
        for call, told in (
            ("acknowledge", {}),
            ("withdraw", {"reason": "x"}),
            ("messages", {"text": "x"}),
        ):
            yield ours.post(f"/requests/{SECRET}/{call}", told)

    def answers():
        return [(found.status_code, found.content) for found in asks()]

    with transaction.atomic():
        assert theirs.apply(number=SECRET, objects=[LOG]).status_code == 201
        there = answers()
        transaction.set_rollback(True)
    assert answers() == there
    assert [status for status, _body in there][:2] == [200, 404]
