"""A notice all the way to a real browser: asked for on the person's own page, sent by the
sweep, read and shown by the browser itself."""

import pytest
from django.core.management import call_command

from requests_app.duty.models.notices import PushDevice
from tests.background.conftest import tell
from tests.cast import PASSWORD
from tests.providers.http.conftest import (
    OUTSIDE,
    world,
)
from tests.standin.firefox import Firefox
from tests.standin.push_service import PushService
from tests.standin.tls import TlsProxy, make_certificate

__all__ = ["world"]

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs("firefox"),
]


@pytest.fixture
def service(world, tmp_path, monkeypatch):
    """A push service over TLS, called hook.example, and outside our network."""
    pem = make_certificate(tmp_path, "hook.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with PushService() as service, TlsProxy(service.port, pem) as front:
        world.names["hook.example"] = [OUTSIDE]
        world.ports[OUTSIDE] = front.port
        yield service


def test_a_real_browser_shows_number_clock_and_link(
    cast, live_server, settings, service, tmp_path
):
    call_command("web_push_key", tmp_path / "push.pem")
    settings.PUSH_KEY = str(tmp_path / "push.pem")
    settings.ALLOWED_HOSTS = ["localhost"]
    subject = cast.assigned()
    profile = tmp_path / "profile"
    profile.mkdir()
    with Firefox(profile, service.port) as firefox:
        listen(firefox, live_server.url.replace("127.0.0.1", "localhost"))
        assert PushDevice.objects.get().person == cast.karin
        assert tell(cast) == ["notices: 1 sent"]
        shown = firefox.until(
            "navigator.serviceWorker.getRegistrations()"
            ".then(all => Promise.all(all.map(one => one.getNotifications())))"
            ".then(found => found.flat().map(one => one.title + one.body).join())",
            bool,
        )
    assert shown.startswith(f"Lockbox: {subject}, senast ")
    ((headers, body),) = service.got
    assert str(subject).encode() not in body
    assert {name.lower() for name in headers} >= {"ttl", "topic", "authorization"}


def listen(firefox, address):
    """Sign in, and let this browser take notices."""
    firefox.goto(f"{address}/login/")
    firefox.run(
        "(document.querySelector('#id_username').value = 'karin',"
        f" document.querySelector('#id_password').value = {PASSWORD!r},"
        " document.querySelector('[type=submit]').click())"
    )
    firefox.until("document.title", lambda title: "Att göra" in title)
    firefox.goto(f"{address}/devices/")
    firefox.run(
        "(document.querySelector('#push [name=name]').value = 'Firefox',"
        " document.querySelector('#push button').click())"
    )
    firefox.until(
        "document.querySelector('.devices')?.innerText || document.body.innerText",
        lambda text: "Avsluta Firefox" in text,
    )
