"""Ways round people and rights that were found open, and are closed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.urls import reverse_lazy

from audit_app import clock
from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import (
    AssessmentAnswer,
    CloudObjectInformationSet,
    DelegationRule,
    Freeze,
    HarmTest,
    InformationSet,
    RoleAssignment,
    SecrecyBranch,
)
from requests_app.providers.application import Application
from requests_app.selectors.dossier.dossier import Dossier
from requests_app.selectors.dossier.of_review import dossier
from requests_app.workflow import (
    assignment,
    conflict,
    contract,
    decision,
    delivery,
    dialogue,
    freeze,
    intake,
    merging,
    named_list,
    review,
    role,
    routing,
)
from requests_app.workflow.step import WrongState
from tests.admin.web import page, signed_in
from tests.cast import LOG, MAILBOX, SITE
from tests.workflow.test_freeze import stop
from tests.workflow.test_guards import forged_decision
from tests.workflow.test_people import delegate, give, sees
from tests.workflow.test_rules import refused

pytestmark = pytest.mark.django_db
ADD_ROLE = reverse_lazy("admin:requests_app_roleassignment_add")


def seen(person, subject) -> Dossier:
    return dossier(person, subject, permissions.involvement(person, subject))


def fields_of(client, row, **changes):
    """What the register form of a row would send, with changes."""
    form = client.get(page(row)).context["adminform"].form
    told = {}
    for name in form.fields:
        value = form.get_initial_for_field(form.fields[name], name)
        if value is not None and value is not False:
            told[name] = getattr(value, "pk", value)
    return {**told, **changes}


def again(row):
    return type(row).objects.get(pk=row.pk)


def post(person, row, **changes):
    client = signed_in(person)
    return client.post(page(row), fields_of(client, row, **changes))


# -- Roles ---------------------------------------------------------------------------


def test_a_role_for_a_branch_keeps_nothing_for_the_whole_authority(cast):
    with acting(cast.sam):
        branch = SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
    row = RoleAssignment.objects.get(person=cast.per)
    with acting(cast.pia):
        row.branch = branch
        row.seen_by = row.seen_at = None
        row.given_by = cast.pia
        row.save()
    told = {
        "person": cast.jonas.pk,
        "role": "decision_maker",
        "authority": cast.gsn.pk,
        "valid_from": "2026-01-01",
        "reason": "x",
    }
    client = signed_in(cast.per)
    client.post(ADD_ROLE, told)
    of_whole = RoleAssignment.objects.filter(person=cast.jonas, role="decision_maker")
    assert not of_whole.exists()
    client.post(ADD_ROLE, {**told, "branch": branch.pk})
    assert of_whole.get().branch == branch
    other = RoleAssignment.objects.get(person=cast.karin)
    assert client.post(page(other), {}).status_code == 404


def test_the_last_decision_maker_does_not_begin_later(cast):
    row = RoleAssignment.objects.get(person=cast.bo)
    post(cast.per, row, valid_from="2099-01-01")
    row.refresh_from_db()
    assert row.valid_from == date(2020, 1, 1)


def test_the_last_decision_maker_is_not_deactivated(cast):
    person = cast.bo
    client = signed_in(cast.sam)
    told = fields_of(client, person)
    told.pop("is_active")
    response = client.post(page(person), told)
    assert response.status_code == 200 and response.context["errors"]
    person.refresh_from_db()
    assert person.is_active
    give_all(cast)
    client.post(page(person), told)
    person.refresh_from_db()
    assert not person.is_active


def give_all(cast):
    with acting(cast.per):
        RoleAssignment.objects.create(
            person=cast.jonas,
            role="decision_maker",
            authority=cast.gsn,
            valid_from=date(2026, 1, 1),
            reason="second",
            given_by=cast.per,
        )


def test_a_deactivated_persons_session_is_dead(cast):
    client = signed_in(cast.karin)
    person = cast.karin
    with acting(cast.sam):
        person.is_active = False
        person.save()
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "decision_maker"},
        {"valid_to": date(2099, 1, 1)},
        {"seen_by": "jonas"},
    ],
)
def test_a_role_looked_at_is_not_changed_unseen_by_sql(cast, changes):
    row = give(cast, cast.jonas, "dpo", by=cast.per)
    role.look_at_role(row, by=cast.pia)
    for name, value in changes.items():
        setattr(row, name, cast.karin if name == "seen_by" else value)
    with pytest.raises(IntegrityError), acting(cast.per):
        row.save()


# -- Delegation ----------------------------------------------------------------------


def test_a_confirmed_item_is_not_rewritten_by_sql(cast):
    rule = delegate(cast, max_minutes=60, valid_to=date(2027, 1, 1))
    role.confirm_delegation(rule, by=cast.bo)
    for name, value in (
        ("max_minutes", None),
        ("outcomes", ["granted", "struck_off"]),
        ("person", cast.cilla),
        ("valid_to", None),
        ("valid_to", date(2030, 1, 1)),
        ("confirmed_at", None),
    ):
        rule.refresh_from_db()
        setattr(rule, name, value)
        with pytest.raises(IntegrityError), acting(cast.lena):
            rule.save()


def test_nobody_confirms_in_anothers_name_by_sql(cast):
    rule = delegate(cast)
    rule.confirmed_by, rule.confirmed_at = cast.bo, clock.now()
    with pytest.raises(IntegrityError), acting(cast.lena):
        rule.save()
    rule.confirmed_by = cast.jonas
    with pytest.raises(IntegrityError, match="gains"), acting(cast.jonas):
        rule.save()


def test_an_item_that_has_ended_is_not_revived_by_one_person(cast):
    rule = delegate(cast, valid_to=date(2026, 1, 31))
    role.confirm_delegation(rule, by=cast.bo)
    post(cast.lena, rule, valid_to="")
    post(cast.lena, rule, valid_to="2099-01-01")
    rule.refresh_from_db()
    assert rule.valid_to == date(2026, 1, 31)
    post(cast.lena, rule, valid_to="2026-01-30")
    rule.refresh_from_db()
    assert rule.valid_to == date(2026, 1, 30)


def test_who_holds_the_role_does_not_confirm_what_it_gets(cast):
    rule = delegate(cast, person=None, role="decision_maker")
    refused(PermissionDenied, role.confirm_delegation, rule, by=cast.bo)
    role.confirm_delegation(rule, by=cast.karin)


def test_what_is_delegated_on_is_confirmed_after_and_within_its_parent(cast):
    parent = delegate(cast, person=None, role="decision_maker", may_subdelegate=True)
    child = delegate(cast, item_no="5.1.1", parent=parent)
    refused(ValidationError, role.confirm_delegation, child, by=cast.bo)
    with acting(cast.lena):
        parent.outcomes = ["refused"]
        parent.save()
    role.confirm_delegation(parent, by=cast.karin)
    child.refresh_from_db()
    refused(ValidationError, role.confirm_delegation, child, by=cast.bo)
    child.confirmed_by, child.confirmed_at = cast.bo, clock.now()
    with pytest.raises(IntegrityError, match="comes from"), acting(cast.bo):
        child.save()


def test_the_last_item_is_not_ended_by_ending_what_it_comes_from(cast):
    parent = delegate(cast, may_subdelegate=True, outcomes=["refused"])
    role.confirm_delegation(parent, by=cast.bo)
    child = delegate(
        cast,
        item_no="5.1.1",
        parent=parent,
        outcomes=["refused"],
        person=None,
        role="decision_maker",
    )
    role.confirm_delegation(child, by=cast.karin)
    with acting(cast.lena):
        last = DelegationRule.objects.get(item_no="4.7", authority=cast.gsn)
        last.valid_to = permissions.today() - timedelta(days=1)
        last.save()
        jonas = RoleAssignment.objects.get(person=cast.jonas)
    with acting(cast.per):
        jonas.valid_to, jonas.given_by = date(2026, 1, 31), cast.per
        jonas.save()
    post(cast.lena, parent, valid_to="2026-02-01")
    parent.refresh_from_db()
    assert parent.valid_to is None


def test_a_person_who_can_not_read_is_no_last_decision_maker(cast):
    rule = delegate(cast, person=cast.ines, outcomes=["refused"])
    role.confirm_delegation(rule, by=cast.bo)
    assert permissions.someone_decides(cast.gsn.pk, permissions.today())
    bo = RoleAssignment.objects.get(person=cast.bo)
    assert not permissions.someone_decides(
        cast.gsn.pk, permissions.today(), without_role=bo.pk
    )


@pytest.mark.parametrize("limit", ["class", "product", "branch"])
def test_the_database_holds_every_limit_of_a_delegation(cast, limit):
    with acting(cast.sam):
        branch = SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
    limits = {
        "class": {"max_confidentiality": 2},
        "product": {"product": cast.azure.product},
        "branch": {},
    }
    subject = cast.proposed()
    rule = delegate(cast, person=None, role="decision_maker", **limits[limit])
    role.confirm_delegation(rule, by=cast.karin)
    if limit == "branch":
        row = RoleAssignment.objects.get(person=cast.bo)
        with acting(cast.per):
            row.branch, row.given_by = branch, cast.per
            row.save()
    told = {"item_no": "5.1", "board_decision": "§ 9"}
    with pytest.raises(IntegrityError, match="deleg"):
        forged_decision(
            cast, subject=subject, delegation_rule=rule, delegation_snapshot=told
        )


# -- Four eyes -----------------------------------------------------------------------


def legal_reviewers_decide(cast):
    rule = delegate(cast, person=None, role="legal_reviewer")
    role.confirm_delegation(rule, by=cast.bo)
    return rule


def test_who_assessed_does_not_decide_after_another_wrote_over_it(cast):
    legal_reviewers_decide(cast)
    subject = cast.assessed()
    assignment.assign(subject, by=cast.per, person=cast.jonas, reason="Ill")
    cast.assess(
        subject,
        by=cast.jonas,
        genuine="yes",
        tested=[cast.tested("OSL-23-2-st1", "applies", "Mine.")],
        ground_motivation="Mine too.",
    )
    assert HarmTest.objects.get(review=subject).answered_by == cast.jonas
    for row in AssessmentAnswer.objects.filter(review=subject):
        with acting(cast.jonas):
            row.answered_by = cast.jonas
            row.save()
    cast.propose(subject, by=cast.jonas)
    refused(PermissionDenied, decision.decide, subject, by=cast.karin, no_conflict=True)


def test_who_proposed_before_does_not_decide_anothers_proposal(cast):
    legal_reviewers_decide(cast)
    subject = cast.assigned()
    cast.propose(subject, outcome="refused", granted_minutes=None, no_conflict=True)
    decision.return_proposal(subject, by=cast.bo, comment="No", no_conflict=True)
    assignment.assign(subject, by=cast.per, person=cast.jonas, reason="Ill")
    cast.propose(
        subject,
        by=cast.jonas,
        outcome="refused",
        granted_minutes=None,
        no_conflict=True,
    )
    refused(PermissionDenied, decision.decide, subject, by=cast.karin, no_conflict=True)


def test_who_answered_does_not_decide_by_sql(cast):
    rule = legal_reviewers_decide(cast)
    subject = cast.assigned()
    assignment.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    cast.assess(subject, by=cast.jonas)
    cast.assess(subject, tested=[cast.tested("OSL-23-2-st1", "applies", "Over it.")])
    cast.propose(subject)
    with pytest.raises(IntegrityError, match="who assessed"):
        forged_decision(
            cast,
            subject=subject,
            decided_by=cast.jonas,
            delegation_rule=rule,
            delegation_snapshot={"item_no": "5.1", "board_decision": "§ 9"},
        )


def test_a_conflict_follows_a_request_merged_twice(cast):
    first, second, third = (cast.request(number=f"D{n}", objects=()) for n in "123")
    reviews = [
        routing.route(row, by=cast.nils, authority=cast.gsn)
        for row in (first, second, third)
    ]
    conflict.declare(
        reviews[0], by=cast.bo, stage="decision", has_conflict=True, ground="close"
    )
    for old, kept in ((first, second), (second, third)):
        old.refresh_from_db()
        merging.merge(old, by=cast.lena, into=kept, reason="Double")
    assert permissions.has_conflict(cast.bo, third.pk)


def test_a_conflict_in_a_double_holds_in_the_database(cast):
    old, subject = cast.assessed(number="D1"), cast.assessed(number="D2")
    conflict.declare(
        old, by=cast.bo, stage="decision", has_conflict=True, ground="close"
    )
    merging.merge(
        old.access_request, by=cast.lena, into=subject.access_request, reason="Double"
    )
    subject.refresh_from_db()
    cast.propose(subject)
    with pytest.raises(IntegrityError, match="conflict of interest"):
        forged_decision(cast, subject=subject)


# -- Named list ----------------------------------------------------------------------


def closed(cast, subject):
    """On a named list, with Lena, Bo and whoever works on it."""
    named_list.close_list(subject, by=cast.bo, reason="A staff matter")
    named_list.name_person(subject, by=cast.bo, person=cast.lena, reason="Registers")


def test_a_review_on_a_named_list_is_handed_over_on_it(cast):
    subject = cast.assigned()
    closed(cast, subject)
    right = routing.reroute(
        subject, by=cast.lena, authority=cast.snc, reason="Not ours"
    )
    assert right.is_named_list
    people = (cast.rut, cast.cilla, cast.didrik, cast.lena, cast.karin)
    assert [p.username for p in people if sees(p, right)] == ["rut"]
    assert permissions.involvement(cast.rut, right).names


def test_a_review_on_a_named_list_goes_to_no_authority_that_can_not_take_it(cast):
    subject = cast.assigned()
    closed(cast, subject)
    row = RoleAssignment.objects.get(person=cast.rut)
    with acting(cast.sam):
        row.valid_to = permissions.today() - timedelta(days=1)
        row.given_by = cast.sam
        row.save()
    refused(
        ValidationError,
        routing.reroute,
        subject,
        by=cast.lena,
        authority=cast.snc,
        reason="Not ours",
    )


def test_a_double_on_a_named_list_takes_the_list_along(cast):
    double, kept = cast.assigned(number="D1"), cast.assigned(number="D2")
    closed(cast, double)
    merging.merge(
        double.access_request, by=cast.lena, into=kept.access_request, reason="Double"
    )
    kept.refresh_from_db()
    assert kept.is_named_list
    assert sees(cast.lena, kept) and sees(cast.karin, kept)
    assert not sees(cast.agnes, kept) and not sees(cast.per, kept)


def test_a_merged_request_is_not_nobodys(cast):
    """Whoever runs the connection did not see it before, and does not see it now."""
    double, kept = cast.assigned(number="D1"), cast.assigned(number="D2")
    request = double.access_request
    assert not permissions.can_read_request(cast.nils, request)
    merging.merge(request, by=cast.lena, into=kept.access_request, reason="Double")
    assert not permissions.can_read_request(cast.nils, request)
    seen = permissions.requests_visible_to(cast.nils)
    assert not seen.filter(pk=request.pk).exists()
    assert signed_in(cast.nils).get(page(request)).status_code == 404


def test_an_extension_stays_on_the_named_list(cast):
    client = contract.make_client(cast.contract, by=cast.sam, name="EM").client
    application = Application(
        external_id="E2",
        service="EM",
        justification="Repair",
        duration_minutes=60,
        object_ids=(LOG,),
    )
    request = intake.receive(
        cast.contract,
        application,
        by=client.account,
        payload=b"1",
        received_by="contract",
    ).access_request
    subject = request.reviews.get()
    review.register(subject, by=cast.lena, public_subject="Access")
    assignment.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, tested=[cast.tested("OSL-18-8", "applies")])
    cast.propose(subject, granted_minutes=60)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(request.deliveries.get())
    subject, request = again(subject), again(request)
    closed(cast, subject)
    more = dialogue.extend(
        request,
        by=client.account,
        application=Application(
            external_id="E3",
            service="EM",
            justification="More",
            duration_minutes=60,
            object_ids=(LOG,),
        ),
        payload=b"2",
    ).access_request
    made = more.reviews.get()
    assert made.is_named_list and sees(cast.lena, made)
    assert not sees(cast.agnes, made) and not sees(cast.per, made)


def named_set(cast, *people):
    held = InformationSet.objects.get(
        authority=cast.gsn, object_links__cloud_object__external_id=MAILBOX
    )
    with acting(cast.ines):
        held.is_named_list = True
        held.save()
        for person in people:
            held.named_people.create(person=person)
    return held


def test_a_set_on_a_list_without_people_opens_to_nobody(cast):
    named_set(cast)
    subject = cast.new()
    assert subject.is_named_list and not sees(cast.lena, subject)


def test_a_set_put_on_a_list_closes_the_reviews_it_has(cast):
    subject = cast.assigned()
    held = InformationSet.objects.get(
        authority=cast.gsn, object_links__cloud_object__external_id=MAILBOX
    )
    client = signed_in(cast.ines)
    told = fields_of(client, held, is_named_list="on")
    for shown in client.get(page(held)).context["inline_admin_formsets"]:
        told |= existing(shown.formset)
    told |= {"named_people-TOTAL_FORMS": 1, "named_people-0-person": cast.bo.pk}
    response = client.post(page(held), told)
    assert response.status_code == 302, response.context["errors"]
    subject = again(subject)
    assert sees(cast.bo, subject)
    assert not sees(cast.agnes, subject) and not sees(cast.lena, subject)


def existing(formset):
    """The rows that are there already, unchanged."""
    told = {
        f"{formset.prefix}-TOTAL_FORMS": formset.initial_form_count(),
        f"{formset.prefix}-INITIAL_FORMS": formset.initial_form_count(),
    }
    for form in formset.initial_forms:
        told |= {
            f"{form.prefix}-{name}": form.get_initial_for_field(field, name) or ""
            for name, field in form.fields.items()
        }
        told[f"{form.prefix}-id"] = form.instance.pk
    return told


def test_an_object_found_to_hold_a_set_on_a_list_closes_its_reviews(cast):
    subject = cast.assigned()
    with acting(cast.ines):
        held = InformationSet.objects.create(
            authority=cast.gsn,
            name="Whistle-blowing",
            personal_data="ordinary",
            is_named_list=True,
        )
        held.named_people.create(person=cast.bo)
    found = subject.requested_objects.get().cloud_object
    client = signed_in(cast.ines)
    told = fields_of(client, found)
    (shown,) = client.get(page(found)).context["inline_admin_formsets"]
    told |= existing(shown.formset)
    told[f"{shown.formset.prefix}-TOTAL_FORMS"] = 2
    told[f"{shown.formset.prefix}-1-information_set"] = held.pk
    response = client.post(page(found), told)
    assert response.status_code == 302, response.context["errors"]
    subject = again(subject)
    assert sees(cast.bo, subject) and not sees(cast.agnes, subject)


# -- The freeze ----------------------------------------------------------------------


def test_what_comes_under_a_freeze_by_the_map_is_not_confirmed(cast):
    subject = cast.decided()
    with acting(cast.ines):
        held = InformationSet.objects.create(
            authority=cast.gsn, name="Logs of pupils", personal_data="ordinary"
        )
    stop(cast, information_set=held)
    with acting(cast.ines):
        CloudObjectInformationSet.objects.create(
            cloud_object=subject.requested_objects.get().cloud_object,
            information_set=held,
        )
    task = subject.access_request.deliveries.get()
    assert task.status == "open"
    refused(
        WrongState,
        delivery.confirm,
        task,
        by=cast.eva,
        given_at=clock.now(),
        no_conflict=True,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "IN", "product": None},
        {"ends_at": "now"},
        {"reason": "Nothing"},
        {"authority": "snc"},
    ],
)
def test_a_freeze_is_not_rewritten_by_sql(cast, changes):
    made = stop(cast)
    for name, value in changes.items():
        value = clock.now() + timedelta(seconds=1) if value == "now" else value
        setattr(made, name, cast.snc if value == "snc" else value)
    with pytest.raises(IntegrityError), acting(cast.ivar):
        made.save()


def test_one_person_does_not_lift_a_freeze_in_anothers_name_by_sql(cast):
    made = stop(cast)
    made.lift_asked_by, made.lifted_by = cast.per, cast.ivar
    made.lift_asked_at = made.lifted_at = clock.now()
    with pytest.raises(IntegrityError), acting(cast.ivar):
        made.save()
    assert Freeze.objects.get().lifted_at is None


def test_another_authoritys_freeze_tells_nothing_of_a_review_one_may_not_see(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    subject = request.reviews.get(authority=cast.gsn)
    held = InformationSet.objects.get(authority=cast.snc)
    with acting(cast.per):
        RoleAssignment.objects.create(
            person=cast.ivar,
            role="information_security",
            authority=cast.snc,
            valid_from=date(2026, 1, 1),
            reason="both",
            given_by=cast.per,
        )
    freeze.freeze(
        by=cast.ivar, authority=cast.snc, reason="Secret reason", information_set=held
    )
    assert seen(cast.karin, subject).freezes == []
    assert [row.reason for row in seen(cast.ivar, subject).freezes] == ["Secret reason"]
