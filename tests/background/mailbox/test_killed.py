"""A thousand mails, forty of them notices; and kill -9 wherever the reading is."""

import time
from datetime import UTC, datetime

import pytest

from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    MailboxPosition,
    ReceivedMail,
)
from requests_app.cases.intake.sweep import read_mailbox
from tests.helpers.killed import in_a_process_that_dies
from tests.helpers.mailboxes import mail_rule
from tests.helpers.stands import Stands
from tests.standin.notices import notice, other

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

MAILS, NOTICES = 1_000, 40
NUMBERS = {f"EXSR{number}" for number in range(NOTICES)}


@pytest.fixture(scope="module")
def stands(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), Stands() as kept:
        yield kept


def filled(mailbox, provider, mails, notices):
    """Notices spread among others."""
    every = mails // notices
    rows = []
    for number in range(mails):
        turn, rest = divmod(number, every)
        is_notice = rest == 0 and turn < notices
        raw = provider.signed(notice(f"EXSR{turn}")) if is_notice else other(number)
        rows.append(raw)
    with mailbox.server.client() as client:
        for raw in rows:
            client.append("INBOX", raw, msg_time=datetime.now(UTC))


def prove(mails, numbers):
    requests = AccessRequest.objects.all()
    assert {row.external_id for row in requests} == numbers
    assert len(requests) == len(numbers)
    assert Arrival.objects.count() == ReceivedMail.objects.count() == len(numbers)
    assert MailboxPosition.objects.get().others == mails - len(numbers)


def test_a_thousand_mails_give_forty_drafts(cast, mailbox, provider, capsys):
    mail_rule(cast)
    filled(mailbox, provider, MAILS, NOTICES)
    began = time.monotonic()
    rounds = 0
    while read_mailbox(cast.intake) or rounds == 0:
        rounds += 1
    took = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{MAILS} mails, {NOTICES} notices: {took:.1f} s, {rounds} rounds")
    prove(MAILS, NUMBERS)


def test_killed_at_every_moment_it_gives_each_once(
    cast, mailbox, provider, stands, capsys
):
    """Each statement that writes, and before and after each commit, of a reading of
    two notices among five mails."""
    mail_rule(cast)
    filled(mailbox, provider, 5, 2)
    stands.keep("before")
    points = [*range(1, 400), *(f"{at} {n}" for n in range(1, 30) for at in COMMITS)]
    killed, done = 0, set()
    for point in points:
        kind = str(point).partition(" ")[0] if isinstance(point, str) else "statement"
        if kind in done:
            continue
        stands.back_to("before")
        if in_a_process_that_dies(lambda: read_mailbox(cast.intake), point):
            done.add(kind)  # no more moments of this kind
        else:
            killed += 1
        read_mailbox(cast.intake)
        prove(5, {"EXSR0", "EXSR1"})
    assert done == {"statement", *COMMITS}
    with capsys.disabled():
        print(f"\nkilled at {killed} moments")


COMMITS = ("commit", "committed")


def test_a_thousand_mails_with_a_death_now_and_then(cast, mailbox, provider):
    mail_rule(cast)
    filled(mailbox, provider, MAILS, NOTICES)
    for moment in range(1, 90, 7):
        in_a_process_that_dies(lambda: read_mailbox(cast.intake), f"commit {moment}")
    while read_mailbox(cast.intake):
        pass
    prove(MAILS, NUMBERS)
