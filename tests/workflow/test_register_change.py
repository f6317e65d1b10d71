"""What takes from others what they see or need is changed by two persons."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from requests_app.core import two_persons
from requests_app.core.people.models import Authority, RoleAssignment, SecrecyBranch
from requests_app.core.step import WrongState
from requests_app.core.two_persons import (
    GUARDED,
    RegisterChange,
    can_settle_change,
    changes_to_settle,
    settlers_of,
)
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    Connection,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetPerson,
    SecurityClassification,
)
from requests_app.registers.rights import STAND_INS
from tests.cast import MAILBOX
from tests.helpers.cases import events_of
from tests.helpers.people import rewrite
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.two_persons import (
    by_two,
    listed_set,
    proposed,
    removal,
    second_manager,
)
from tests.helpers.web import in_english, page
from tests.workflow.registers import another, rows_of

pytestmark = pytest.mark.django_db
OTHERS = """CloudObjectInformationSet DisclosureTariff DisposalRule NoticeLadder
    ProcessingPaper ProviderLog Publication Publisher ReadingLimit ReconciliationRule RegisterPage RetentionRule"""
SEAL = {"seal": 2, "seal_source": "x", "seal_read_on": date(2026, 3, 1)}


def test_no_guarded_field_is_changed_by_one_person(cast):
    """By no form, no import and no door of the application: the database refuses."""
    rows = rows_of(cast)
    left = set(GUARDED) - set(rows)
    # Below: guarded by its set. Others: in tests/admin, test_notice_ladder and more.
    assert {model.__name__ for model in left} == {*OTHERS.split()}
    for model, (row, keeper, _second) in rows.items():
        for name in GUARDED[model].fields:
            changed = fresh(row)
            setattr(changed, name, another(changed, name))
            refuses("two persons|stays as it was", changed.save, keeper)


def test_a_guarded_field_comes_true_when_a_second_person_confirms(cast):
    for model, (row, keeper, second) in rows_of(cast).items():
        if model in (InformationSetPerson, SecurityClassification):
            continue  # are added and removed
        for name in GUARDED[model].fields:
            row = fresh(row)
            before, value = getattr(row, name), another(row, name)
            if (model, name) in (
                (CloudObject, "authority"),  # its rows belong to the authority: below
                (Connection, "authority"),
                (SecrecyBranch, "authority"),
                (Authority, STAND_INS[1]),  # with the first
            ):
                continue
            values = {name: value}
            if name in STAND_INS:
                values |= {STAND_INS[1]: "KS 2026-0007"}  # both, or neither
            values = {**SEAL, **values} if name in SEAL else values  # all, or nothing
            change = proposed(row, keeper, **values)
            assert getattr(fresh(row), name) == before
            refused(PermissionDenied, two_persons.confirm, change, by=keeper)
            two_persons.confirm(change, by=second)
            assert getattr(fresh(row), name) == value, (model, name)
            told = row.history.first()
            assert told.history_user_id == second.pk
            assert "register_change.confirmed" in events_of(change)


def test_other_fields_are_one_persons(cast):
    held = InformationSet.objects.get(name="Pupil health")
    change = proposed(held, cast.ines, description="New words", is_named_list=True)
    assert change.new_values == {"is_named_list": True}
    held = fresh(held)
    assert held.description == "New words" and not held.is_named_list


def test_nobody_names_themselves_nor_confirms_their_own_name(cast):
    held = InformationSet.objects.get(name="Pupil health")
    with pytest.raises(ValidationError):
        proposed(
            InformationSetPerson(information_set=held, person=cast.ines), cast.ines
        )
    named = InformationSetPerson(information_set=held, person=cast.ivar)
    change = proposed(named, cast.ines)
    refused(PermissionDenied, two_persons.confirm, change, by=cast.ivar)

    def forged():
        RegisterChange.objects.create(
            **{
                field.name: getattr(change, field.name)
                for field in RegisterChange._meta.concrete_fields
                if field.name not in ("id", "new_values")
            },
            new_values={"information_set_id": held.pk, "person_id": cast.ines.pk},
        )

    refuses("not for oneself", forged, cast.ines)


def test_a_named_person_is_added_and_taken_away_by_two(cast):
    held = listed_set(cast, cast.bo, cast.karin)
    row = held.named_people.get(person=cast.karin)
    refuses("removed by two persons", row.delete, cast.ines)
    change = removal(row, cast.ines)
    assert held.named_people.count() == 2
    two_persons.confirm(change, by=cast.ivar)
    assert held.named_people.get().person == cast.bo
    last = removal(held.named_people.get(), cast.ines)
    refused(ValidationError, two_persons.confirm, last, by=cast.ivar)


def test_a_set_is_put_on_a_list_with_somebody_named(cast):
    held = InformationSet.objects.get(name="Pupil health")
    change = proposed(held, cast.ines, is_named_list=True)
    refused(ValidationError, two_persons.confirm, change, by=cast.ivar)
    new = InformationSet(
        authority=cast.gsn, name="X", personal_data="none", is_named_list=True
    )
    refuses("two persons", new.save, cast.ines)
    change = proposed(new, cast.ines)
    assert not fresh(new).is_named_list and change.row_id == new.pk


def test_an_object_joins_a_set_on_a_list_by_two(cast):
    held = listed_set(cast, cast.bo)
    mailbox = CloudObject.objects.get(external_id=MAILBOX)
    link = mailbox.information_links.get()
    refuses("is kept", link.delete, cast.per)
    link.information_set = InformationSet.objects.get(name="Logs")
    refuses("two persons|stays as it was", link.save, cast.per)
    other = CloudObject.objects.get(designation="E-1")
    new = CloudObjectInformationSet(cloud_object=other, information_set=held)
    refuses("two persons", new.save, cast.per)
    by_two(new, cast.per, cast.ines)
    assert held.object_links.count() == 2


def classified(held, level, day):
    return SecurityClassification(
        information_set=held,
        valid_from=day,
        confidentiality=level,
        integrity=1,
        availability=1,
    )


@pytest.mark.parametrize("days", [-100, 0, 1, 400])
def test_a_class_is_raised_by_one_and_lowered_by_two(cast, days):
    held = InformationSet.objects.get(name="Pupil health")
    day = acting.today() + timedelta(days=days)
    refuses("two persons", classified(held, 0, day).save, cast.ines)
    change = proposed(classified(held, 0, day), cast.ines)
    assert held.classifications.count() == 1
    assert changes_to_settle(cast.ivar).get() == change
    assert proposed(classified(held, 4, day - timedelta(days=1)), cast.ines) is None
    two_persons.confirm(change, by=cast.ivar)
    assert held.classifications.count() == 3


def test_what_has_changed_since_is_not_confirmed(cast):
    product, nora = cast.m365.product, second_manager(cast)
    first = proposed(product, cast.sam, can_answer_partly=True)
    second = proposed(fresh(product), cast.sam, can_answer_partly=True, name="M")
    two_persons.confirm(second, by=nora)
    refused(WrongState, two_persons.confirm, first, by=nora)
    two_persons.refuse(first, by=nora, reason="Overtaken")
    refused(WrongState, two_persons.refuse, first, by=nora, reason="Again")


def test_whoever_proposed_takes_it_back(cast):
    change = proposed(cast.gsn, cast.per, regime="fl_full")
    refused(PermissionDenied, two_persons.withdraw, change, by=cast.pia, reason="x")
    two_persons.withdraw(change, by=cast.per, reason="Wrong")
    refused(WrongState, two_persons.confirm, change, by=cast.pia)


def test_only_the_authoritys_own_keepers_settle(cast):
    change = proposed(cast.gsn, cast.per, regime="fl_full")
    shared = proposed(cast.m365.product, cast.sam, can_answer_partly=True)
    for person in (cast.sam, cast.lena, cast.ines, cast.rut, cast.agnes):
        refused(PermissionDenied, two_persons.confirm, change, by=person)
    for person in (cast.per, cast.pia, cast.rut):
        refused(PermissionDenied, two_persons.confirm, shared, by=person)


def test_a_proposal_is_settled_once_and_in_ones_own_name(cast):
    change = proposed(cast.gsn, cast.per, regime="fl_full")

    def forge(**values):
        row = fresh(change)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    now = change.proposed_at
    refuses("another", lambda: forge(confirmed_by=cast.per, confirmed_at=now), cast.per)
    refuses(
        "own name", lambda: forge(confirmed_by=cast.pia, confirmed_at=now), cast.per
    )
    refuses("only settled", lambda: forge(new_values={"regime": "x"}), cast.per)
    refuses("is kept", fresh(change).delete, cast.per)


def test_the_same_proposal_waits_once(cast):
    first = proposed(cast.gsn, cast.per, regime="fl_full")
    assert proposed(cast.gsn, cast.per, regime="fl_full") == first


def test_the_page_says_who_may_confirm_or_that_nobody_may(cast):
    """By the rule that the step asks, of what authorities share too."""
    held = InformationSet.objects.get(name="Pupil health")
    changes = [
        proposed(held, cast.ines, is_named_list=True),
        proposed(cast.gsn, cast.per, regime="fl_full"),
        proposed(cast.m365.product, cast.sam, access_minutes=10),
    ]
    everybody = get_user_model().objects.filter(is_machine=False)
    for change in changes:
        settlers = {row.person for row in settlers_of(change)}
        rights = {p for p in everybody if can_settle_change(p, change)}
        assert settlers == rights, change
    url = page(changes[0])
    assert str(cast.ivar) in in_english(cast.ines).get(url).content.decode()
    for row in RoleAssignment.objects.filter(person=cast.ivar):
        rewrite(row, valid_to=date(2026, 1, 1))
    told = in_english(cast.ines).get(url).content.decode()
    assert "Nobody else can confirm it" in told
