"""What a page of Django's admin asks of a row again and again, asked once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

SHOWING = ("GET", "HEAD")


def once_a_page(method: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a method of an admin class that is asked by a request of a row, or of
    its key. While a page is only shown, nothing that the answer rests on changes."""

    @wraps(method)
    def answer(self: Any, request: Any, row: Any = None, *more: Any) -> Any:
        if row is None or request.method not in SHOWING:
            return method(self, request, row, *more)
        known = request.__dict__.setdefault("answers_of_admins", {})
        of_row = (getattr(row, "pk", row), *filter(None, more))
        question = (self.opts.label, method.__qualname__, of_row)
        if question not in known:
            known[question] = method(self, request, row, *more)
        return known[question]

    return answer


def read_people(row: Model) -> None:
    """Whoever has it, gave it and took its steps: all in one query."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.related_model is get_user_model()
    ]
    keys = {getattr(row, field.attname) for field in fields} - {None}
    people = get_user_model()._default_manager.in_bulk(keys)
    for field in fields:
        setattr(row, field.name, people.get(getattr(row, field.attname)))
