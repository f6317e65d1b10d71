"""From one day to another, wherever it is typed: an error beside the field."""

import pytest
from django.contrib import admin
from django.db import models
from django.forms import DateField, Form
from django.urls import reverse

from requests_app.core.people.models import Absence, RoleAssignment
from requests_app.organisation.models import DelegationRule
from requests_app.privacy.models import AccessibilityStatement
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.tables.information import REGISTERS
from tests.helpers.modules import modules
from tests.helpers.people import delegate, enter
from tests.helpers.tables import CLASSES, ROLES, errors_of_rows
from tests.helpers.web import page, post_form, signed_in

pytestmark = pytest.mark.django_db

# Days that nobody means: before the first, no day at all, and no year of ours.
ODD = ("2019-12-31", "2026-02-30", "0001-01-01", "9999-12-31", "i morgon")
FIRST = "2026-01-01"
# model: who adds, and the field of the last day.
FORMS = {
    RoleAssignment: ("per", "valid_to"),
    Absence: ("per", "valid_to"),
    DelegationRule: ("lena", "valid_to"),
    StandingAssessment: ("karin", "review_due"),
    AccessibilityStatement: ("sam", "revised_on"),
}
# Days that no person types on a form of a row: what arrived, the law's own, and those of
# a step (tests/admin/test_roster.py).
NOT_TYPED = {"Provision", "RosterPattern", "StatuteParagraph"}
NOT_TYPED |= {"DisposalDate", "DisposedCase"}  # reckoned by the database
# Days neither of which is the last of what the other begins.
APART = {"ProviderProduct"}


def with_two_days():
    """Models with a first and a last day, as the admin registers them."""
    for model in admin.site._registry:
        days = {
            field.name
            for field in model._meta.fields
            if type(field) is models.DateField and field.editable
        }
        if len(days) > 1:
            yield model


def test_every_form_with_two_days_is_tried_here():
    assert {model.__name__ for model in with_two_days()} - NOT_TYPED - APART == {
        model.__name__ for model in FORMS
    }


@pytest.mark.parametrize("day", ODD)
@pytest.mark.parametrize("model", FORMS)
def test_a_last_day_that_is_none_is_told_beside_the_field(cast, model, day):
    name, last = FORMS[model]
    told = {
        "person": cast.jonas.pk,
        "substitute": cast.karin.pk,
        "role": "dpo",
        "authority": cast.gsn.pk,
        "item_no": "9",
        "title": "x",
        "outcomes": ["refused"],
        "decision_type": "request",
        "board_decision": "§ 1",
        "provider": cast.m365.product.provider_id,
        "reason": "x",
        **dict.fromkeys(("valid_from", "published_on", "tested_on"), FIRST),
        last: day,
    }
    url = reverse(f"admin:requests_app_{model._meta.model_name}_add")
    before = model.objects.count()
    answer = signed_in(getattr(cast, name)).post(url, told)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert form.errors[last], form.errors
    assert form.data[last] == day
    assert model.objects.count() == before


@pytest.mark.parametrize("day", ODD)
def test_a_row_that_stands_is_not_ended_before_it_began(cast, day):
    role = enter(cast, cast.jonas, "dpo", by=cast.per)
    rule = delegate(cast)
    for row, person in ((role, cast.per), (rule, cast.lena)):
        answer = post_form(person, row, valid_to=day)
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors["valid_to"]


@pytest.mark.parametrize("day", ODD)
def test_a_row_of_a_file_is_told_of_too(cast, day):
    (role,) = errors_of_rows(
        "roles", ROLES + f"jonas;auditor;GSN;;;;{FIRST};{day};x\n", cast.per
    )
    row = f"GSN;Pupil health;{FIRST};3;2;2;;x;{day}\n"
    (classification,) = errors_of_rows("classifications", CLASSES + row, cast.ines)
    assert role and classification


def test_the_columns_of_last_days_are_known():
    found = {
        (name, column.name)
        for name, register in REGISTERS.items()
        for column in register.columns
        if column.name in ("valid_to", "review_due")
    }
    assert found == {
        ("roles", "valid_to"),
        ("delegations", "valid_to"),
        ("classifications", "review_due"),
        ("standing-assessments", "review_due"),
    }


@pytest.mark.parametrize("day", ODD)
def test_a_delegation_of_a_file_is_told_of_too(cast, day):
    names = [column.name for column in REGISTERS["delegations"].columns]
    cells = {
        "authority": "GSN",
        "item_no": "9",
        "title": "x",
        "outcomes": "refused",
        "decision_type": "request",
        "role": "dpo",
        "board_decision": "x",
        "valid_from": FIRST,
        "valid_to": day,
    }
    text = ";".join(names) + "\n" + ";".join(cells.get(n, "") for n in names) + "\n"
    (errors,) = errors_of_rows("delegations", text, cast.lena)
    assert errors


@pytest.mark.parametrize("day", ODD)
def test_the_filters_of_auditors_take_any_days(cast, day):
    client = signed_in(cast.agnes)
    for path in ("", "decisions/", "roles/"):
        answer = client.get(f"/revision/{path}?since={FIRST}&until={day}")
        assert answer.status_code == 200
        assert answer.context["form"].errors["until"]


@pytest.mark.parametrize("day", ODD)
def test_a_freeze_does_not_end_before_it_begins(cast, day):
    told = {
        "authority": cast.gsn.pk,
        "country": "US",
        "reason": "x",
        "ends_at_0": day,
        "ends_at_1": "10:00",
    }
    answer = signed_in(cast.ivar).post("/requests_app/freeze/add/", told)
    assert answer.status_code == 200 and answer.context["form"].errors["ends_at"]


@pytest.mark.parametrize("day", ODD)
def test_the_classification_of_a_set_is_not_due_before_it_begins(cast, day):
    held = cast.gsn.information_sets.first()
    client = signed_in(cast.ines)
    formsets = client.get(page(held)).context["inline_admin_formsets"]
    prefix = next(
        item.formset.prefix
        for item in formsets
        if item.formset.model._meta.model_name == "securityclassification"
    )
    told = {"name": held.name, "authority": cast.gsn.pk, "personal_data": "ordinary"}
    for item in formsets:
        told |= {
            f"{item.formset.prefix}-TOTAL_FORMS": 0,
            f"{item.formset.prefix}-INITIAL_FORMS": 0,
        }
    told |= {
        f"{prefix}-TOTAL_FORMS": 1,
        f"{prefix}-0-valid_from": FIRST,
        f"{prefix}-0-confidentiality": 2,
        f"{prefix}-0-integrity": 2,
        f"{prefix}-0-availability": 2,
        f"{prefix}-0-review_due": day,
    }
    before = held.classifications.count()
    answer = client.post(page(held), told)
    assert answer.status_code == 200
    assert held.classifications.count() == before


@pytest.mark.parametrize("day", ("0001-01-01", "9999-12-31"))
@pytest.mark.parametrize(
    ("model", "name", "field"),
    [("boardreport", "lena", "meeting_on"), ("replayrun", "karin", "since")],
)
def test_a_day_of_no_year_of_ours_is_told_beside_its_field(
    cast, model, name, field, day
):
    told = {"authority": cast.gsn.pk, field: day}
    answer = signed_in(getattr(cast, name)).post(f"/requests_app/{model}/add/", told)
    assert answer.context["form"].errors[field]


def test_every_form_takes_days_of_years_of_ours():
    """A row of a register takes those that its page gives it (DAYS)."""
    for module in modules():
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Form):
                assert DateField not in map(type, kind.base_fields.values()), kind
