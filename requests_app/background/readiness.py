"""Is what a connection needs in place before a request comes? Asked every hour."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background import heartbeat
from requests_app.background.connector import connector_of
from requests_app.background.doors import look_at_outsiders
from requests_app.background.support import note_tickets
from requests_app.models import Connection, Heartbeat
from requests_app.providers.http.identity import NotSet
from requests_app.providers.protocol import Standing, Unreachable
from requests_app.providers.reading import Unreadable
from requests_app.workflow.readiness import note_readiness

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
# Seconds of one round for all connections, and for one of them.
BUDGET = 60.0
LONGEST = 30.0


def check_what_is_due(by: Any) -> list[str]:
    """Ask each connection that was not asked within the hour, as many as there is time
    for. Returns a line for each turn. What is wrong with one stops no other."""
    lines: list[str] = []
    end = time.monotonic() + BUDGET
    for connection in _due(clock.now()):
        if time.monotonic() > end:
            break
        # Before it is asked: one that hangs until the process dies waits its hour too.
        name = f"{Heartbeat.READY}{connection.pk}"
        Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.now()})
        lines += [f"{connection}: {name}" for name in check(connection, by)]
        heartbeat.touch()
    return lines


def _due(now: datetime) -> QuerySet[Connection]:
    """The connections to check, first those never checked, then by the longest ago."""
    key = Concat(Value(Heartbeat.READY), Cast(OuterRef("pk"), CharField()))
    beats = Heartbeat.objects.filter(name=key).values("at")
    rows: Any = Connection.objects.reached().select_related("product", "authority")
    rows = rows.annotate(asked=Subquery(beats))
    rows = rows.filter(Q(asked=None) | Q(asked__lte=now - EVERY))
    return rows.order_by(F("asked").asc(nulls_first=True), "pk")


def check(connection: Connection, by: Any) -> list[str]:
    """Ask one connection; the names of what has turned."""
    reached = _("The provider can be asked")
    standings: list[Standing] = []
    trouble = ""
    end = time.monotonic() + LONGEST
    try:
        for standing in connector_of(connection).standing():
            standings.append(standing)
            if time.monotonic() > end:
                trouble = _("It answers slowly: not all was asked.")
                break
    except (Unreachable, Unreadable) as error:
        trouble = str(error)
    except Exception as error:
        log.exception("readiness: %s", connection)
        trouble = f"{type(error).__name__}: {error}"
    standings.append(Standing(reached, trouble))
    if connection.has_support_tickets:
        standings += _tickets(connection, by)
    if connection.shows_outsiders:
        standings.append(_outsiders(connection, by))
    return note_readiness(connection, standings, by=by, is_all=not trouble)


def _tickets(connection: Connection, by: Any) -> list[Standing]:
    """Which tickets carry consents is looked for at the same time. Nothing, where
    nobody has set up that a machine asks."""
    name = _("Support tickets can be read, and questions be put into them")
    try:
        note_tickets(connection, by)
    except NotSet:
        return []
    except (Unreachable, Unreadable) as error:
        return [Standing(name, str(error))]
    except Exception as error:
        log.exception("readiness: tickets of %s", connection)
        return [Standing(name, f"{type(error).__name__}: {error}")]
    return [Standing(name)]


def _outsiders(connection: Connection, by: Any) -> Standing:
    """Who may enter without asking is looked for at the same time."""
    name = _("Who of another tenant may enter can be read")
    try:
        look_at_outsiders(connection, by)
    except (Unreachable, Unreadable) as error:
        return Standing(name, str(error))
    except Exception as error:
        log.exception("readiness: outsiders of %s", connection)
        return Standing(name, f"{type(error).__name__}: {error}")
    return Standing(name)
