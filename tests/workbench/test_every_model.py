"""The holes of simple-history's and guardian's admin, closed: for every model.

Generated from the admin registry: a new ModelAdmin is in the matrix by itself.
"""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.urls import reverse

from audit_app import clock
from audit_app.acting import acting
from audit_app.models import LedgerEntry
from audit_app.noticing import NoticedRow
from requests_app import permissions
from requests_app.documents.board_report import fingerprint, to_report
from requests_app.models import (
    Absence,
    Arrival,
    ClassificationLabel,
    Consultation,
    Freeze,
    ListedReview,
    ReplayRun,
    RoleAssignment,
    SecrecyBranch,
)
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.lists import LockboxAdmin
from requests_app.workflow import (
    alteration,
    board_report,
    comparison,
    consultation,
    contract,
    freeze,
    named_list,
    replay,
    reported_act,
)
from requests_app.workflow.intake import set_aside
from tests.cast import Cast, hours
from tests.helpers import two_persons
from tests.helpers.channels import channel_of
from tests.helpers.people import engage, first_managers_of
from tests.helpers.snapshot import snapshot
from tests.helpers.web import page, signed_in

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
    "Alteration",
    "Arrival",
    "BoardReport",
    "Comparison",
    "ContractClient",
    "FirstManagers",
    "ListedReview",
    "NoticeChannel",
    "RegisterChange",
    "ReplayRun",
)

# Without a history of their own: an opinion stands in the history of its review.
UNCHANGING = (Arrival, Consultation, ListedReview, ReplayRun)


@pytest.fixture(scope="module")
def rows(once):
    """At least one row of every registered model, all of the school board's."""
    cast = Cast()
    act = {"happened_at": clock.now(), "action": "read", "object_name": "elsewhere"}
    reported_act.record_act(cast.answered(), by=cast.karin, **act)
    asked = cast.assessed(number="EXSR2")
    consultation.consult(
        asked,
        by=cast.karin,
        people=RoleAssignment.objects.filter(person=cast.ines),
        question="What does it hold?",
        due_at=hours(2),
    )
    with acting(cast.sam):
        SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
        ClassificationLabel.objects.create(
            authority=cast.gsn, aspect="integrity", level=1, label="x"
        )
    contract.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    with acting(cast.per):
        Absence.objects.create(
            person=cast.karin,
            substitute=cast.jonas,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 1, 9),
        )
    freeze.freeze(by=cast.ivar, authority=cast.gsn, country="US", reason="An incident")
    today = permissions.today()
    shown = fingerprint(list(to_report(cast.gsn, today)))
    board_report.report(by=cast.lena, authority=cast.gsn, meeting_on=today, shown=shown)
    replay.order(by=cast.karin, authority=cast.gsn)
    set_aside(cast.m365, by=cast.intake, payload=b"{", trouble="x")
    alteration.report_alterations(
        [NoticedRow(Freeze._meta.db_table, "1", Freeze.objects.get())], by=cast.karin
    )
    comparison.begin_comparison(cast.contract, by=cast.sweeper, lost_from=hours(-9))
    two_persons.proposed(cast.gsn, cast.per, kind="company")
    runs = engage(cast, "nina", "it_manager", cast.nis)
    first_managers_of(cast.gsn, cast.rut, cast.eva, by=runs)
    channel_of(cast)
    hidden = cast.registered(number="EXSR3")
    named_list.close_list(hidden, by=cast.lena, reason="A staff matter")
    return cast


@pytest.fixture
def world(rows, undone):
    return rows


def row_of(cast, model):
    if model is Arrival:
        return Arrival.objects.get(result="not_taken")
    if model is ListedReview:
        return ListedReview.objects.get(is_named_list=True)
    rows = model.objects.all()
    fields = {field.name for field in model._meta.fields}
    path = admin.site._registry[model].authority_path
    if path:
        whose = cast.nis if "connection" in path else cast.gsn
        rows = rows.filter(**{path: whose.pk})
    if model._meta.object_name == "Connection":
        rows = model.objects.filter(authority=cast.nis)
    if model is get_user_model():
        rows = rows.filter(is_machine=False)
    assert fields
    return rows.order_by("pk").first()


def insider(cast, model):
    """Somebody who sees rows of the model, and nothing more."""
    name = model._meta.object_name
    if name in ("Arrival", "Comparison", "Connection", "CloudSystem"):
        return cast.nils
    if name == "ContractClient":
        return cast.sam
    return cast.agnes


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_a_stranger_finds_nothing_and_an_insider_changes_nothing(world, model):
    row = row_of(world, model)
    gated = model.__name__ in GATED
    stranger = signed_in(world.cilla)
    inside = signed_in(insider(world, model))
    seen = 200 if model.__name__ in SHARED else 404
    history = 404 if model in UNCHANGING else 200
    assert inside.get(page(row)).status_code == 200
    assert inside.get(page(row, "history")).status_code == history
    hidden = [stranger.get(page(row)), stranger.get(page(row, "history"))]
    for response in hidden:
        assert response.status_code in (seen, 403 if gated else seen)
        if seen == 404 and len(str(row)) > 3:
            assert str(row).encode() not in response.content

    before = snapshot(ledger=False)
    base = page(row).removesuffix("change/")
    for client in (stranger, inside):
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
