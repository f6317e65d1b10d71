"""What Django's admin asks of a row again and again, asked once of each page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

SHOWING = ("GET", "HEAD")


def once_a_page(method: Callable[..., Any]) -> Callable[..., Any]:
    """Of a method of an admin class that is asked by a request of a row, or of its key.
    While a page is only shown, nothing that the answer rests on changes."""

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
