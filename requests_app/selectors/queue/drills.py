"""Drills in the queue: whoever is called says that they are in; and once a year the
manager is to begin one."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import Authority, DrillCall
from requests_app.permissions.roles import manages, roles_of
from requests_app.selectors.addresses import url
from requests_app.selectors.drill import authorities_due, calls_of
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each


def drills_for(user: Any) -> Iterator[Kind]:
    if roles_of(user):
        yield of_each(calls_of(user), _line_of_call)
    if manages(user):
        yield of_each(authorities_due(user).order_by("pk"), _line_of_due)


def _line_of_call(call: DrillCall) -> WorkItem:
    return upkeep_item(
        call.drill,
        call.drill.authority,
        _("Say that you are in."),
        _("I am in"),
        url=url("drill_change", call.drill_id),
        step_url=url("drill_step", call.drill_id, "come"),
        since=call.drill.begun_at,
    )


def _line_of_due(authority: Authority) -> WorkItem:
    page = f"{reverse('admin:requests_app_drill_add')}?authority={authority.pk}"
    return upkeep_item(
        _("The yearly drill"),
        authority,
        _("Do those whose turn it is get in? It was last tried over a year ago."),
        _("Begin a drill"),
        url=page,
        step_url=page,
    )
