"""What every page of the workbench shows: the pulse of the sweep."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from lockbox_site.configuration.release import version
from lockbox_site.sign_in import sessions
from requests_app.selectors.pulse import pulse


def workbench(request: HttpRequest) -> dict[str, Any]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"is_demo": settings.LOCAL}
    # The start page has read them all.
    now = pulse(getattr(request, "heartbeats", None))
    return {
        "is_demo": settings.LOCAL,
        "version": version(),
        "session_ends": request.session.get("ends_at", ""),
        "session_last": sessions.last_moment(request),
        "heartbeat": now.beat,
        "sweep_stopped": now.stopped,
        "clock_trouble": now.clock_trouble,
        "ledger_trouble": now.ledger_trouble,
        "seen_outside": now.seen_outside,
    }
