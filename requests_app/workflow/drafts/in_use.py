"""Who has which form open: told to whoever opens it too, and soon forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from audit_app import clock
from requests_app.models import FormInUse

# A page that is open says so every minute; one without scripts, when it is opened.
OPEN_FOR = timedelta(minutes=3)
# For how long somebody who has typed something is said to be writing.
WRITES_FOR = timedelta(minutes=1)
# Of people's keys: those who may be told of.
Known = Callable[[set[int]], set[int]]


def use_form(person: Any, path: str, *, types: bool = False) -> None:
    """The person has the form open now, or types on it."""
    now = clock.now()
    row = FormInUse.objects.filter(person=person.pk, path=path).first()
    typed = {"typed_at": now} if types else {}
    if row is None or row.seen_at < now - OPEN_FOR:
        fresh = {"since": now, "seen_at": now, "typed_at": None, **typed}
        FormInUse.objects.update_or_create(
            person_id=person.pk, path=path, defaults=fresh
        )
        return
    row.seen_at = now
    row.typed_at = now if types else row.typed_at
    row.save(update_fields=["seen_at", "typed_at"])


def company_on(person: Any, path: str, known: Known) -> list[FormInUse]:
    """Others who have it open and may be told of, the first to open it first."""
    return _others(FormInUse.objects.filter(path=path), person, known)


def company_under(person: Any, page: str, known: Known) -> list[FormInUse]:
    """The same, of every form whose address begins so."""
    return _others(FormInUse.objects.filter(path__startswith=page), person, known)


def _others(rows: QuerySet[FormInUse], person: Any, known: Known) -> list[FormInUse]:
    rows = rows.filter(seen_at__gte=clock.now() - OPEN_FOR).exclude(person=person.pk)
    others = list(rows.select_related("person").order_by("since"))
    known_ids = known({row.person_id for row in others}) if others else set()
    return [row for row in others if row.person_id in known_ids]


def is_writing(row: FormInUse) -> bool:
    return row.typed_at is not None and row.typed_at >= clock.now() - WRITES_FOR


def leave_form(person: Any, path: str) -> None:
    FormInUse.objects.filter(person=person.pk, path=path).delete()


def forget_forms_left() -> list[str]:
    FormInUse.objects.filter(seen_at__lt=clock.now() - OPEN_FOR).delete()
    return []
