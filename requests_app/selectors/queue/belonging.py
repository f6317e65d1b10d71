"""Lines of the queue that belong together: of one request, of what extends it, or of
one support case of the provider's."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import AccessRequest
from requests_app.selectors.ladders.waiting import request_of
from requests_app.selectors.queue.item import WorkItem, by_clock


def in_order(items: Iterable[WorkItem]) -> list[WorkItem]:
    """What runs out first at the top; beneath it what belongs to it, which says how."""
    groups: list[list[WorkItem]] = []
    of_key: dict[Any, list[WorkItem]] = {}
    for item in sorted(items, key=by_clock):
        keys = _keys(item)
        group, *others = _each_once(of_key[key] for key in keys if key in of_key) or [
            []
        ]
        if not group:
            groups.append(group)
        group.append(item)
        for other in others:
            # It is what ties the two together.
            group += other
            other.clear()
        of_key |= {key: group for line in group for key in _keys(line)}
    return [line for group in groups for line in _with_ties(group)]


def _keys(item: WorkItem) -> list[Any]:
    """What it has in common with others, the closest first."""
    request = request_of(item.about)
    if not isinstance(request, AccessRequest):
        return []
    keys: list[Any] = [request.pk]
    if request.extends_id:
        keys.append(request.extends_id)
    if request.support_case:
        keys.append((request.connection_id, request.support_case.casefold()))
    return keys


def _each_once(groups: Iterable[list[WorkItem]]) -> list[list[WorkItem]]:
    return list({id(group): group for group in groups}.values())


def _with_ties(group: list[WorkItem]) -> Iterable[WorkItem]:
    """The first of them, and the others with how they belong to one before them."""
    for number, item in enumerate(group):
        ties = (_tie(item, other) for other in group[:number])
        yield item._replace(belongs=next(filter(None, ties), ""))


def _tie(item: WorkItem, other: WorkItem) -> str:
    mine, theirs = request_of(item.about), request_of(other.about)
    if mine.pk == theirs.pk:
        text = _("The same request as %(name)s")
    elif mine.extends_id == theirs.pk:
        text = _("Extends %(name)s")
    elif theirs.extends_id == mine.pk:
        text = _("Extended by %(name)s")
    elif _keys(item)[-1] == _keys(other)[-1]:
        text = _("The same support case as %(name)s")
    else:
        return ""
    return text % {"name": other.name}
