"""Who has which form open: told to whoever opens it too, and soon forgotten."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from audit_app import clock
from requests_app.models import FormInUse

# A page that is open says so every minute; one without scripts, when it is opened.
OPEN_FOR = timedelta(minutes=3)
# For how long somebody who has typed something is said to be writing.
WRITES_FOR = timedelta(minutes=1)
# Of people's keys: those who may be told of.
Known = Callable[[set[int]], set[int]]


def use_form(
    person: Any, path: str, known: Known, *, types: bool = False
) -> list[FormInUse]:
    """The person has the form open now, or types on it. Others who have it open and may
    be told of, the first to open it first."""
    now = clock.now()
    rows = FormInUse.objects.filter(path=path).select_related("person")
    in_use = {row.person_id: row for row in rows.order_by("since")}
    own = in_use.pop(person.pk, None) or FormInUse(person_id=person.pk, path=path)
    if own.seen_at is None or own.seen_at < now - OPEN_FOR:
        own.since, own.typed_at = now, None
    own.seen_at = now
    own.typed_at = now if types else own.typed_at
    # Another window of theirs may have said it in this moment.
    with suppress(IntegrityError), atomic():
        own.save()
    return _told(in_use.values(), known)


def company_under(person: Any, page: str, known: Known) -> list[FormInUse]:
    """Others who have open a form whose address begins so."""
    rows = FormInUse.objects.filter(path__startswith=page).exclude(person=person.pk)
    return _told(rows.select_related("person").order_by("since"), known)


def _told(rows: Iterable[FormInUse], known: Known) -> list[FormInUse]:
    others = [row for row in rows if row.seen_at >= clock.now() - OPEN_FOR]
    known_ids = known({row.person_id for row in others}) if others else set()
    return [row for row in others if row.person_id in known_ids]


def is_writing(row: FormInUse) -> bool:
    return row.typed_at is not None and row.typed_at >= clock.now() - WRITES_FOR


def leave_form(person: Any, path: str) -> None:
    FormInUse.objects.filter(person=person.pk, path=path).delete()


def forget_forms_left() -> list[str]:
    FormInUse.objects.filter(seen_at__lt=clock.now() - OPEN_FOR).delete()
    return []
