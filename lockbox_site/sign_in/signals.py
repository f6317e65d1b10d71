"""Sign-ins, sign-outs and failed attempts go to the ledger."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, signals

from audit_app import clock
from audit_app.acting import acting
from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from audit_app.refusals import record_refusal
from lockbox_site.sign_in import sessions
from lockbox_site.sign_in.brakes import client_address
from lockbox_site.sign_in.tried_name import tried_name

# Programs that shut out who guesses read these lines (deploy/fail2ban).
log = logging.getLogger(__name__)


def connect() -> None:
    signals.user_logged_in.connect(_signed_in, dispatch_uid="ledger")
    signals.user_logged_out.connect(_signed_out, dispatch_uid="ledger")
    signals.user_login_failed.connect(_refused, dispatch_uid="ledger")


def _signed_in(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    address, last = client_address(request), _last_line(user)
    record("user.signed_in", by=user, on=user, kind=Kind.AUTH, address=address)
    sessions.begin(request, last)
    if settings.IDENTITY_PROVIDERS and not user.identity:
        _broke_glass(user)


def _last_line(user: Any) -> datetime | None:
    """When the person last did something."""
    lines = LedgerEntry.objects.filter(actor_id=user.pk).order_by("-at", "-id")
    return lines.values_list("at", flat=True).first()


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
    note_refused(request, str(credentials.get("username", "")))


def note_refused(request: Any, username: str, **why: Any) -> None:
    record_refused_name("user.sign_in_refused", request, username, **why)
    address = client_address(request) if request is not None else ""
    log.warning("sign-in refused from %s", address)


def record_refused_name(event: str, request: Any, name: str, **more: Any) -> None:
    accounts = get_user_model().objects.filter(username__iexact=name.strip()[:150])
    tried = accounts.first()
    record_refusal(
        event,
        kind=Kind.AUTH,
        about=tried,
        **tried_name(name, tried),
        address=client_address(request) if request is not None else "",
        **more,
    )
