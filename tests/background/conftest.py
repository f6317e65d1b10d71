"""Staff with addresses, and the mail server that has their mail."""

import pytest

from requests_app.background.notices import send_notices
from tests.helpers.people import rewrite
from tests.standin.mail import Received, address_of, free_port


@pytest.fixture
def inbox(settings):
    handler = Received(free_port())
    handler.start()
    settings.MAIL_SERVER = {"host": "127.0.0.1", "port": handler.port}
    settings.MAIL_FROM = "lockbox@stad.example"
    settings.ALLOWED_HOSTS = ["lockbox.stad.example", "testserver"]
    yield handler
    handler.stop()


@pytest.fixture
def staffed(cast):
    """The lawyer and the registrar have addresses; one case waits for the lawyer."""
    for name in ("karin", "lena"):
        rewrite(getattr(cast, name), email=address_of(name))
    return cast


def tell(cast):
    return send_notices(cast.sweeper)
