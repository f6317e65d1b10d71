"""Mail to whoever acts, at each change of what is in trouble. What was told lies in a
file: the database may be what is wrong."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error
from django.utils import translation
from django.utils.translation import gettext as _

from audit_app import clock
from lockbox_site.watch.causes import BY_NAME
from requests_app.background.mail import AddressRefused, NoServer, mail_to
from requests_app.models import Role
from requests_app.permissions.roles import roles_in_force
from requests_app.selectors.addresses import link_to

AGAIN = timedelta(days=1)
FILE, LOCK = "told.json", "lock"


class NobodyTold(Exception):
    """Why no mail went out."""


@contextmanager
def told_in(folder: Path) -> Iterator[dict[str, Any]]:
    """What was told last, by one process at a time; kept where nothing is raised."""
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / FILE
        try:
            memory = json.loads(path.read_text())
        except (FileNotFoundError, ValueError):
            memory = {}
        yield memory
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(memory))
        os.replace(fresh, path)


def tell(memory: dict[str, Any], now_bad: dict[str, str], failed: str = "") -> bool:
    """Send a mail where there is news, or where a day has passed; `failed` is a unit of
    systemd's that has ended badly. Raises NobodyTold."""
    now = clock.now()
    memory["to"] = recipients(memory.get("to", []))
    units = memory.setdefault("units", {})
    unit_is_news = bool(failed) and _is_past(units.get(failed), now)
    before = memory.get("bad", {})
    is_late = bool(now_bad) and _is_past(memory.get("at"), now)
    if before == now_bad and not is_late and not unit_is_news:
        return False
    _send(memory["to"], now_bad, before, failed if unit_is_news else "", now)
    memory |= {"bad": now_bad, "at": now.isoformat()}
    if failed:
        units[failed] = now.isoformat()
    return True


def _is_past(at: str | None, now: datetime) -> bool:
    return at is None or now - datetime.fromisoformat(at) >= AGAIN


def recipients(known: list[str]) -> list[str]:
    """The addresses that alarms go to: of the settings, or else of IT managers and
    administrators; `known` while the database does not answer."""
    if settings.WATCHED.alarm_to:
        return list(settings.WATCHED.alarm_to)
    try:
        rows = roles_in_force(Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
        people = rows.filter(person__is_active=True).exclude(person__email="")
        return sorted(set(people.values_list("person__email", flat=True)))
    except Error:
        return known


def _send(
    to: list[str],
    now_bad: dict[str, str],
    before: dict[str, str],
    failed: str,
    now: datetime,
) -> None:
    if not settings.MAIL_SERVER or not to:
        raise NobodyTold(
            "Nobody is told: LOCKBOX_MAIL is not set, or nobody has an address."
        )
    with translation.override(settings.LANGUAGE_CODE):
        lines = list(_lines(now_bad, before, failed))
        names = [
            *([failed] if failed else []),
            *(f"{n} {s}" for n, s in now_bad.items()),
        ]
        subject = ", ".join(names) or _("all is well again")
        body = "\n\n".join([*lines, link_to("/healthz")])
    refusals = list(_each(to, f"Lockbox: {subject}", body, f"watch {now.isoformat()}"))
    if len(refusals) == len(to):
        raise NobodyTold(refusals[0])


def _each(to: Iterable[str], subject: str, body: str, key: str) -> Iterator[str]:
    """The reasons why some were not told."""
    for address in to:
        try:
            mail_to(address, subject, body, f"{address} {key}")
        except (NoServer, AddressRefused, OSError) as error:
            yield str(error)


def _lines(
    now_bad: dict[str, str], before: dict[str, str], failed: str
) -> Iterator[str]:
    if failed:
        text = _("%(unit)s ended with an error: read journalctl --unit=%(unit)s.")
        yield text % {"unit": failed}
    for name, state in now_bad.items():
        yield f"{name}: {state}. {BY_NAME[name].to_do}"
    if over := [name for name in before if name not in now_bad]:
        yield _("Well again: %(names)s.") % {"names": ", ".join(over)}
