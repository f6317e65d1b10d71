"""Mails that nobody would write but to do harm: a clear word, and the rest is worked."""

import pytest

from requests_app.cases.intake.models.request import AccessRequest, Arrival
from tests.helpers.mailboxes import mail_rule
from tests.standin.notices import SENDER, notice

pytestmark = pytest.mark.django_db

HEAD = f"From: {SENDER}\r\nSubject: Customer Lockbox request EXSR5\r\n".encode()
MIXED = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
PART = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"


def nested(depth):
    """A mail in a mail in a mail."""
    inside = b"Content-Type: message/rfc822\r\n\r\n" * depth
    return HEAD + inside + b"Content-Type: text/plain\r\n\r\nx\r\n"


def nested_parts(depth):
    rows = [
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'
        for n in range(depth)
    ]
    return HEAD + b"MIME-Version: 1.0\r\n" + "".join(rows).encode() + b"\r\nx\r\n"


# A mail that is told to a person, by what is odd in it.
ODD = {
    "ten thousand parts": HEAD + MIXED + PART * 10_000 + b"--b--\r\n",
    "mails in mails": nested(2_000),
    "parts in parts": nested_parts(150),
    "a broken tree": HEAD + MIXED + b"--c\r\n\r\n--b\r\n\r\n--",
    "two addresses": notice(From=f"{SENDER}, anna@elsewhere.example"),
    "two senders": f"From: {SENDER}\r\n".encode() + notice(),
    "a comment without end": notice(From="(" * 2_900 + f" {SENDER}"),
    "a long head": HEAD + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\nx\r\n",
    "30 MB": HEAD + b"\r\n" + b"x" * 30_000_000,
    "NUL": HEAD + b"\r\n\x00Request: EXSR5\x00\r\n",
    "a strange date": HEAD + b"Date: Mon, 99 Xxx 99999 99:99:99 +9999\r\n\r\nx\r\n",
    "20,000 recipients": HEAD
    + b"To: "
    + b",\r\n ".join(b"a%d@x.example" % n for n in range(2_500))
    + b"\r\n\r\nx\r\n",
}


@pytest.mark.parametrize("way", ODD)
def test_an_odd_mail_stops_no_other(cast, mailbox, read, way):
    mail_rule(cast)
    mailbox.append(ODD[way])
    mailbox.arrives("EXSR6")
    read()
    assert AccessRequest.objects.get().external_id == "EXSR6"
    odd = Arrival.objects.get(result="not_taken")
    assert len(odd.trouble.split()) > 4
    if way != "NUL":  # which the server writes otherwise
        assert odd.payload.body == ODD[way][: 64 * 1024 if way == "30 MB" else None]


READABLE = {
    "HTML alone": {
        "Content_Type": "text/html; charset=utf-8",
        "text": "<html><head><style>Request: EXSR0</style></head><body><p>För {tenant}"
        "</p><p>Request: {number}</p><p>Service request: {case}</p></body></html>",
    },
    "an unknown charset": {"Content_Type": "text/plain; charset=x-nobody-knows"},
    "a charset with NUL": {"Content_Type": 'text/plain; charset="utf-8\x01"'},
    "an encoded subject": {
        "Subject": "=?x-nobody-knows?Q?Customer_Lockbox_request?= EXSR100001"
    },
    "no date": {"Date": ""},
    "Swedish": {"text": "Åtkomst för {tenant}\n\nRequest: {number}\n"},
}


@pytest.mark.parametrize("way", READABLE)
def test_what_can_be_read_is_read(cast, mailbox, read, provider, way):
    mail_rule(cast)
    raw = notice(**READABLE[way])
    mailbox.append(provider.signed(raw))
    read()
    if way == "no date":
        # What is not signed may be anybody's: a mail without a date has none to sign.
        assert Arrival.objects.get().mail.verdict == "doubted"
        return
    assert AccessRequest.objects.get().external_id == "EXSR100001"


def test_what_is_attached_is_not_looked_into(cast, mailbox, read, provider):
    mail_rule(cast)
    attached = (
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment;"
        b' filename="../../etc/x.txt"\r\n\r\nRequest: EXSR666\r\n--b--\r\n'
    )
    body = PART.replace(
        b"x\r\n", b"Request: EXSR5, exempelstad.onmicrosoft.example\r\n"
    )
    head = HEAD + b"Date: Sun, 29 Nov 2026 08:00:00 +0000\r\nTo: a@x.example\r\n"
    mailbox.append(provider.signed(head + MIXED + body + attached))
    read()
    assert AccessRequest.objects.get().external_id == "EXSR5"
