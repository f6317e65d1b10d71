"""Side doors told by mail: when one is seen, and when a decision covers it no longer."""

from datetime import timedelta

import pytest

from requests_app.oversight.steps import incidents
from requests_app.oversight.sweep import poll_all
from tests.background.conftest import (
    inbox,
    tell,
)
from tests.helpers.notices import lines_due_to
from tests.helpers.people import rewrite
from tests.providers.test_side_doors import (
    cover,
    door,
    later,
    nora,
    server,
)
from tests.standin.mail import address_of

__all__ = ["door", "inbox", "nora", "server"]

pytestmark = pytest.mark.django_db
DAY, ONE_DAY = 60 * 24, timedelta(days=1)


@pytest.fixture
def reachable(cast, nora):
    for person, name in ((nora, "nora"), (cast.eva, "eva")):
        rewrite(person, email=address_of(name))


def doors_due(person):
    return [line for line in lines_due_to(person) if line.kind == "door"]


def test_those_who_run_it_are_told_once_with_a_day_to_settle_it(
    cast, nora, reachable, door, inbox
):
    (line,) = doors_due(nora)
    assert line.ends_at == door.seen_at + ONE_DAY
    tell(cast)
    tell(cast)
    for name in ("nora", "eva"):
        (mail,) = inbox.to(name)
        # Our number and a link: not what it is called at the provider.
        assert "00000200" not in str(mail) and "Okta" not in str(mail)
        assert f"/requests_app/sidedoor/{door.pk}/change/" in mail.get_content()
    assert inbox.to("per") == inbox.to("karin") == []


def test_covered_it_is_silent_and_uncovered_it_is_told_again(
    cast, nora, reachable, door, inbox
):
    tell(cast)
    cover(door, nora, days=10)
    for day in (0, 1, 9):
        with later(DAY * day):
            tell(cast)
            assert doors_due(nora) == []
    assert len(inbox.to("nora")) == 1
    with later(DAY * 10 + 1):
        (line,) = doors_due(nora)
        assert line.ends_at == door.covered_until + ONE_DAY
        tell(cast)
        tell(cast)
    assert len(inbox.to("nora")) == len(inbox.to("eva")) == 2


def test_while_a_machine_closes_it_nobody_is_told_and_opened_again_they_are(
    cast, nora, reachable, door, server, inbox
):
    tell(cast)
    incidents.withdraw(door, by=cast.eva, reason="x")
    assert doors_due(nora) == []
    server.become("00000200", "revoked")
    poll_all()
    server.become("00000200", "approved")
    with later(5):
        poll_all()
        tell(cast)
    assert len(inbox.to("nora")) == 2
