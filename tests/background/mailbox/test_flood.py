"""Many notices at once wake people once."""

from datetime import timedelta

import pytest

from audit_app import acting
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.duty.ladders import read_queues
from requests_app.duty.sweep.ladders import send_ladder_notices
from tests.background.conftest import inbox  # noqa: F401
from tests.helpers.mailboxes import mail_rule
from tests.helpers.people import rewrite
from tests.standin.mail import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def nils(cast, inbox):  # noqa: F811
    """The registrar of whoever runs the tenants, and what he has been sent."""
    mail_rule(cast)
    rewrite(cast.nils, email=address_of("nils"))
    return lambda: [mail["Subject"] for mail in inbox.to("nils")]


def arrive(mailbox, read, numbers):
    for number in numbers:
        mailbox.arrives(f"EXSR{number}")
    read()


def test_a_few_are_told_one_by_one(cast, mailbox, read, nils):
    arrive(mailbox, read, range(3))
    send_ladder_notices(cast.sweeper, read_queues())
    assert len(nils()) == 3


def test_a_flood_is_told_once_with_how_many(cast, mailbox, read, nils):
    arrive(mailbox, read, range(40))
    send_ladder_notices(cast.sweeper, read_queues())
    (subject,) = nils()
    assert "40" in subject
    # Its next wave, minutes later, wakes nobody again; nor does working some of it off.
    arrive(mailbox, read, range(40, 60))
    send_ladder_notices(cast.sweeper, read_queues())
    assert AccessRequest.objects.count() == 60
    assert len(nils()) == 1


def test_what_comes_when_it_is_over_is_told(cast, mailbox, read, nils):
    arrive(mailbox, read, range(40))
    send_ladder_notices(cast.sweeper, read_queues())
    with acting.at(acting.now() + timedelta(minutes=20)):
        arrive(mailbox, read, [99])
        send_ladder_notices(cast.sweeper, read_queues())
    assert len(nils()) == 2
    assert "EXSR99" in nils()[-1]
