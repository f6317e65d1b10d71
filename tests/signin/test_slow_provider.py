"""What is slow outside holds no web process: /healthz answers within a second while the
identity provider, webhooks, stamps and mail answer late or never. Real gunicorn, as many
processes as where it is installed."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
import requests
from django.conf import settings
from django.db import connection

from lockbox_site.oidc import asking
from lockbox_site.scratch.server import environment, served
from requests_app.background import heartbeat
from tests.standin.dripping import Dripping

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
WORKERS, CALLERS, SECONDS = 4, 12, 15
UNIT = settings.BASE_DIR / "lockbox_site/deploy/systemd/lockbox-web.service"


@contextmanager
def calling(url):
    """Twelve that call again and again."""
    over = threading.Event()

    def call():
        while not over.is_set():
            requests.get(url, timeout=120, allow_redirects=False)

    with ThreadPoolExecutor(CALLERS) as pool:
        for _number in range(CALLERS):
            pool.submit(call)
        yield
        over.set()


@contextmanager
def sweeping(variables, database):
    command = [sys.executable, "manage.py", "sweep", "--every", "1"]
    process = subprocess.Popen(
        command,
        env=environment(database) | variables,
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("way", ["silent", "headers"])
def test_healthz_answers_within_a_second_whatever_is_slow_outside(cast, way):
    assert f"--workers {WORKERS} " in UNIT.read_text()
    heartbeat.finish()
    database = connection.settings_dict["NAME"]
    took = []
    with ExitStack() as stack:
        slow = stack.enter_context(Dripping(way, every=0.5))
        there = f"http://127.0.0.1:{slow.port}"
        variables = {
            "LOCKBOX_OIDC_ISSUER": there,
            "LOCKBOX_OIDC_CLIENT_ID": "lockbox",
            "LOCKBOX_OIDC_CLIENT_SECRET": "x",
            "LOCKBOX_MAIL": f"smtp://127.0.0.1:{slow.port}",
            "LOCKBOX_MAIL_FROM": "lockbox@stad.example",
        }
        url = stack.enter_context(served(database, WORKERS, variables))
        stack.enter_context(sweeping(variables, database))
        # Each process reads its code at its first request.
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(requests.get, [f"{url}/login/"] * 5 * WORKERS))
        stack.enter_context(calling(f"{url}/sign-in/"))
        time.sleep(1)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            began = time.monotonic()
            requests.get(f"{url}/healthz", timeout=120)
            took.append(time.monotonic() - began)
            time.sleep(0.1)
    print(f"{way}: /healthz at most {max(took):.2f} s of {len(took)}, {slow.got} calls")
    assert slow.got and max(took) <= 1


def test_what_it_says_of_itself_is_asked_once_an_hour(monkeypatch):
    asked = []

    def ask():
        asked.append(1)
        return {"issuer": "x", "number": len(asked)}

    times = [0.0]
    monkeypatch.setattr(asking.time, "monotonic", lambda: times[0])
    for now, number in ((1.0, 1), (3000.0, 1), (3700.0, 2)):
        times[0] = now
        assert asking.metadata_of("https://x.example", ask)["number"] == number


def test_one_that_does_not_answer_is_left_alone_and_what_it_said_holds(monkeypatch):
    answers = [ConnectionError("down"), {"issuer": "x"}, ConnectionError("down")]
    asked = []

    def ask():
        asked.append(1)
        answer = answers[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    times = [100.0]
    monkeypatch.setattr(asking.time, "monotonic", lambda: times[0])
    for _number in range(3):
        with pytest.raises(ConnectionError):
            asking.metadata_of("https://y.example", ask)
    assert len(asked) == 1
    for now in (111.0, 112.0, 4000.0, 4001.0):
        times[0] = now
        assert asking.metadata_of("https://y.example", ask) == {"issuer": "x"}
    assert len(asked) == 3
