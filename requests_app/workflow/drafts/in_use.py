"""Who has which form open: told to whoever opens it too, and soon forgotten."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from audit_app import clock
from requests_app.models import FormInUse

# A page that is open says so every minute; one without scripts, when it is opened.
OPEN_FOR = timedelta(minutes=3)


def use_form(person: Any, path: str) -> list[FormInUse]:
    """The person has the form open now; who else has, the first to open it first."""
    now = clock.now()
    rows = FormInUse.objects.filter(path=path).select_related("person")
    in_use = {row.person_id: row for row in rows.order_by("since")}
    own = in_use.pop(person.pk, None) or FormInUse(person_id=person.pk, path=path)
    if own.seen_at is None or own.seen_at < now - OPEN_FOR:
        own.since = now
    own.seen_at = now
    # Another window of theirs may have said it in this moment.
    with suppress(IntegrityError), atomic():
        own.save()
    return [row for row in in_use.values() if row.seen_at >= now - OPEN_FOR]


def leave_form(person: Any, path: str) -> None:
    FormInUse.objects.filter(person=person.pk, path=path).delete()


def forget_forms_left() -> list[str]:
    FormInUse.objects.filter(seen_at__lt=clock.now() - OPEN_FOR).delete()
    return []
