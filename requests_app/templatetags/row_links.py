"""Django's links from a field that is only shown to the row that it names."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.contrib.admin.utils import unquote
from django.http import HttpRequest
from django.urls import resolve
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
LINK = re.compile(r'<a href="(/[^"]*/change/)">([^<]*)</a>')


@register.filter
def only_what_opens(html: SafeString, request: HttpRequest) -> SafeString:
    """A part of a page, already escaped, in which a name is a link only where the
    reader may follow it. A query for each kind of row that is not open to them
    whole."""
    named: dict[Any, dict[str, str]] = {}
    for url, _name in LINK.findall(html):
        match = resolve(urlsplit(url).path)
        owner = getattr(match.func, "model_admin", None)
        if owner is not None:
            rows = named.setdefault(owner, {})
            rows[url] = unquote(match.kwargs["object_id"])
    opening = {
        url for owner, rows in named.items() for url in _open(owner, rows, request)
    }
    return mark_safe(  # noqa: S308
        LINK.sub(lambda match: match[0 if match[1] in opening else 2], html)
    )


def _open(owner: Any, rows: dict[str, str], request: HttpRequest) -> set[str]:
    if not owner.has_view_permission(request):
        return set()
    visible = owner.get_queryset(request)
    if not visible.query.where:
        return set(rows)
    keys = set(
        map(str, visible.filter(pk__in=rows.values()).values_list("pk", flat=True))
    )
    return {url for url, key in rows.items() if key in keys}
