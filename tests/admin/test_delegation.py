"""The form of a delegation's item: nothing ended is revived, nor the last one ended."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import can_confirm_delegation
from tests.helpers.people import delegate, rewrite
from tests.helpers.web import page, post_form, signed_in, words

pytestmark = pytest.mark.django_db


def test_what_an_item_comes_from_is_told_apart_and_only_what_may_be_delegated_on(cast):
    head = delegate(cast, may_subdelegate=True, is_head=True, title="All access")
    page = signed_in(cast.lena).get(reverse("admin:requests_app_delegationrule_add"))
    offered = page.context["adminform"].form.fields["parent"].choices
    assert [label for value, label in offered if value] == [
        f"5.1 All access, {cast.jonas} ({head.authority})"
    ]


def test_lists_are_narrowed_to_what_is_not_confirmed(cast):
    rule = delegate(cast)
    address = reverse("admin:requests_app_delegationrule_changelist")
    for value, there in (("no", True), ("yes", False)):
        found = signed_in(cast.lena).get(address, {"confirmed": value})
        assert (rule in found.context["cl"].queryset) == there


def test_an_item_that_has_ended_is_not_revived_by_one_person(cast):
    rule = delegate(cast, valid_to=date(2026, 1, 31))
    steps.confirm_delegation(rule, by=cast.bo)
    post_form(cast.lena, rule, valid_to="")
    post_form(cast.lena, rule, valid_to="2099-01-01")
    rule.refresh_from_db()
    assert rule.valid_to == date(2026, 1, 31)
    post_form(cast.lena, rule, valid_to="2026-01-30")
    rule.refresh_from_db()
    assert rule.valid_to == date(2026, 1, 30)


def test_the_last_item_is_not_ended_by_ending_what_it_comes_from(cast):
    parent = delegate(cast, may_subdelegate=True, is_head=True, outcomes=["refused"])
    steps.confirm_delegation(parent, by=cast.bo)
    child = delegate(
        cast,
        item_no="5.1.1",
        parent=parent,
        outcomes=["refused"],
        person=None,
        role="decision_maker",
    )
    steps.confirm_delegation(child, by=cast.karin)
    with acting_as(cast.lena):
        last = DelegationRule.objects.get(item_no="4.7", authority=cast.gsn)
        last.valid_to = acting.today() - timedelta(days=1)
        last.save()
        jonas = RoleAssignment.objects.get(person=cast.jonas)
    rewrite(jonas, valid_to=date(2026, 1, 31))
    post_form(cast.lena, parent, valid_to="2026-02-01")
    parent.refresh_from_db()
    assert parent.valid_to is None


def test_who_only_reads_an_item_reads_its_outcomes_in_words(cast):
    rule = delegate(cast)
    steps.confirm_delegation(rule, by=cast.bo)
    for person in (cast.lena, cast.karin):
        shown = signed_in(person).get(page(rule)).content.decode()
        assert "Bifall, Avslag" in shown and "granted, refused" not in shown


def test_the_page_of_an_item_says_who_can_confirm_it_or_that_nobody_can(cast):
    item = delegate(cast, by=cast.lena, person=cast.bo)

    def confirmers():
        return set(signed_in(cast.lena).get(page(item)).context["confirmers"])

    able = {
        person
        for person in (cast.lena, cast.karin, cast.jonas, cast.bo, cast.per)
        if can_confirm_delegation(person, item)
    }
    assert confirmers() == able == {cast.karin, cast.jonas}
    for row in RoleAssignment.objects.filter(person__in=able):
        steps.end_role(row, by=cast.per, reason="Leaves")
    assert confirmers() == set()
    assert "Ingen kan bekräfta den" in words(signed_in(cast.lena).get(page(item)))


def test_an_item_of_no_authority_is_told_beside_the_field(cast):
    """Whose it is decides what it can say: nothing is asked of an item of nobody's."""
    url = reverse("admin:requests_app_delegationrule_add")
    answer = signed_in(cast.lena).post(url, {"item_no": "9", "report_to_board": "on"})
    assert answer.status_code == 200
    assert "authority" in answer.context["adminform"].form.errors
