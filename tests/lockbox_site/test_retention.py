"""The page of retention: each kind with its time and basis, and what holds it."""

import pytest
from django.urls import reverse

from audit_app.ledger import Kind, record
from requests_app.core import two_persons
from requests_app.records.models import RetentionRule
from requests_app.records.sweep import carry_out_retention
from tests.background.test_retention import SHORT, later
from tests.helpers.retention_rules import DECISION, rules_everywhere
from tests.helpers.two_persons import proposed
from tests.helpers.web import signed_in, words
from tests.workflow.appeals import registered, served

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:retention")
ADD = reverse("admin:requests_app_retentionrule_add")


def test_where_nobody_has_decided_it_says_so(cast):
    text = words(signed_in(cast.dora).get(PAGE))
    assert "Inget gallringsbeslut är infört här: ingenting gallras." in text
    assert "Reglerna har inte verkställts ännu." in text
    assert "Arkivlagen (1990:782) 10 §" in text
    assert signed_in(cast.karin).get(PAGE).status_code == 403


def test_what_is_under_appeal_is_held_when_the_rule_is_shortened(cast):
    rules_everywhere(cast)
    review = cast.answered()
    served(cast, review)
    registered(cast, review)
    record("review.read", by=cast.karin, on=review, kind=Kind.READ, path="/x/")
    rule = RetentionRule.objects.get(authority=cast.gsn)
    two_persons.confirm(proposed(rule, cast.per, reads=365), by=cast.pia)
    with later(400):
        carry_out_retention(cast.sweeper)
        text = words(signed_in(cast.agnes).get(PAGE))
    held = "hålls kvar efter sin tid: ärendet är överklagat och inte slutligt avgjort."
    assert held in text and DECISION in text and "365 dygn" in text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("searches", "89", "90"),
        ("searches", "1826", "1825"),
        ("reads", "364", "365"),
        ("reads", "soon", "heltal"),
        ("disposal_decision", "", "fält"),
    ],
)
def test_a_period_beyond_reason_is_refused_beside_its_field(cast, field, value, said):
    typed = {"authority": cast.gsn.pk, "disposal_decision": DECISION, "_reason": "x"}
    typed |= {**SHORT, field: value}
    response = signed_in(cast.per).post(ADD, typed)
    assert response.status_code == 200 and said in words(response)
    assert field in response.context["adminform"].form.errors
    assert DECISION in words(response) or field == "disposal_decision"
    assert not RetentionRule.objects.exists()


def test_who_audits_sets_no_rule(cast):
    assert signed_in(cast.agnes).get(ADD).status_code in (403, 404)
