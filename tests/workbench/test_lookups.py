"""A list answers its own filters, its search, its order and its page; nothing else.

Every lookup that Django could read out of an address is tried on every list: two
relations deep, with every comparison that the field knows. Made once, asked in bulk.
"""

import json

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.urls import reverse

from audit_app.models import LedgerDetail, LedgerEntry
from requests_app.cases.intake.models.review import SecrecyReview
from tests.cast import PEOPLE, Cast
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.long

LISTS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# What a comparison would choke on, were it to reach the database.
VALUE = "("
ASKED = {"q", "o", "p", "e"}


@pytest.fixture(scope="module")
def world(once):
    cast = Cast()
    cast.answered()
    return cast


def lookups(model, depth=2):
    """Every path to a column and every comparison of it, as an address writes them."""
    for field in model._meta.get_fields(include_hidden=True):
        name = field.name.lstrip("+")
        if not name or not hasattr(field, "get_lookups"):
            continue
        yield name
        for comparison in field.get_lookups():
            yield f"{name}__{comparison}"
        if field.related_model and depth:
            for deeper in lookups(field.related_model, depth - 1):
                yield f"{name}__{deeper}"


def list_of(model):
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")


def asked(cast, model):
    """The list's page, as its own code makes it; by the first who may open it."""
    shown, made = admin.site._registry[model], RequestFactory().get("/")
    for name in PEOPLE:
        made.user = getattr(cast, name)
        if shown.has_view_permission(made):
            return shown, made
    raise AssertionError(f"nobody opens {model}")


def own_filters(cast, model):
    """What the filters that the list shows call themselves in an address."""
    shown, made = asked(cast, model)
    specs = shown.get_changelist_instance(made).get_filters(made)[0]
    named = {getattr(item, "parameter_name", None) for item in shown.list_filter}
    return named | {name for spec in specs for name in spec.expected_parameters()}


def test_a_list_takes_no_lookup_but_its_own_filters(world, undone):
    """Django turns some down by itself; of the rest the list says which it leaves."""
    for model in LISTS:
        shown, made = asked(world, model)
        tried = set(lookups(model)) - own_filters(world, model) - ASKED
        assert len(tried) > 30, model
        come_through = {
            name for name in tried if shown.lookup_allowed(name, VALUE, made)
        }
        page = shown.get_changelist_instance(made)
        page.filter_params = {name: [VALUE] for name in come_through}
        with pytest.raises(DisallowedModelAdminLookup) as refused:
            page.get_filters(made)
        left = str(refused.value).partition(": ")[2].split(", ")
        assert set(left) == come_through, model


def test_every_comparison_in_an_address_is_refused(world, undone):
    for model in LISTS:
        client = signed_in(asked(world, model)[1].user)
        url = list_of(model)
        for comparison in model._meta.pk.get_lookups():
            answer = client.get(url, {f"pk__{comparison}": VALUE})
            assert answer.status_code == 400, (url, comparison)
        for name in ("_popup", "_to_field", "_facets", "all", "nothing", "id"):
            assert client.get(url, {name: "id"}).status_code == 400, (url, name)


def test_a_filter_that_is_shown_takes_any_value(world, undone):
    for model in LISTS:
        client = signed_in(asked(world, model)[1].user)
        for name in own_filters(world, model) | {"q", "o", "p", "e"}:
            for value in (VALUE, "2026-13-41", "9" * 30):
                answer = client.get(list_of(model), {name: value})
                assert answer.status_code in (200, 302, 400), (model, name, value)


def test_nobody_reads_a_password_by_guessing_at_it(cast, db):
    for person in (cast.agnes, cast.lena, cast.eva):
        client = signed_in(person)
        for name in ("password__regex", "password__startswith", "last_login__gt"):
            answer = client.get(list_of(get_user_model()), {name: "a"})
            assert answer.status_code == 400


def test_no_window_hands_over_a_row(world, undone):
    sam = signed_in(world.sam)
    for name in ("_popup", "_to_field"):
        for place in (page(world.gsn), reverse("admin:requests_app_authority_add")):
            assert sam.get(place, {name: "id"}).status_code == 400
            assert sam.post(place, {name: "id"}).status_code == 400


def test_a_new_row_opens_whatever_its_address_proposes(world, undone):
    for model in LISTS:
        opts = model._meta
        names = {f.name: VALUE for f in opts.get_fields() if not f.auto_created}
        url = f"{list_of(model)}add/"
        for person in (world.sam, world.per, world.lena, world.ines, world.karin):
            answer = signed_in(person).get(url, names)
            assert answer.status_code in (200, 302, 403, 404), (url, names)


def sought():
    """What the ledger tells of searches, in order."""
    rows = LedgerEntry.objects.filter(event__endswith=".searched").order_by("id")
    bodies = {row.entry_id: row.body for row in LedgerDetail.objects.all()}
    return [(row.event, json.loads(bodies[row.pk])) for row in rows]


def test_what_was_sought_and_by_which_filter_goes_on_record(cast, db):
    cast.answered(number="EXSR500")
    agnes = signed_in(cast.agnes)
    agnes.get(list_of(SecrecyReview), {"q": "EXSR500"})
    agnes.get(list_of(SecrecyReview), {"status__exact": "decided"})
    agnes.get(list_of(SecrecyReview))
    signed_in(cast.ines).get(
        reverse("admin:autocomplete"),
        {
            "app_label": "requests_app",
            "model_name": "cloudobjectinformationset",
            "field_name": "information_set",
            "term": "Pupil",
        },
    )
    assert sought() == [
        (
            "secrecyreview.searched",
            {"text": "EXSR500", "filters": {}, "hits": 1},
        ),
        (
            "secrecyreview.searched",
            {"text": "", "filters": {"status__exact": ["decided"]}, "hits": 1},
        ),
        ("informationset.searched", {"text": "Pupil", "hits": 1}),
    ]
