"""Mail goes to who has the certificate, and waits for a server that is down."""

import ssl

import pytest

from lockbox_site.configuration import mail_server
from lockbox_site.scratch import free_port
from requests_app.core.models import Heartbeat
from requests_app.desk.sweep import sweep
from requests_app.duty.models.notices import LadderNotice
from requests_app.duty.sweep.ladders import NotTold
from tests.background.conftest import tell
from tests.standin.mail import Received
from tests.standin.tls import make_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def behind_tls(request, settings, tmp_path, monkeypatch):
    """A server that takes mail over STARTTLS only; its certificate is trusted where the
    test says so."""
    pem = make_certificate(tmp_path, "mail.example", **getattr(request, "param", {}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    handler = Received(free_port())
    handler.start(tls_context=context, require_starttls=True)
    url = f"smtp+tls://localhost:{handler.port}"
    monkeypatch.setenv("LOCKBOX_MAIL", url)
    settings.MAIL_SERVER = mail_server("LOCKBOX_MAIL")
    settings.MAIL_FROM = "lockbox@stad.example"
    settings.ALLOWED_HOSTS = ["lockbox.stad.example", "testserver"]
    handler.trust = lambda: monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    yield handler
    handler.stop()


def test_while_the_server_is_down_the_round_goes_on_and_says_so(staffed, inbox):
    staffed.assigned()
    inbox.stop()
    sweep()
    assert Heartbeat.objects.get(name=Heartbeat.ROUND).failures == 1
    assert not LadderNotice.objects.exclude(sent_at=None).exists()
    inbox.start()
    assert "notices: 1 sent" in sweep()
    assert Heartbeat.objects.get(name=Heartbeat.ROUND).failures == 0
    assert sweep() == [] and len(inbox.mails) == 1


def test_over_tls_it_goes_to_who_has_the_certificate_and_to_nobody_else(
    staffed, behind_tls
):
    staffed.assigned()
    with pytest.raises(NotTold, match="certificate is not to be trusted: self-signed"):
        tell(staffed)
    sweep()
    assert Heartbeat.objects.get(name=Heartbeat.ROUND).failures == 1
    assert (
        behind_tls.mails == []
        and not LadderNotice.objects.exclude(sent_at=None).exists()
    )
    behind_tls.trust()
    assert tell(staffed) == ["notices: 1 sent"]
    assert len(behind_tls.mails) == 1


@pytest.mark.parametrize(
    "behind_tls, why",
    [
        ({"here": False}, "not valid for 'localhost'"),
        ({"ran_out": True}, "certificate has expired"),
    ],
    indirect=["behind_tls"],
)
def test_a_trusted_certificate_of_another_name_or_one_that_ran_out_gets_no_mail(
    staffed, behind_tls, why
):
    staffed.assigned()
    behind_tls.trust()
    with pytest.raises(NotTold, match=f"not to be trusted: .*{why}"):
        tell(staffed)
    assert (
        behind_tls.mails == []
        and not LadderNotice.objects.exclude(sent_at=None).exists()
    )


def test_what_asks_for_tls_does_not_go_without(staffed, inbox, settings):
    staffed.assigned()
    settings.MAIL_SERVER |= {"use_tls": True}
    with pytest.raises(NotTold, match="STARTTLS"):
        tell(staffed)
    assert inbox.mails == []
