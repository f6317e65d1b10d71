"""The holes of simple-history's and guardian's admin, closed: for every model.

Generated from the admin registry: a new ModelAdmin is in the matrix by itself.
"""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.urls import reverse

from audit_app.changes import look_up, names_by_model, noticing
from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import Arrival
from requests_app.cases.intake.models.review import ListedReview
from requests_app.cases.review.models.consultation import Consultation
from requests_app.core.pages.case import CaseAdmin
from requests_app.core.pages.lists import LockboxAdmin
from requests_app.oversight.models import ReplayRun
from requests_app.records.models import DisposalDate, DisposedCase
from tests.cast import Cast
from tests.helpers.snapshot import snapshot
from tests.helpers.web import page, signed_in
from tests.workbench.rows import fill, insider, row_of

pytestmark = pytest.mark.long

# The ledger is a list and no pages: tests/admin/test_ledger.py has who reads it.
REGISTERED = sorted(
    (model for model in admin.site._registry if model is not LedgerEntry),
    key=lambda model: model._meta.label,
)
# Reference data that every authority shares.
SHARED = {
    "Authority",
    "SecrecyBranch",
    "Provider",
    "ProviderProduct",
    "CloudSystem",
    "Provision",
    "StatuteParagraph",
}
# Registers that only some roles open.
GATED = (
    "Absence",
    "AccessEvent",
    "Alteration",
    "Arrival",
    "BoardReport",
    "Comparison",
    "ContractClient",
    "MailRule",
    "FirstManagers",
    "ListedReview",
    "LogGap",
    "NoticeChannel",
    "NoticeLadder",
    "ProcessingPaper",
    "ProviderLog",
    "ReconciliationRule",
    "RegisterChange",
    "ReplayRun",
    "SideDoor",
    "SupportTicket",
    "TransparencyReport",
)

# Without a history of their own: an opinion stands in the history of its review.
UNCHANGING = (
    *(AccessEvent, Arrival, Consultation, ListedReview, ReplayRun),
    *(DisposalDate, DisposedCase),
)


@pytest.fixture(scope="module")
def rows(once):
    cast = Cast()
    fill(cast)
    return cast


@pytest.fixture
def world(rows, undone):
    return rows


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_a_stranger_finds_nothing_and_an_insider_changes_nothing(world, model):
    row = row_of(world, model)
    gated = model.__name__ in GATED
    stranger = signed_in(world.cilla)
    inside = signed_in(insider(world, model))
    seen = 200 if model.__name__ in SHARED else 404
    history = 404 if model in UNCHANGING else 200
    # Of a document that is drawn the page is its first sheet.
    assert inside.get(page(row), follow=True).status_code == 200
    assert inside.get(page(row, "history")).status_code == history
    hidden = [stranger.get(page(row)), stranger.get(page(row, "history"))]
    for response in hidden:
        assert response.status_code in (seen, 403 if gated else seen)
        if seen == 404 and len(str(row)) > 3:
            assert str(row).encode() not in response.content

    before = snapshot(ledger=False)
    base = page(row).removesuffix("change/")
    # Papers on processing are seen by nobody but those who fill them in.
    fills_in = b'name="_save"' in inside.get(page(row), follow=True).content
    assert fills_in is (model.__name__ == "ProcessingPaper")
    for client in (stranger, inside):
        if client is stranger or not fills_in:
            posted = client.post(page(row), {"name": "Forged", "status": "decided"})
            assert posted.status_code in (403, 404), posted.status_code
        # simple-history's revert form, guardian's permission pages: not there at all.
        for path in ("history/1/", "permissions/", "permissions/user-manage/1/"):
            for method in (client.get, client.post):
                assert method(base + path).status_code in (403, 404)
        for method in (client.get, client.post):
            gone = method(base + "delete/", {"post": "yes"})
            assert gone.status_code in (403, 404), gone.status_code
        chosen = {
            "action": "delete_selected",
            "_selected_action": [row.pk],
            "post": "1",
        }
        opts = model._meta
        client.post(
            reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"), chosen
        )
    assert snapshot(ledger=False) == before


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_nothing_of_the_library_admins_is_in_the_url_configuration(model):
    names = {
        pattern.name or "" for pattern in admin.site._registry[model].urls if pattern
    }
    assert not [name for name in names if "simple_history" in name]
    assert not [name for name in names if "permissions" in name]


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_no_model_offers_bulk_actions_or_editing_in_lists(model):
    model_admin = admin.site._registry[model]
    assert model_admin.actions is None
    assert not model_admin.list_editable


def test_every_foreign_key_is_choosable_without_listing_everybody():
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, CaseAdmin):
            continue  # has no form over its fields
        for field in model._meta.fields:
            if field.related_model is get_user_model() and field.editable:
                wide = set(model_admin.autocomplete_fields) | set(
                    getattr(model_admin, "steps", {}) and {field.name}
                )
                assert field.name in wide, (model, field.name)


def test_a_registered_model_uses_our_base():
    for model_admin in admin.site._registry.values():
        assert isinstance(model_admin, LockboxAdmin), model_admin


def test_choices_and_autocomplete_offer_only_what_the_person_may_see(world):
    found = signed_in(world.ines).get(
        reverse("admin:autocomplete"),
        {
            "app_label": "requests_app",
            "model_name": "cloudobjectinformationset",
            "field_name": "information_set",
            "term": "",
        },
    )
    names = [row["text"] for row in found.json()["results"]]
    assert "Pupil health" in names and "Child care" not in names


def test_recent_actions_are_neither_written_nor_shown(world):
    per = signed_in(world.per)
    response = per.post(
        page(world.gsn),
        {
            "code": "GSN",
            "name": "Renamed",
            "kind": "board",
            "regime": "internal",
            "prompt_hours": 24,
        },
    )
    assert response.status_code == 302
    world.gsn.refresh_from_db()
    assert world.gsn.name == "Renamed"
    assert LogEntry.objects.count() == 0
    assert world.gsn.history.first().history_user_name == "Per Test"


def test_what_has_no_name_yet_was_not_altered(world):
    """The finding: whoever read the history of a document that was not tested yet raised
    an alarm, for what names such a document is when it was tested."""
    keys = {
        model: set(model._base_manager.values_list("pk", flat=True))
        for model in names_by_model
    }
    with noticing() as notices:
        names = look_up([], {}, "default", also=keys)
    assert not notices
    assert {(kind, str(pk)) for kind in keys for pk in keys[kind]} == names.keys()
    assert all(names.values())
