"""What every page of the workbench shows: the pulse of the sweep."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from audit_app import clock
from requests_app.models import Heartbeat


def workbench(request: HttpRequest) -> dict[str, Any]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"is_demo": settings.LOCAL}
    beat = Heartbeat.objects.filter(name="sweep").first()
    return {
        "is_demo": settings.LOCAL,
        "heartbeat": beat,
        "sweep_stopped": beat is None or beat.stopped(clock.now()),
    }
