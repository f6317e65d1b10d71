"""Mail to staff of what waits with a clock, through a real mail server."""

import email
import socket
import ssl
from datetime import timedelta
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit_app import clock
from audit_app.acting import acting
from audit_app.models import LedgerEntry
from lockbox_site.configuration.environment import mail_server
from requests_app.background import notices
from requests_app.background.notices import NotSent, send, send_notices
from requests_app.background.sweep import sweep
from requests_app.models import Heartbeat, NoticeChoice, RefusedAddress, SentNotice
from requests_app.selectors.notice import due_to
from requests_app.workflow.notice import choose_notices
from requests_app.workflow.reported_act import record_act
from tests.cast import hours
from tests.helpers.people import rewrite
from tests.helpers.web import signed_in, words
from tests.standin.tls import make_certificate

pytestmark = pytest.mark.django_db


class Received:
    """What the server has taken, in the order it came; `refused` are addresses."""

    def __init__(self, port):
        self.port, self.mails, self.refused = port, [], set()

    def start(self, **tls):
        self.server = Controller(self, hostname="127.0.0.1", port=self.port, **tls)
        self.server.start()

    def stop(self):
        self.server.stop()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def to(self, name):
        return [mail for mail in self.mails if mail["To"] == address_of(name)]


def address_of(name):
    return f"{name}@skola.example"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


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


@pytest.fixture
def staffed(cast):
    """The lawyer and the registrar have addresses; one case waits for the lawyer."""
    for name in ("karin", "lena"):
        rewrite(getattr(cast, name), email=address_of(name))
    return cast


def tell(cast):
    return send_notices(cast.sweeper)


def test_number_time_and_link_go_out_once_and_nothing_of_what_it_is_about(
    staffed, inbox
):
    subject = staffed.assigned()
    assert tell(staffed) == ["notices: 1 sent"] and tell(staffed) == []
    (mail,) = inbox.mails
    ends = subject.access_request.answer_deadline
    assert mail["To"] == address_of("karin") and mail["From"] == "lockbox@stad.example"
    assert mail["Subject"].startswith(f"Lockbox: {subject}, senast ")
    assert str(ends.year) in mail["Subject"]
    text = mail.get_content()
    page = reverse("admin:requests_app_secrecyreview_change", args=[subject.pk])
    assert f"lockbox.stad.example{page}" in text
    for told in ("Exchange", "Repair", "Mailbox", "O-17", "Microsoft", "Grundskole"):
        assert told not in str(mail)
    assert LedgerEntry.objects.filter(event="notice.sent").count() == 1
    row = SentNotice.objects.get()
    assert (row.person, row.kind, row.ends_at) == (staffed.karin, "answer", ends)


def test_each_hears_when_it_is_their_turn_in_their_language(staffed, inbox):
    rewrite(staffed.lena, language="en")
    subject = staffed.new()
    tell(staffed)
    (mail,) = inbox.to("lena")
    assert mail["Subject"].startswith(f"Lockbox: {subject_in_english(subject)}, by ")
    assert "waits for you" in mail.get_content()


def subject_in_english(subject):
    return f"GSN, not registered (no. {subject.pk})"


def test_nobody_hears_without_an_address_a_role_or_the_wish(staffed, inbox, settings):
    staffed.assigned()
    choose_notices(staffed.karin, NoticeChoice.Wants.NONE)
    assert tell(staffed) == [] and inbox.mails == []
    choose_notices(staffed.karin, NoticeChoice.Wants.CLOCK)
    rewrite(staffed.karin, email="")
    assert tell(staffed) == []
    rewrite(staffed.karin, email=address_of("karin"))
    server, settings.MAIL_SERVER = settings.MAIL_SERVER, {}
    assert tell(staffed) == [] and not SentNotice.objects.exists()
    settings.MAIL_SERVER = server
    rewrite(staffed.karin, is_active=False)
    assert tell(staffed) == [] and inbox.mails == []


def test_what_another_sweep_has_sent_is_not_sent_again(staffed, inbox):
    staffed.assigned()
    (due,) = due_to(staffed.karin)
    assert send(due, staffed.sweeper)
    assert not send(due, staffed.sweeper) and len(inbox.mails) == 1


def test_what_a_round_has_no_time_for_is_the_next_ones(staffed, inbox, monkeypatch):
    staffed.assigned()
    monkeypatch.setattr(notices, "ROUND", 0)
    assert tell(staffed) == [] and not SentNotice.objects.exists()
    monkeypatch.undo()
    assert tell(staffed) == ["notices: 1 sent"]


def test_a_new_clock_is_told_anew(staffed, inbox):
    subject = staffed.assigned()
    tell(staffed)
    rewrite(subject.access_request, answer_deadline=hours(30))
    assert tell(staffed) == ["notices: 1 sent"]
    first, second = inbox.to("karin")
    assert first["Message-ID"] != second["Message-ID"]


def test_a_refused_address_keeps_nobody_elses_mail_and_is_tried_ever_more_seldom(
    staffed, inbox
):
    staffed.assigned()
    staffed.request(number="EXSR2", objects=("unknown@elsewhere.example",))
    rewrite(staffed.nils, email=address_of("nils"))
    inbox.refused = {address_of("karin")}
    with pytest.raises(NotSent, match="1 notices"):
        tell(staffed)
    assert [mail["To"] for mail in inbox.mails] == [address_of("nils")]
    assert tell(staffed) == []
    for later, minutes in ((0.1, 10), (0.3, 20)):
        with clock.at(hours(later)):
            with pytest.raises(NotSent, match="1 notices"):
                tell(staffed)
            row = RefusedAddress.objects.get()
            assert row.next_try_at - clock.now() == timedelta(minutes=minutes)
    inbox.refused = set()
    with clock.at(hours(1)):
        assert tell(staffed) == ["notices: 1 sent"] and len(inbox.to("karin")) == 1
    assert not RefusedAddress.objects.exists()


def test_who_keeps_the_person_is_told_until_there_is_another_address(staffed, inbox):
    staffed.assigned()
    inbox.refused = {address_of("karin")}
    with pytest.raises(NotSent):
        tell(staffed)
    start = signed_in(staffed.sam).get("/")
    assert "550 no such mailbox" in words(start)
    assert "550 no such mailbox" not in words(signed_in(staffed.per).get("/"))
    rewrite(staffed.karin, email="karin.test@skola.example")
    assert "550 no such mailbox" not in words(signed_in(staffed.sam).get("/"))
    # Another address is not held back for the old one's sake.
    assert tell(staffed) == ["notices: 1 sent"]


def test_while_the_server_is_down_the_round_goes_on_and_says_so(staffed, inbox):
    staffed.assigned()
    inbox.stop()
    sweep()
    assert Heartbeat.objects.get(name=Heartbeat.ROUND).failures == 1
    assert not SentNotice.objects.exists()
    inbox.start()
    assert "notices: 1 sent" in sweep()
    assert Heartbeat.objects.get(name=Heartbeat.ROUND).failures == 0
    assert sweep() == [] and len(inbox.mails) == 1


def test_over_tls_it_goes_to_who_has_the_certificate_and_to_nobody_else(
    staffed, behind_tls
):
    staffed.assigned()
    with pytest.raises(NotSent, match="certificate is not to be trusted: self-signed"):
        tell(staffed)
    sweep()
    assert Heartbeat.objects.get(name=Heartbeat.ROUND).failures == 1
    assert behind_tls.mails == [] and not SentNotice.objects.exists()
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
    with pytest.raises(NotSent, match=f"not to be trusted: .*{why}"):
        tell(staffed)
    assert behind_tls.mails == [] and not SentNotice.objects.exists()


def test_what_asks_for_tls_does_not_go_without(staffed, inbox, settings):
    staffed.assigned()
    settings.MAIL_SERVER |= {"use_tls": True}
    with pytest.raises(NotSent, match="STARTTLS"):
        tell(staffed)
    assert inbox.mails == []


def test_a_deviation_is_called_by_its_case(staffed, inbox):
    """A subject line that says “deviation” would say what it is about."""
    rewrite(staffed.ivar, email=address_of("ivar"))
    subject = staffed.answered()
    act = {"happened_at": clock.now(), "action": "read", "object_name": "elsewhere"}
    record_act(subject, by=staffed.karin, **act)
    tell(staffed)
    mails = inbox.to("ivar")
    assert [mail["Subject"].partition(",")[0] for mail in mails] == [
        f"Lockbox: {subject}"
    ]
    assert "vvikelse" not in mails[0].as_string()


def test_nobody_but_the_sweep_says_that_somebody_was_told(staffed):
    values = {"item": "/x/", "kind": "answer", "ends_at": hours(1)}
    with (
        acting(staffed.per),
        pytest.raises(DatabaseError, match="by the sweep"),
        transaction.atomic(),
    ):
        SentNotice.objects.create(person=staffed.karin, sent_at=clock.now(), **values)


def test_nobody_chooses_for_another(staffed):
    with (
        acting(staffed.per),
        pytest.raises(DatabaseError, match="one's own name"),
        transaction.atomic(),
    ):
        NoticeChoice.objects.create(person=staffed.karin, wants="none")


def test_a_person_chooses_on_a_page_of_their_own(staffed, inbox):
    web, page = signed_in(staffed.karin), reverse("admin:notices")
    assert address_of("karin") in web.get(page).content.decode()
    assert "form" in web.post(page, {"wants": "everything"}).context
    assert not NoticeChoice.objects.exists()
    for wants in ("none", "clock"):
        assert web.post(page, {"wants": wants}).status_code == 302
        assert NoticeChoice.objects.get().wants == wants
    assert NoticeChoice.history.count() == 2
