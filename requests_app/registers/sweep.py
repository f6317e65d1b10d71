"""Feeds of packages: once an hour each, what is newer or revoked is told as a task."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.core.models import Heartbeat
from requests_app.providers import http
from requests_app.providers.addresses import Refused
from requests_app.providers.protocol import Unreachable
from requests_app.registers.models.changes import Publisher
from requests_app.registers.packages import LARGEST, believed, loaded
from requests_app.registers.steps import Edition, last_taken, tell_of, tell_of_starters

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
ROUND = 20  # seconds after which a round begins with no other feed
MOST = 200  # packages of a feed
FEED, SCHEMA = "lockbox-feed", 1


class NotRead(Exception):
    """Why nothing of the feed was read."""


def read_feeds(by: Any) -> list[str]:
    """Tell of newer and revoked editions: the starter package's at every round, since
    that asks nobody outside; publishers' as long as the round has time."""
    new = tell_of_starters(by)
    end = time.monotonic() + ROUND
    publishers = Publisher.objects.filter(is_active=True).exclude(feed="")
    for publisher in publishers.select_related("authority").order_by("?"):
        if time.monotonic() > end:
            break
        if _is_due(publisher):
            new += _read(publisher, by)
    return [f"packages: {new} newer or revoked"] if new else []


def _is_due(publisher: Publisher) -> bool:
    beat = Heartbeat.objects.filter(name=f"{Heartbeat.FEED}{publisher.pk}").first()
    return beat is None or beat.at <= acting.now() - EVERY


def _read(publisher: Publisher, by: Any) -> int:
    trouble, new = "", 0
    try:
        for edition in _editions(publisher):
            new += tell_of(publisher.authority, edition, by=by) is not None
    except (NotRead, Refused, Unreachable, ValidationError) as error:
        trouble = " ".join(getattr(error, "messages", [str(error)]))
        log.error("feed of publisher %s: %s", publisher.pk, trouble)
    Heartbeat.objects.update_or_create(
        name=f"{Heartbeat.FEED}{publisher.pk}",
        defaults={
            "at": acting.now(),
            "failures": bool(trouble),
            "trouble": trouble[:300],
        },
    )
    return new


def _editions(publisher: Publisher) -> Iterator[Edition]:
    """What a publisher's feed says of packages that the authority has taken: newer
    editions, each believed as a file is, and revoked ones. Raises what hinders it."""
    index = loaded(_fetched(publisher, "index.json"))
    if not isinstance(index, dict) or index.get("format") != FEED:
        raise NotRead(_("index.json is no feed of packages."))
    if index.get("schema") != SCHEMA:
        raise NotRead(
            _("index.json is written in a schema that this version does not read.")
        )
    rows = index.get("packages")
    for row in rows[:MOST] if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            raise NotRead(_("index.json is no feed of packages."))
        name, number = str(row.get("name")), row.get("edition")
        last = last_taken(publisher.authority, publisher.name, name)
        if last is None or not isinstance(number, int) or number < last:
            continue
        revoked = str(row.get("revoked") or "")
        text = "" if revoked or number == last else _fetched(publisher, row.get("file"))
        if text:
            package = believed(text, publisher.authority)
            if (package.name, package.edition) != (name, number):
                raise NotRead(_("%s is another package than index.json says.") % name)
        yield Edition(publisher.name, name, number, text, revoked)


def _fetched(publisher: Publisher, name: Any) -> str:
    """A file of the folder itself: a name with a slash would lead elsewhere."""
    if not isinstance(name, str) or "/" in name or name.startswith("."):
        raise NotRead(_("index.json names a file outside its folder."))
    url = f"{publisher.feed.rstrip('/')}/{name}"
    reply = http.get(url, http.public_address(url), most_bytes=LARGEST)
    if reply.status != 200:
        raise NotRead(f"{name}: HTTP {reply.status}")
    if len(reply.body) > LARGEST:
        raise NotRead(_("%s is larger than a megabyte.") % name)
    try:
        return reply.body.decode()
    except UnicodeDecodeError:
        raise NotRead(_("%s is no text.") % name) from None
