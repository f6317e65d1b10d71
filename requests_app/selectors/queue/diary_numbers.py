"""Cases to which a diary system has given two numbers: lines of the work queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import DiaryEntry, Role
from requests_app.permissions.diary_entry import entries_kept_by
from requests_app.permissions.roles import has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each


def two_numbers_for(user: Any) -> Iterator[Kind]:
    if has_role(user, Role.REGISTRAR):
        rows = entries_kept_by(user).disputed()
        yield of_each(rows.select_related("review__authority"), _line)


def _line(row: DiaryEntry) -> WorkItem:
    return upkeep_item(
        row,
        row.review.authority,
        _("The diary system has given it two numbers."),
        _("Say which number it is"),
        url=url("diaryentry_change", row.pk),
        step_url=url("diaryentry_step", row.pk, "choose"),
        since=row.came_at,
    )
