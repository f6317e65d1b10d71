"""Reminders of power that is to be confirmed anew go out by mail: two, and no more."""

import pytest

from requests_app.desk.queue.everything import work_for
from requests_app.desk.sweep import sweep
from requests_app.duty.ladders import read_queues
from requests_app.duty.models.roster import Recertification
from requests_app.duty.powers import recertify
from requests_app.duty.sweep.channels import send_notices
from tests.helpers.notices import choose
from tests.helpers.people import rewrite
from tests.helpers.recertified import days_to, in_days, role_of
from tests.standin.mail import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def managed(staffed):
    for name in ("per", "pia"):
        rewrite(getattr(staffed, name), email=address_of(name))
    return staffed


def rounds(cast, *days):
    for day in days:
        with in_days(day):
            recertify(cast.sweeper)
            send_notices(cast.sweeper, read_queues())


def test_each_manager_has_two_mails_whatever_the_sweep_has_missed(managed, inbox):
    recertify(managed.sweeper)
    left = days_to(role_of("jonas", "legal_reviewer"))
    # Each round a day late, and gone round twice.
    first, again, end = left - 29, left - 9, left + 2
    rounds(managed, first, first)
    assert len(inbox.to("per")) == len(inbox.to("pia")) == 1
    rounds(managed, again, again, end - 1)
    assert len(inbox.to("per")) == len(inbox.to("pia")) == 2
    assert "behörigheter" in inbox.to("per")[0]["Subject"]
    assert "Jonas" not in str(inbox.to("per")[0])
    rounds(managed, end, end)
    assert role_of("jonas", "legal_reviewer").outcome == "ended"
    assert len(inbox.to("per")) == 2


def test_whoever_has_switched_it_off_still_sees_it_on_the_start_page(managed, inbox):
    recertify(managed.sweeper)
    choose(managed.per, off=["mail:recertify"])
    left = days_to(role_of("jonas", "legal_reviewer"))
    rounds(managed, left - 30)
    assert inbox.to("per") == [] and len(inbox.to("pia")) == 1
    with in_days(left - 30):
        assert [item for item in work_for(managed.per) if "recertif" in item.url]


def test_the_sweep_does_it(cast):
    sweep()
    assert Recertification.objects.filter(outcome="").exists()
