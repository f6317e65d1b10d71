"""What has run out goes by a rule that two persons set, stays while its case is open,
and is gone then; the record stays whole."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import Kind, record
from audit_app.models import LedgerDetail, LedgerEntry
from audit_app.reconcile import CHANGED_OUTSIDE, everything
from audit_app.sealing import outside, sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.duty.models.notices import PhoneNumber, PushDevice, SentNotice
from requests_app.duty.steps import add_device, tell_number
from requests_app.records.selectors import last_carried_out
from requests_app.records.sweep import carry_out_retention
from tests.helpers.kept_words import kept
from tests.helpers.people import engage, rewrite
from tests.helpers.phones import Phone
from tests.helpers.retention_rules import rule_by_two, rules_everywhere
from tests.helpers.sql import sql
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db
SEED = "Kråkvinkelvägen"
NUMBER = "+46701112233"
SHORT = {"searches": 90, "reads": 365, "sign_ins": 90, "notices": 30, "addresses": 1}


def later(days):
    return acting.at(acting.now() + timedelta(days=days))


def carried_out(cast, days):
    with later(days):
        carry_out_retention(cast.sweeper)


def whole():
    """But for who was at the database: tests enter people as its owner."""
    connection.check_constraints()
    sealer.seal()
    ledger = Ledger()
    sql("reset role")
    ledger.take(outside.sections("default"))
    sql("set role lockbox_app")
    return [one.what for one in faults(ledger, {})] + [
        *everything("default", but=(CHANGED_OUTSIDE,))
    ]


def search(person):
    response = signed_in(person).get("/search/", {"q": SEED})
    assert response.status_code == 200


def test_without_a_rule_nothing_goes(cast):
    search(cast.karin)
    rule_by_two(cast, **SHORT)
    carried_out(cast, 5000)
    assert kept(SEED) == ["audit_app_ledgerdetail.body"]


def test_what_was_searched_for_is_gone_and_its_line_stands(cast):
    rules_everywhere(cast, **SHORT)
    search(cast.karin)
    line = LedgerEntry.objects.get(event="text.searched")
    before = whole()
    carried_out(cast, 89)
    assert kept(SEED)
    carried_out(cast, 91)
    assert kept(SEED) == []
    assert LedgerEntry.objects.filter(pk=line.pk).exists()
    told = LedgerEntry.objects.get(event="detail.expired", object_id=str(line.pk))
    assert told.facts["period"] == "searches" and told.actor_name == "Lockbox (sweep)"
    assert whole() == before == []


def test_what_is_read_of_a_case_stays_while_it_is_open(cast):
    rules_everywhere(cast, **SHORT)
    review = cast.registered()
    record("review.read", by=cast.karin, on=review, kind=Kind.READ, path=SEED)
    line = LedgerEntry.objects.get(event="review.read", kind="read")
    carried_out(cast, 400)
    assert LedgerDetail.objects.filter(pk=line.pk).exists()
    counted = last_carried_out().periods["reads"][str(cast.gsn.pk)]
    assert counted["held"] == {"open": 1}
    rewrite(review, status=SecrecyReview.Status.REROUTED)
    carried_out(cast, 402)
    assert not LedgerDetail.objects.filter(pk=line.pk).exists()
    assert whole() == []


def test_the_application_lets_nothing_go_before_its_time(cast):
    rules_everywhere(cast, **SHORT)
    search(cast.karin)
    line = LedgerEntry.objects.get(event="text.searched")
    sql("set role lockbox_app")
    for query in (
        "delete from audit_app_ledgerdetail where entry_id = %s",
        "select audit_details_expire(array[%s], '{}', null)",
    ):
        with pytest.raises(DatabaseError, match="permission"), transaction.atomic():
            sql(query, line.pk)
    with pytest.raises(DatabaseError, match="of its own"), transaction.atomic():
        sql(
            "select audit_ledger_record('event', 'detail.expired',"
            " 'audit_app_ledgerdetail', %s, null, null, null, '')",
            str(line.pk),
        )
    sql("select lockbox_lines_run('searches', 0, 100)")
    assert kept(SEED)


def test_no_change_runs_out_whatever_a_line_says(cast):
    """Such as whoever owns the database can write: it is told."""
    review = cast.registered()
    connection.check_constraints()
    change = LedgerEntry.objects.filter(
        object_type="requests_app_secrecyreview",
        object_id=str(review.pk),
        kind="change",
    ).first()
    step = LedgerEntry.objects.filter(kind="event").exclude(detail=None).first()
    before = whole()
    sql("reset role")
    for line in (change, step):
        with (
            pytest.raises(DatabaseError, match="does not run out"),
            transaction.atomic(),
        ):
            sql("select audit_details_expire(array[%s], '{}', null)", line.pk)
        sql(
            "select audit_ledger_add('event', 'detail.expired',"
            " 'audit_app_ledgerdetail', %s, null, null, null, '')",
            str(line.pk),
        )
    sql("alter table audit_app_ledgerdetail disable trigger user")
    LedgerDetail.objects.filter(pk__in=[change.pk, step.pk]).delete()
    sql("alter table audit_app_ledgerdetail enable always trigger audit_append_only")
    sql("set role lockbox_app")
    found = whole()
    assert before == []
    for line in (change, step):
        assert f"the detail of line {line.pk} is gone" in found
        assert line.pk in {getattr(one, "entry_id", None) for one in found}


def notice(cast, item):
    with acting_as(cast.sweeper):
        return SentNotice.objects.create(
            person=cast.karin,
            way="mail",
            item=item,
            kind="answer",
            ends_at=acting.now() - timedelta(days=100),
            sent_at=acting.now(),
        )


def test_a_notice_goes_when_its_time_is_out_and_its_case_is_closed(cast):
    rules_everywhere(cast, **SHORT)
    review = cast.registered()
    row = notice(cast, page(review))
    with later(3):
        young = notice(cast, "/requests_app/recertification/7/")
    carried_out(cast, 29)
    with pytest.raises(DatabaseError, match="as the rule says"), transaction.atomic():
        as_owner_deletes(row)
    carried_out(cast, 31)
    assert list(SentNotice.objects.order_by("pk")) == [row, young]
    rewrite(review, status=SecrecyReview.Status.REROUTED)
    carried_out(cast, 32.5)
    assert list(SentNotice.objects.all()) == [young]
    carried_out(cast, 34)
    assert not SentNotice.objects.exists() and whole() == []


def as_owner_deletes(row):
    """The application's login may not at all."""
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        row.delete()
    sql("set local role none")
    type(row).objects.filter(pk=row.pk).delete()


def test_how_somebody_was_reached_goes_when_they_have_left(cast):
    rules_everywhere(cast, **SHORT)
    gone, here = engage(cast, "alva", "legal_reviewer", cast.gsn), cast.karin
    for person in (gone, here):
        keys = {**Phone().keys(), "endpoint": f"https://hook.example/{person.pk}"}
        add_device(person, by=person, name="Min mobil", **keys)
        tell_number(person, by=person, number=NUMBER)
    assert kept(NUMBER) == []
    rewrite(gone, is_active=False)
    before = whole()
    device, number = PushDevice.objects.get(person=gone), gone.phone_number
    for row in (device, number, here.phone_number):
        with (
            acting_as(cast.sweeper),
            pytest.raises(DatabaseError),
            transaction.atomic(),
        ):
            row.delete()
    carried_out(cast, 2)
    assert list(PhoneNumber.objects.all()) == [here.phone_number]
    assert [one.person for one in PushDevice.objects.all()] == [here]
    assert kept(device.address_sealed) == kept(number.number_sealed) == []
    assert whole() == before
