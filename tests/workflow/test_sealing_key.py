"""Another key for the secrets in the database: killed at each line of it, all of them
can be read; and a key that is lost is told."""

import random
import sys
from collections import Counter
from pathlib import Path
from threading import Event, Thread

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction

from audit_app.acting import acting_as
from lockbox_site.sign_in import register
from requests_app.cases.access import clients
from requests_app.cases.access.models import WebhookSecret
from requests_app.core.step import machine_account
from requests_app.duty.steps import (
    add_device,
    end_channel,
    make_channel,
    set_feed,
    tell_number,
)
from requests_app.oversight.steps import incidents
from requests_app.providers.secrets import (
    NoSealingKey,
    WrongKey,
    seal,
    sealing_keys,
    unseal,
)
from tests.helpers.channels import HOOK
from tests.helpers.killed import die, in_a_process_that_dies
from tests.helpers.others import until_blocking
from tests.helpers.phones import Phone
from tests.workflow.test_roster import a_roster

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]
OLD, LOST = "the-key-of-last-year-" + "0" * 20, "another-key-altogether-" + "1" * 20


@pytest.fixture
def key_file(settings, tmp_path):
    settings.SEALING_KEY = str(tmp_path / "sealing.key")
    Path(settings.SEALING_KEY).write_text(OLD)
    return Path(settings.SEALING_KEY)


@pytest.fixture
def kept(cast, key_file):
    """A secret in each column that holds one, by where it stands; of what has ended
    too, as nothing of that changes otherwise."""
    made = clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    clients.new_webhook_secret(made.client, by=cast.sam)
    channel = make_channel(cast.gsn, by=cast.per, role="it_manager", address=HOOK)
    end_channel(channel.channel, by=cast.per, reason="x")
    add_device(cast.karin, by=cast.karin, name="x", **Phone().keys())
    tell_number(cast.karin, by=cast.karin, number="+46700000001")
    set_feed(a_roster(cast), by=cast.per, address=HOOK)
    register(cast.karin, "JBSWY3DPEHPK3PXP")
    return readable()


def readable():
    return {
        str(one): unseal(incidents._text_of(one)) for one in incidents._all_sealed()
    }


def dying_at_line(number):
    """`change_key`, killed before the line of that number of all that it comes to, in
    the modules that do it: each line the first and the second time."""
    lines, times = 0, Counter()

    def trace(frame, event, _argument):
        nonlocal lines
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            line = frame.f_code, frame.f_lineno
            times[line] += 1
            lines += times[line] <= 2
            if lines == number:
                die()
        return trace

    def call():
        sys.settrace(trace)
        incidents.change_key()

    return call


FILES = {incidents.__file__, sys.modules[seal.__module__].__file__}


def test_every_column_that_is_sealed_has_a_secret_here(kept):
    for model, column in incidents.sealed_columns():
        assert any(
            one.startswith(f"{model._meta.verbose_name} ") and f"({column})" in one
            for one in kept
        ), f"{model.__name__}.{column}"


def test_killed_at_any_line_all_can_be_read_and_it_goes_on(kept):
    """At some lines of each run, drawn by its seed."""
    number, came_to_its_end = 0, False
    while not came_to_its_end:
        number += random.randint(1, 9)  # noqa: S311
        before = sealing_keys()
        came_to_its_end = in_a_process_that_dies(dying_at_line(number))
        assert readable() == kept, number
        if sealing_keys() == before or len(sealing_keys()) == 2:
            incidents.change_key()
        assert readable() == kept, number
        assert len(sealing_keys()) == 1 and sealing_keys() != before
    assert number > 50


def test_what_is_sealed_meanwhile_opens_afterwards(kept, key_file):
    """Whoever has read the old key commits before anything is said to be done."""
    sealer = Thread(target=_seals_slowly, args=(started := Event(),))
    sealer.start()
    assert started.wait(100)
    incidents.change_key()
    sealer.join()
    assert "JBSWY3DPEHPK3PXQ" in readable().values()


def _seals_slowly(started):
    person = get_user_model().objects.get(username="per")
    with transaction.atomic():
        register(person, "JBSWY3DPEHPK3PXQ")
        started.set()
        until_blocking()
    connections.close_all()


def test_the_command_says_when_it_is_done(kept, capsys):
    call_command("sealing_key", "--replace")
    said = capsys.readouterr().out
    assert f"Done: {len(kept)} secrets sealed anew" in said
    assert "All secrets can be opened." in said
    assert OLD not in sealing_keys() and readable() == kept


def test_a_lost_key_is_told_and_a_key_that_is_found_again_opens(kept, key_file, capsys):
    key_file.write_text(LOST)
    with pytest.raises(CommandError, match=f"The key of {len(kept)} secrets is lost"):
        call_command("sealing_key")
    assert capsys.readouterr().out.count("No key opens") == len(kept)
    key_file.write_text(f"{LOST}\n{OLD}\n")
    assert readable() == kept
    call_command("sealing_key", "--replace")
    assert sealing_keys() == [LOST] and readable() == kept


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "a key a line"), ("short", "a key a line"), (None, "No such")],
)
def test_a_file_that_is_no_key_seals_nothing(kept, key_file, text, said):
    sealed = seal("x")
    key_file.unlink() if text is None else key_file.write_text(text)
    with pytest.raises(NoSealingKey, match=said):
        seal("x")
    with pytest.raises(WrongKey):
        unseal(sealed)
    with pytest.raises(CommandError, match=said):
        call_command("sealing_key", "--replace")


def test_nobody_but_the_owner_seals_anew(kept):
    """The application's login writes none of them past the step that makes it."""
    (secret,) = WebhookSecret.objects.all()
    with (
        pytest.raises(IntegrityError, match="stays as it was"),
        acting_as(machine_account("system")),
    ):
        secret.sealed = seal("mine")
        secret.save()
