"""Many new requests by mail at once: told of in one notice, and nobody woken twice."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from audit_app import clock
from requests_app.background.ladder_message import To
from requests_app.models import LadderNotice

# More than these are a flood; and what comes for so long after it belongs to it.
FLOOD, LULL = 5, timedelta(minutes=15)


def folded(notices: Iterable[To]) -> Iterator[To]:
    """The notices to send, each flood as one that holds the `others`. One whose
    `told_with` is set has been told of already, and is only noted."""
    many: dict[tuple[str, int], list[To]] = defaultdict(list)
    for to in notices:
        if to.one.comes_in_floods and to.taken is None:
            many[to.way, to.key].append(to)
        else:
            yield to
    in_floods = _in_floods(many)
    for (way, key), group in many.items():
        last = _last_flood(way, key)
        is_flood = len(group) > FLOOD or any(
            to.one.access_request.pk in in_floods for to in group
        )
        if last is None and not is_flood:
            yield from group
            continue
        first, *first.others = group
        first.told_with = last
        yield first


def _in_floods(many: dict[tuple[str, int], list[To]]) -> set[int]:
    """The requests of which a notice has told with others: on a higher rung too they
    are told of together."""
    keys = {to.one.access_request.pk for group in many.values() for to in group}
    rows = LadderNotice.objects.filter(access_request__in=keys)
    rows = rows.filter(told_with__isnull=False)
    return set(rows.values_list("access_request", flat=True))


def _last_flood(way: str, key: int) -> LadderNotice | None:
    """What told whoever it is of a flood that is not over."""
    rows = LadderNotice.objects.filter(
        by=way, key=key, told_with__isnull=False, sent_at__gt=clock.now() - LULL
    )
    row = rows.select_related("told_with").order_by("-sent_at").first()
    return row.told_with if row else None
