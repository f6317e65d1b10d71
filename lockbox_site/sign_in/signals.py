"""Sign-ins, sign-outs and failed attempts go to the ledger."""

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth import signals

from audit_app import clock
from audit_app.acting import acting
from audit_app.ledger import Kind, record
from lockbox_site.sign_in import sessions
from lockbox_site.sign_in.brakes import client_address

# Programs that shut out who guesses read these lines (deploy/fail2ban).
log = logging.getLogger(__name__)


def connect() -> None:
    signals.user_logged_in.connect(_signed_in, dispatch_uid="ledger")
    signals.user_logged_out.connect(_signed_out, dispatch_uid="ledger")
    signals.user_login_failed.connect(_refused, dispatch_uid="ledger")


def _signed_in(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    address = client_address(request)
    record("user.signed_in", by=user, on=user, kind=Kind.AUTH, address=address)
    sessions.begin(request)
    if settings.IDENTITY_PROVIDER is not None and not user.identity:
        _broke_glass(user)


def _broke_glass(user: Any) -> None:
    """Somebody got in past the identity provider: those in charge are to know."""
    with acting(user):
        user.broke_glass_at = clock.now()
        user.save(update_fields=["broke_glass_at"])
        record("user.broke_glass", by=user, on=user, kind=Kind.AUTH)


def _signed_out(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    if user is not None:
        record("user.signed_out", by=user, on=user, kind=Kind.AUTH)


def _refused(sender: Any, credentials: Any, request: Any, **_kwargs: Any) -> None:
    note_refused(request, str(credentials.get("username", ""))[:150])


def note_refused(request: Any, username: str, **why: Any) -> None:
    """The name that was tried is personal, and may be a password typed in the wrong
    box."""
    address = client_address(request) if request is not None else ""
    record(
        "user.sign_in_refused",
        by=None,
        kind=Kind.AUTH,
        username=username,
        address=address,
        **why,
    )
    log.warning("sign-in refused from %s", address)
