"""What an authority lacks before its first case, and the way there."""

from datetime import date

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.step import machine_account
from requests_app.desk.go_live import NEEDS, lacking
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.cloud import CloudObject, CloudObjectInformationSet
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.steps import revoke
from tests.helpers.engagement import add_authority
from tests.helpers.people import delegate, engage, enter, give, rewrite
from tests.helpers.web import fetch, signed_in

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def page(authority):
    return reverse("admin:go_live", args=[authority.pk])


def lacks(person, authority):
    """Fact → the standing of what is lacking, as the page shows it."""
    context = signed_in(person).get(page(authority)).context
    return {one.need.fact: one for one in context["lacks"]}


def made(code):
    with acting_as(machine_account("system")):
        return add_authority(code, f"Board {code}")


def test_a_new_authority_lacks_everything_and_leads_to_its_first_managers(cast):
    nina, new = engage(cast, "nina", "it_manager", cast.nis), made("KFN")
    response, queries = fetch(signed_in(nina), page(new))
    assert len(queries) <= 13
    missing = lacks(nina, new)
    # What is asked of all there is of something is not met by nothing.
    assert {
        *("managed", "registered", "owned", "delegated", "settled"),
        *("mapped", "filled", "assessed"),
    } <= missing.keys()
    assert missing["managed"].page == "admin:requests_app_firstmanagers_add"
    assert reverse("admin:requests_app_firstmanagers_add") in response.content.decode()
    # Who may not mend it is told whom to ask, and gets no link.
    told = lacks(cast.sam, new)["managed"]
    assert (told.page, told.ask) == ("", [nina])


def test_each_need_is_met_by_what_mends_it(cast):
    nina = engage(cast, "nina", "it_manager", cast.nis)
    assert "managed" not in lacks(cast.per, cast.gsn)
    for fact, name in (
        ("registered", Role.REGISTRAR),
        ("decided", Role.DECISION_MAKER),
        ("guarded", Role.SECURITY_PROTECTION_MANAGER),
        ("owned", Role.INFORMATION_OWNER),
    ):
        had = fact not in lacks(cast.per, cast.gsn)
        rows = RoleAssignment.objects.standing().filter(authority=cast.gsn, role=name)
        for row in rows:
            rewrite(row, suspended_by=cast.per, suspended_at=acting.now())
        assert fact in lacks(cast.per, cast.gsn), (fact, had)
        give(cast, nina, name, cast.gsn)
        assert fact not in lacks(cast.per, cast.gsn)


def test_objects_assessments_and_executors_are_asked_of_what_is_in_use(cast):
    links = CloudObjectInformationSet.objects.filter(cloud_object__authority=cast.gsn)
    assert not {"mapped", "filled", "assessed"} & lacks(cast.per, cast.gsn).keys()
    system = links.first().cloud_object.system
    with acting_as(cast.ines):
        CloudObject.objects.create(
            system=system,
            kind="mailbox",
            designation="O-99",
            external_id="x@y.example",
            authority=cast.gsn,
        )
    found = lacks(cast.per, cast.gsn)
    assert found["filled"].page == "admin:coverage"
    for row in StandingAssessment.objects.filter(authority=cast.gsn):
        revoke(row, by=cast.bo, reason="Another contract")
    found = lacks(cast.bo, cast.gsn)
    assert found["assessed"].page == "admin:requests_app_standingassessment_add"
    # What stands in another authority's case does not hinder this one.
    assert "assessed" not in lacks(cast.sam, cast.nis)


def test_only_connections_that_the_authority_uses_or_runs_have_to_answer(cast):
    def fails(connection):
        Heartbeat.objects.create(
            name=f"{Heartbeat.POLL}{connection.pk}",
            at=acting.now(),
            failures=1,
        )

    fails(cast.azure)
    lacking_it = ("heard" in lacks(cast.sam, board) for board in (cast.snc, cast.nis))
    # Nothing of that board lies in Azure; NIS runs the connection.
    assert list(lacking_it) == [False, True]
    fails(cast.m365)
    assert "heard" in lacks(cast.sam, cast.snc)


def test_the_start_page_leads_there_while_something_is_missing(cast):
    nina = engage(cast, "nina", "it_manager", cast.nis)
    new = made("KFN")
    response, queries = fetch(signed_in(nina), reverse("admin:index"))
    # Where connections are run, it is asked too what waits after a restore.
    assert len(queries) <= 13
    assert page(new) in response.content.decode()
    assert new in response.context["lacking"]
    # A registrar has nothing of it to do.
    shown = signed_in(cast.lena).get(reverse("admin:index"))
    assert shown.context["lacking"] == []


@pytest.mark.parametrize(
    ("name", "role", "fact", "form"),
    [
        ("rita", "registrar", "settled", "delegationrule"),
        ("jens", "legal_reviewer", "assessed", "standingassessment"),
        ("ines", "information_owner", "mapped", "cloudobject"),
    ],
)
def test_who_is_asked_is_led_there_from_the_start_page(cast, name, role, fact, form):
    """The finding: the page said whom to ask, and theirs said that nothing waited."""
    new = made("KFN")
    person = engage(cast, f"new-{name}", role, new)
    response, queries = fetch(signed_in(person), reverse("admin:index"))
    assert len(queries) <= 13
    assert page(new) in response.content.decode()
    form = reverse(f"admin:requests_app_{form}_add")
    found = lacks(person, new)[fact]
    assert reverse(found.page) == form and f"authority={new.pk}" in found.filled_in


def test_what_is_given_waits_by_name_and_is_not_asked_for_again(cast):
    """The finding: a role that waited was to be given once more."""
    new, nina = made("KFN"), engage(cast, "nina", "it_manager", cast.nis)
    managers = [engage(cast, name, "it_manager", new) for name in ("anna", "olof")]
    assert lacks(managers[0], new)["registered"].filled_in == (
        f"?role=registrar&authority={new.pk}"
    )
    person = engage(cast, "rita", "dpo", new)
    enter(cast, person, "registrar", by=managers[0], authority=new)
    rule = delegate(cast, by=person, authority=new, person=person, outcomes=["refused"])
    response, queries = fetch(signed_in(managers[1]), page(new))
    assert len(queries) <= 13
    found = {one.need.fact: one.waiting for one in response.context["lacks"]}
    (role,), (item,) = found["registered"], found["delegated"]
    assert (role.name, role.pk is not None) == ("rita", True)
    link = reverse("admin:requests_app_roleassignment_change", args=[role.pk])
    assert link in response.content.decode()
    assert item == ("5.1 Access", "admin:requests_app_delegationrule_change", rule.pk)
    # Whoever may not look at a row reads what waits, and gets no way to it.
    told = {one.need.fact: one.waiting for one in _lacks(nina, new)}
    assert [row.pk for row in told["delegated"]] == [None]


def _lacks(person, authority):
    return signed_in(person).get(page(authority)).context["lacks"]


def test_an_assessment_needs_an_item_by_which_somebody_confirms_it(cast):
    """The finding: it waited for nobody, and no page said that the item was lacking."""
    rules = DelegationRule.objects.filter(
        authority=cast.gsn, decision_type=DelegationRule.DecisionType.STANDING
    )
    assert "settled" not in lacks(cast.per, cast.gsn)
    for rule in rules:
        rewrite(rule, valid_to=date(2020, 1, 2))
    assert lacks(cast.lena, cast.gsn)["settled"].filled_in == (
        f"?decision_type=standing&authority={cast.gsn.pk}"
    )


def test_who_has_decided_a_case_is_past_its_first(cast):
    with acting_as(cast.ines):
        system = CloudObject.objects.filter(authority=cast.gsn).first().system
        CloudObject.objects.create(
            system=system,
            kind="mailbox",
            designation="O-99",
            external_id="x@y.example",
            authority=cast.gsn,
        )
    assert cast.gsn in lacking(cast.per)
    cast.decided()
    assert cast.gsn not in lacking(cast.per)


def test_whoever_has_nothing_to_do_with_it_finds_nothing(cast):
    assert signed_in(cast.karin).get(page(cast.snc)).status_code == 404
    assert signed_in(cast.karin).get(page(cast.gsn)).status_code == 200
    assert len(NEEDS) == len({need.fact for need in NEEDS})
    assert all(reverse(need.page) for need in NEEDS)
