"""Mail to staff, handed over to the server of the settings."""

import hashlib
from contextlib import suppress
from smtplib import SMTPRecipientsRefused
from ssl import SSLCertVerificationError
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

SMTP = "django.core.mail.backends.smtp.EmailBackend"
PATIENCE = 10  # seconds that the server may take to answer


class AddressRefused(Exception):
    """The mail server does not take the address; in its own words."""


class NoServer(Exception):
    """The mail server does not answer, or does not let us in."""


def mail(person: Any, subject: str, body: str, key: str) -> None:
    """To one person, as `mail_to`."""
    mail_to(person.email, subject, body, key)


def mail_to(address: str, subject: str, body: str, key: str) -> None:
    """`key` is the same if it is sent twice. Raises NoServer, OSError, or
    AddressRefused."""
    message = EmailMessage(
        subject=subject,
        body=body,
        from_email=settings.MAIL_FROM,
        to=[address],
        headers={"Message-ID": _number(key), "Auto-Submitted": "auto-generated"},
    )
    try:
        _hand_over(message)
    except (SMTPRecipientsRefused, ValueError) as error:
        raise AddressRefused(reason_in_words(error)) from error


def _hand_over(message: EmailMessage) -> None:
    server = get_connection(
        **{"backend": SMTP, "timeout": PATIENCE, **settings.MAIL_SERVER}
    )
    try:
        server.open()
    except SSLCertVerificationError as error:
        reason = f"its certificate is not to be trusted: {error.verify_message}"
        raise NoServer(reason) from error
    except OSError as error:
        raise NoServer(str(error)) from error
    try:
        server.send_messages([message])
    finally:
        # What it has taken it has taken, however it says good-bye.
        with suppress(OSError):
            server.close()


def reason_in_words(error: SMTPRecipientsRefused | ValueError) -> str:
    """The server's own words; or what is wrong with the address before it is asked."""
    if isinstance(error, ValueError):
        return str(error)
    return " ".join(
        f"{code} {text.decode(errors='replace')}"
        for code, text in error.recipients.values()
    )


def _number(key: str) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{settings.MAIL_FROM.rpartition('@')[2]}>"
