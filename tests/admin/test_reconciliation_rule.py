"""Rules of reconciliation: set by two persons, and tried on the acts there were."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from audit_app.acting import acting_as
from requests_app.core.two_persons import RegisterChange, settlers_of
from requests_app.oversight.models import ReconciliationRule
from requests_app.registers.models.cloud import Connection
from tests.background.test_logs import act, granted, read
from tests.helpers.example_provider import standin
from tests.helpers.people import engage
from tests.helpers.two_persons import proposed
from tests.helpers.web import page, signed_in, words

__all__ = ["standin"]

pytestmark = pytest.mark.django_db
ADD = "/requests_app/reconciliationrule/add/"


def typed(cast, **terms):
    return {
        "authority": cast.nis.pk,
        "name": "Avläsningar",
        "connection": "",
        "outcome": "",
        "action": "READ",
        "country": "",
        "effect": "leave",
        "reason": "Sköts av leverantörens övervakning.",
        "is_active": "on",
        **terms,
    }


@pytest.fixture
def guard(cast):
    return engage(cast, "gunilla", "information_security", cast.nis)


def rule_of(cast, guard, other, **terms):
    values = {**typed(cast, **terms), "authority": cast.nis, "is_active": True}
    connection = values.pop("connection") or None
    change = proposed(ReconciliationRule(**values, connection=connection), guard)
    return change


@pytest.fixture
def acts(cast, standin):
    granted(cast, standin)
    standin.pages = [
        [act(f"{n}", command="read", log="dold@x.example") for n in range(12)]
        + [act("20", command="write", country="IN")]
    ]
    read(cast)


def test_a_rule_is_tried_on_last_months_acts_and_not_saved(cast, acts, guard):
    client = signed_in(guard)
    shown = words(client.post(ADD, typed(cast, _try="1")))
    assert "hade lämnat 12 av 13 åtgärder" in shown
    assert shown.count('<td data-label="Bedömd som">') == 10
    # Whoever does not read the case reads how the map calls the object.
    assert (
        "ett objekt som inte finns i objektregistret" in shown
        and "dold@x.example" not in shown
    )
    marks = typed(cast, action="", country="IN", effect="mark", _try="1")
    assert "hade märkt 1 av 13 åtgärder" in words(client.post(ADD, marks))
    assert not ReconciliationRule.objects.exists()
    assert not RegisterChange.objects.filter(row_table__endswith="reconciliationrule")


def test_whoever_confirms_it_sees_what_it_would_do_and_then_it_holds(
    cast, acts, guard, standin
):
    second = engage(cast, "sverker", "security_protection", cast.nis)
    signed_in(guard).post(ADD, typed(cast))
    change = RegisterChange.objects.get(row_table__endswith="reconciliationrule")
    assert second in {row.person for row in settlers_of(change)}
    assert "hade lämnat 12 av 13 åtgärder" in words(signed_in(second).get(page(change)))
    assert not ReconciliationRule.objects.exists()
    signed_in(second).post(page(change, "step", "confirm"), {"do": "1"})
    assert ReconciliationRule.objects.get().action == "READ"


def test_a_confirmer_who_does_not_see_acts_is_told_how_many(cast, acts, guard):
    other = engage(cast, "kaisa", "confirmer", cast.nis)
    signed_in(guard).post(ADD, typed(cast))
    change = RegisterChange.objects.get(row_table__endswith="reconciliationrule")
    shown = words(signed_in(other).get(page(change)))
    assert "hade lämnat 12 av 13" in shown and "Bedömd som" not in shown


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("country", {"country": "XX"}),
        ("connection", {"connection": "elsewhere"}),
    ],
)
def test_what_can_not_be_is_told_at_its_field(cast, guard, field, terms):
    if terms.get("connection"):
        with acting_as(cast.sam):
            other = Connection.objects.create(
                product=cast.azure.product,
                name="theirs",
                external_id="7a3c2a68-6f3f-4a62-a5a2-3c1c2b6d1111",
                authority=cast.gsn,
            )
        terms = {"connection": other}
    values = {**typed(cast), "connection": None, **terms, "authority": cast.nis}
    with pytest.raises(ValidationError) as error:
        ReconciliationRule(**{**values, "is_active": True}).full_clean()
    assert set(error.value.message_dict) == {field}


def test_nobody_leaves_everything(cast, guard):
    shown = signed_in(guard).post(ADD, typed(cast, action=""))
    assert shown.status_code == 200 and "errorlist" in shown.content.decode()


def test_nobody_sets_one_alone(cast):
    values = {**typed(cast), "authority": cast.nis, "connection": None}
    with pytest.raises(DatabaseError), acting_as(cast.sam):
        ReconciliationRule.objects.create(**{**values, "is_active": True})
