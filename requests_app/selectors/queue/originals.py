"""Newer or revoked editions of packages that were taken: lines of the work queue."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.catalogue.starter import NAMES
from requests_app.models import Original
from requests_app.permissions.package import ALL_TAKERS
from requests_app.permissions.publication import originals_to_look_at
from requests_app.permissions.roles import has_role
from requests_app.selectors.queue.item import LONGEST, WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each

SOURCES = {name: size for size, (name, _title) in NAMES.items()}


def originals_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *ALL_TAKERS):
        return
    rows = originals_to_look_at(user)
    first = rows.order_by("pk").values("pk")[:LONGEST]
    shown = Original.objects.filter(pk__in=first).order_by("pk")
    yield of_each(shown.select_related("authority"), _line)


def _line(row: Original) -> WorkItem:
    page = reverse("admin:original", args=[row.pk])
    wants = _("A newer edition has been published: compare it with what stands here.")
    if row.revoked_reason:
        wants = _("It has been revoked: %(why)s") % {"why": row.revoked_reason}
    return upkeep_item(
        _("The original has changed: %(name)s") % {"name": row},
        row.authority,
        wants,
        _("Compare"),
        details=row.publisher,
        url=page,
        step_url=page,
        since=row.came_at,
    )
