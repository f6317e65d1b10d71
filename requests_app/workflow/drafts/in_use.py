"""Who has which form open: told to whoever opens it too, and soon forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from audit_app import clock
from requests_app.models import FormInUse

# A page that is open says so every minute; one without scripts, when it is opened.
OPEN_FOR = timedelta(minutes=3)
# For how long somebody who has typed something is said to be writing.
WRITES_FOR = timedelta(minutes=1)
# Of people's keys: those who may be told of.
Known = Callable[[set[int]], set[int]]


# One statement, so that two windows of a person's can say it at once.
SAY_AND_ASK = """
with own as (
  insert into requests_app_forminuse as f (person_id, path, since, seen_at, typed_at)
  values (%(person)s, %(path)s, %(now)s, %(now)s, %(typed)s)
  on conflict (person_id, path) do update set
    since = case when f.seen_at < %(past)s then excluded.since else f.since end,
    typed_at = case
      when f.seen_at < %(past)s then excluded.typed_at
      else coalesce(excluded.typed_at, f.typed_at)
    end,
    seen_at = excluded.seen_at
)
select * from requests_app_forminuse
where path = %(path)s and person_id <> %(person)s and seen_at >= %(past)s
order by since
"""


def use_form(
    person: Any, path: str, known: Known, *, types: bool = False
) -> list[FormInUse]:
    """The person has the form open now, or types on it. Others who have it open and may
    be told of, the first to open it first."""
    now = clock.now()
    values = {"person": person.pk, "path": path, "now": now, "past": now - OPEN_FOR}
    values["typed"] = now if types else None
    others = list(FormInUse.objects.raw(SAY_AND_ASK, values))
    prefetch_related_objects(others, "person")
    return _known_of(others, known)


def company_under(person: Any, page: str, known: Known) -> list[FormInUse]:
    """Others who have open a form whose address begins so."""
    rows = FormInUse.objects.filter(
        path__startswith=page, seen_at__gte=clock.now() - OPEN_FOR
    )
    others = rows.exclude(person=person.pk).select_related("person")
    return _known_of(list(others.order_by("since")), known)


def _known_of(others: list[FormInUse], known: Known) -> list[FormInUse]:
    known_ids = known({row.person_id for row in others}) if others else set()
    return [row for row in others if row.person_id in known_ids]


def is_writing(row: FormInUse) -> bool:
    return row.typed_at is not None and row.typed_at >= clock.now() - WRITES_FOR


def leave_form(person: Any, path: str) -> None:
    FormInUse.objects.filter(person=person.pk, path=path).delete()


def forget_forms_left() -> list[str]:
    FormInUse.objects.filter(seen_at__lt=clock.now() - OPEN_FOR).delete()
    return []
