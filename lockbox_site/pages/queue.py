"""The work queue of the start page, whole or narrowed as its address says."""

from typing import Any, NamedTuple

from django.http import HttpRequest

from requests_app.forms.queue_filter import QueueFilterForm, is_narrowed
from requests_app.selectors.queue import LONGEST, WorkItem, everything_for
from requests_app.selectors.queue.belonging import in_order
from requests_app.selectors.queue.candidate_reviews import FARTHEST

# So few are looked over at once: they need no filter.
FEW = 5


class Queue(NamedTuple):
    """`lines` of all that wait; `form` where they can be narrowed."""

    lines: list[WorkItem]
    all_of_them: list[WorkItem]
    form: QueueFilterForm | None


def queue_of(request: HttpRequest) -> Queue:
    """Narrowed, all that waits is looked through, and not only what is shown of it."""
    user: Any = request.user
    narrowed = is_narrowed(request.GET)
    items = in_order(everything_for(user, FARTHEST if narrowed else LONGEST))
    if not narrowed and len(items) <= FEW:
        return Queue(items, items, None)
    form = QueueFilterForm(request.GET, items=items, user=user)
    return Queue(form.lines() if narrowed else items, items, form)
