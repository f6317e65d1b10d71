"""An outbox that has one answer to give, and is killed while it does."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.db import connection

from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.review.models.decision import Decision
from tests.cast import VM
from tests.helpers.killed import in_a_process_that_dies
from tests.providers.azure.conftest import GENEROUS, azure_decided
from tests.providers.helpers import applied

NUMBER = "R-1"


def look(standin, number):
    """In the server's own thread, so by a connection of its own: only what is
    committed is seen."""
    word = standin.attempts[-1][1]
    made = Decision.objects.filter(
        review__access_request__external_id=number,
        outcome={"Approve": "granted", "Deny": "refused"}[word],
        superseded_by=None,
    )
    if not made.exists():
        standin.undecided.append((number, word))
    connection.close()


def begin(stands, cast, standin, outcome):
    """One Azure request that is decided and not answered, and nothing else: by the
    steps the first time, and then as it stood."""
    for known in (standin.requests, standin.decisions, standin.attempts):
        known.clear()
    if "nothing" not in stands.kept:
        stands.keep("nothing")
    if outcome in stands.kept:
        stands.back_to(outcome)
        standin.apply(NUMBER, at=applied(), resourceIds=VM)
        return
    stands.back_to("nothing")
    azure_decided(cast, standin, outcome)
    stands.keep(outcome)


def killed_at(standin, point):
    """Run the outbox in a process that dies at this point. True if it lived."""
    moment, _space, count = str(point).partition(" ")
    if moment not in ("get", "decide", "effect"):
        return in_a_process_that_dies(deliver_due, point)
    process, left = [], int(count)
    watch = standin.hooks.get(moment, lambda number: None)

    def kill(number):
        nonlocal left
        watch(number)
        left -= 1
        if left == 0:
            os.kill(process[0], signal.SIGKILL)

    standin.hooks[moment] = kill
    try:
        return in_a_process_that_dies(deliver_due, began=process.append)
    finally:
        standin.hooks[moment] = watch


def run_sweep(standin, began):
    """`manage.py sweep` as a service would run it, on the test's own database."""
    owner = urlsplit(django_settings.OWNER_URL)
    name = connection.settings_dict["NAME"]
    env = {
        **os.environ,
        "DATABASE_URL": owner._replace(path=f"/{name}").geturl(),
        "LOCKBOX_SECRET_KEY": str(django_settings.SECRET_KEY),
        "LOCKBOX_AZURE_ENDPOINT": standin.url,
    }
    manage = Path(django_settings.BASE_DIR) / "manage.py"
    process = subprocess.Popen(
        [sys.executable, manage, "sweep"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    began(process.pid)
    words, _nothing = process.communicate(timeout=GENEROUS)
    return process.returncode, words
