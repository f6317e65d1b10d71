"""What is slow outside holds no web process: strangers call fifty times a second while
the identity provider, webhooks, the mail server, a calendar and the time-stamping
authority answer late or never. Real gunicorn, as many processes as where it is installed;
the sweep and the senders go round beside it."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
import requests
from django.conf import settings
from django.db import connection

from lockbox_site import oidc
from lockbox_site.scratch import served
from requests_app.cases.access import clients, outbox
from requests_app.core import sweep as core_sweep
from requests_app.desk.sweep import sweep
from requests_app.duty.steps import set_feed
from tests.background.conftest import staffed
from tests.helpers import time_stamping
from tests.helpers.caller import Caller
from tests.helpers.ledgers import configure
from tests.helpers.web import page, signed_in
from tests.standin.dripping import Dripping
from tests.standin.receiver import World
from tests.standin.tls import TlsProxy, make_certificate
from tests.workflow.test_roster import a_roster

__all__ = ["staffed"]

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
WORKERS, A_SECOND, SECONDS = 4, 50, 15
WEB = settings.BASE_DIR / "lockbox_site/gunicorn_settings.py"
# What is slow, and of what has no certificate here the name by which it is reached.
NAMES = {"webhook": "hook.example", "calendar": "calendar.example"}
SLOW = ("provider", "mail", "stamps", *NAMES)


@pytest.fixture
def slow(request, monkeypatch, settings, tmp_path):
    """Each of them, and what we are set up with so that it is asked."""
    world, trusted = World(monkeypatch), tmp_path / "trusted.pem"
    with ExitStack() as stack:
        there = {
            one: stack.enter_context(Dripping(request.param, every=0.5)) for one in SLOW
        }
        for number, (one, name) in enumerate(NAMES.items(), 1):
            pem = make_certificate(tmp_path, name)
            with trusted.open("ab") as file:
                file.write(pem.read_bytes())
            front = stack.enter_context(TlsProxy(there[one].port, pem))
            world.names[name] = [address := f"93.184.215.{number}"]
            world.ports[address] = front.port
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        settings.MAIL_SERVER = {"host": "127.0.0.1", "port": there["mail"].port}
        settings.MAIL_FROM = "lockbox@stad.example"
        settings.ALLOWED_HOSTS = ["lockbox.stad.example", "testserver"]
        configure(settings, tmp_path)
        settings.LEDGER_TSA = f"http://127.0.0.1:{there['stamps'].port}/"
        roots = time_stamping.make(tmp_path / "tsa") / "root.pem"
        settings.LEDGER_TSA_ROOTS = str(roots)
        yield there


@pytest.fixture
def case(staffed):
    """Something waits for each: a mail, a webhook, a calendar and a stamp."""
    made = clients.make_client(staffed.contract, by=staffed.sam, name="Exempelmoln")
    client = {"by": staffed.sam, "webhook_url": "https://hook.example/"}
    clients.listen_at(made.client, **client)
    clients.new_webhook_secret(made.client, by=staffed.sam)
    Caller(made).apply("P-1")
    Caller(made).post("/requests/P-1/withdraw", {"reason": "x"})
    set_feed(a_roster(staffed), by=staffed.per, address="https://calendar.example/x")
    return staffed.assigned()


def sweep_until(over):
    """In a thread of its own, as it goes round in a process of its own."""
    while not over.wait(1):
        sweep()
    connection.close()


def call_until(over, url, answers):
    """Whether answers come or not: fifty a second, half of them to be signed in."""
    addresses = itertools.cycle(["sign-in/", "login/", "sign-in/", "api/v1/requests"])

    def call(address):
        answer = requests.get(f"{url}/{address}", timeout=120, allow_redirects=False)
        answers.append(answer.status_code)

    began = time.monotonic()
    with ThreadPoolExecutor(2 * A_SECOND) as pool:
        for number in itertools.count():
            if over.wait(max(0, began + number / A_SECOND - time.monotonic())):
                break
            pool.submit(call, next(addresses))


@contextmanager
def beside(target, *arguments):
    over = threading.Event()
    thread = threading.Thread(target=target, args=(over, *arguments))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def longest_of_each(url, person, pages):
    """Of /healthz, and of pages by somebody who is signed in: seconds."""
    cookie = signed_in(person).cookies[settings.SESSION_COOKIE_NAME]
    session = requests.Session()
    session.cookies.set(cookie.key, cookie.value)
    took: dict[str, list[float]] = {"/healthz": [], **{one: [] for one in pages}}
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for path, times in took.items():
            began = time.monotonic()
            answer = session.get(url + path, timeout=120, allow_redirects=False)
            times.append(time.monotonic() - began)
            if path == "/healthz":
                assert answer.json()["sweep"] == "ok"
            else:
                assert answer.status_code == 200, path
            time.sleep(0.1)
    return {path: max(times) for path, times in took.items()}


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("slow", ["silent", "headers"], indirect=True)
def test_pages_answer_whatever_is_slow_outside(slow, staffed, case, request):
    assert f'"WEB_CONCURRENCY", "{WORKERS}"' in WEB.read_text()
    core_sweep.finish()
    variables = {
        "LOCKBOX_OIDC_ISSUER": f"http://127.0.0.1:{slow['provider'].port}",
        "LOCKBOX_OIDC_CLIENT_ID": "lockbox",
        "LOCKBOX_OIDC_CLIENT_SECRET": "x",
    }
    answers: list[int] = []
    with served(connection.settings_dict["NAME"], WORKERS, variables) as url:
        # Each process reads its code at its first request.
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(requests.get, [f"{url}/login/"] * 5 * WORKERS))
        with (
            beside(sweep_until),
            beside(outbox.send_at_once),
            beside(call_until, url, answers),
        ):
            took = longest_of_each(url, staffed.karin, ["/", page(case)])
    got = {name: one.got for name, one in slow.items()}
    print(f"{request.node.name}: {took}, {len(answers)} calls answered, {got} asked")
    assert all(got.values()), got
    assert len(answers) > 0.8 * A_SECOND * SECONDS
    assert took.pop("/healthz") <= 1 and max(took.values()) <= 2


def test_what_it_says_of_itself_is_asked_once_an_hour(monkeypatch):
    asked = []

    def ask():
        asked.append(1)
        return {"issuer": "x", "number": len(asked)}

    times = [0.0]
    monkeypatch.setattr(oidc.time, "monotonic", lambda: times[0])
    for now, number in ((1.0, 1), (3000.0, 1), (3700.0, 2)):
        times[0] = now
        assert oidc.metadata_of("https://x.example", ask)["number"] == number


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
    monkeypatch.setattr(oidc.time, "monotonic", lambda: times[0])
    for _number in range(3):
        with pytest.raises(ConnectionError):
            oidc.metadata_of("https://y.example", ask)
    assert len(asked) == 1
    for now in (111.0, 112.0, 4000.0, 4001.0):
        times[0] = now
        assert oidc.metadata_of("https://y.example", ask) == {"issuer": "x"}
    assert len(asked) == 3
