"""Whether there are other municipalities, and what is in them, is told to nobody: their
pages, lists, forms, searches, files and counts are the same byte for byte."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from audit_app import acting
from requests_app.registers.tables.information import REGISTERS
from tests.cast import MAILBOX, SITE, Cast
from tests.helpers.drawn import drawn
from tests.helpers.people import engage
from tests.permissions.hidden import SECRET
from tests.permissions.neighbours import neighbours
from tests.permissions.strangers import assert_alike, signed

pytestmark = pytest.mark.long

PAGES = [
    "overview",
    "coverage",
    "readiness",
    "product_presets",
    "staffing",
    "retention",
    "months",
    "right_now",
    "over_all",
    "sovereignty",
    "sovereignty_csv",
    "data_protection",
    "processing_papers",
    "public_register",
    "diary",
    "notices",
    "audit_decisions",
    "audit_roles",
    "audit_figures",
    "audit_reading",
]


def more(cast):
    """Beside what a stranger asks for within one municipality: every form by which a
    row is added, every register in and out, and the pages that count."""
    for name in PAGES:
        yield reverse(f"admin:{name}")
    yield reverse("admin:go_live", args=[cast.gsn.pk])
    yield reverse("admin:waiting_roles", args=[cast.gsn.pk])
    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    for name in REGISTERS:
        yield reverse("admin:table", args=[name])
        yield reverse("admin:table_export", args=[name])
    asked = "?app_label=requests_app&model_name=roleassignment&field_name=person&term="
    yield f"{reverse('admin:autocomplete')}{asked}{SECRET}"


@pytest.fixture(scope="module")
def town(once):
    """Exempelstad, with sixty people and cases of its own."""
    with acting.at(acting.now()):
        cast = Cast()
        seen = cast.registered(number="SEEN1")
        cast.answered(number="SEEN3")
        shared = cast.request(number="SHARED", objects=(MAILBOX, SITE))
        there = get_user_model().objects.filter(is_machine=False).count()
        for nth in range(60 - there):
            engage(cast, f"person{nth}", "dpo", cast.gsn)
        yield SimpleNamespace(
            cast=cast, seen=seen, shared=shared, gone={}, more=[*more(cast)]
        )


@pytest.fixture
def cast(town, undone):
    return town.cast


def test_nobody_learns_of_a_neighbour(cast, town):
    names = ("per", "sam", "lena", "agnes", "ines", "nils")
    for stranger in drawn([getattr(cast, name) for name in names], 2):
        for url in town.more:
            # What the process itself keeps, it has read by now.
            signed(stranger).get(url)
        assert_alike(town, [stranger], lambda: neighbours(cast))
