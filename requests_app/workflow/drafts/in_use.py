"""Who has which form open: told to whoever opens it too, and soon forgotten."""

from datetime import timedelta
from typing import Any

from audit_app import clock
from requests_app.models import FormInUse

# A page that is open says so every minute; one without scripts, when it is opened.
OPEN_FOR = timedelta(minutes=3)


def use_form(person: Any, path: str) -> None:
    """The person has the form open now."""
    FormInUse.objects.bulk_create(
        [FormInUse(person_id=person.pk, path=path, seen_at=clock.now())],
        update_conflicts=True,
        unique_fields=["person", "path"],
        update_fields=["seen_at"],
    )


def company_on(person: Any, path: str) -> list[FormInUse]:
    """Others who have it open, the first to open it first."""
    rows = FormInUse.objects.filter(path=path, seen_at__gte=clock.now() - OPEN_FOR)
    return list(rows.exclude(person=person.pk).select_related("person").order_by("pk"))


def leave_form(person: Any, path: str) -> None:
    FormInUse.objects.filter(person=person.pk, path=path).delete()


def forget_forms_left() -> list[str]:
    FormInUse.objects.filter(seen_at__lt=clock.now() - OPEN_FOR).delete()
    return []
