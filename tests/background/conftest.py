"""Staff with addresses, and the mail server that has their mail."""

import pytest

from lockbox_site.scratch import free_port
from requests_app.duty.ladders import read_queues
from requests_app.duty.sweep.channels import send_notices, tell_channels
from requests_app.duty.sweep.ladders import send_ladder_notices
from tests.helpers.people import rewrite
from tests.standin.mail import Received, address_of


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
    """What is told of the time to answer, and of other clocks."""
    queues = read_queues()
    return [
        *send_ladder_notices(cast.sweeper, queues),
        *send_notices(cast.sweeper, queues),
        *tell_channels(cast.sweeper, queues),
    ]


def waiting_in(channel):
    """What waits in a channel of colleagues, by number."""
    return [
        str(one.about) for one in read_queues().waiting if channel.pk in one.channels
    ]
