"""Rules of mail: changed by two, and tried on what has been kept before they are."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from audit_app.acting import acting_as
from requests_app.cases.intake.admin import trial_of
from requests_app.cases.intake.models.request import MailRule
from requests_app.core.two_persons import RegisterChange, settlers_of
from tests.helpers.mailboxes import RULE, mail_rule, received
from tests.helpers.two_persons import changed_by_managers, proposed
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db


def typed(cast, **terms):
    return {
        **RULE,
        "sealed_by": "",
        "is_active": "on",
        "connection": cast.m365.pk,
        **terms,
    }


def test_nobody_alone_adds_or_changes_a_rule(cast):
    with pytest.raises(DatabaseError), acting_as(cast.sam):
        MailRule.objects.create(connection=cast.m365, **RULE)


def test_a_rule_waits_for_a_second_person(cast):
    rule = mail_rule(cast)
    change = proposed(rule, cast.sam, sender="elsewhere.example")
    assert MailRule.objects.get().sender == RULE["sender"]
    assert change.proposed_by == cast.sam
    with pytest.raises(DatabaseError), acting_as(cast.sam):
        rule.sender = "elsewhere.example"
        rule.save()


def test_a_rule_is_tried_on_kept_mail_and_not_saved(cast):
    rule = mail_rule(cast)
    for number in range(3):
        received(cast, f"EXSR{number}")
    client = signed_in(cast.sam)
    shown = client.get(page(rule)).content.decode()
    assert "hade tagit 3 av 3 bevarade mejl" in shown
    values = typed(cast, number_pattern="Request: (EXSR1)", _try="1")
    tried = client.post(page(rule), values).content.decode()
    assert "hade tagit 3 av 3" in tried and "EXSR1" in tried
    values = typed(cast, subject_pattern="^Något annat", _try="1")
    tried = client.post(page(rule), values).content.decode()
    assert "hade tagit 0 av 3" in tried and "3 mejl som den tog" in tried
    assert not RegisterChange.objects.filter(act="change").exists()
    assert MailRule.objects.get().subject_pattern == RULE["subject_pattern"]


def test_whoever_confirms_a_rule_sees_what_it_would_take(cast):
    rule = mail_rule(cast)
    received(cast)
    change = proposed(rule, cast.sam, subject_pattern="^Något annat")
    nora = settlers_of(change).get().person
    shown = signed_in(nora).get(page(change)).content.decode()
    assert "hade tagit 0 av 1" in shown


@pytest.mark.parametrize("pattern", ["(", "(?<=x)y", "(a)(b)", "a{5000}", "\\1"])
def test_what_is_no_pattern_is_told_at_its_field(cast, pattern):
    rule = MailRule(connection=cast.m365, **{**RULE, "number_pattern": pattern})
    with pytest.raises(ValidationError) as error:
        rule.full_clean()
    assert set(error.value.message_dict) == {"number_pattern"}
    shown = signed_in(cast.sam).post(
        "/requests_app/mailrule/add/", typed(cast, number_pattern=pattern)
    )
    assert shown.status_code == 200 and "errorlist" in shown.content.decode()


def test_a_tried_rule_finds_what_another_left(cast):
    rule = mail_rule(cast)
    received(cast, "EXSR1", "other")
    assert trial_of(rule).rows[0].was_taken is False
    changed_by_managers(cast, rule, tenant="ingen.example")
    assert trial_of(rule).taken == 0
