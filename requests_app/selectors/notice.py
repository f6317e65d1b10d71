"""Who is to be told of what, by mail and in channels of colleagues: lines of the start
page that have a clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    ChannelNotice,
    NoticeChannel,
    NoticeChoice,
    NoticeWay,
    RefusedAddress,
    RoleAssignment,
    SentNotice,
)
from requests_app.selectors.addresses import url
from requests_app.selectors.queue import work_for
from requests_app.selectors.queue.alike import alike

# The key of no person.
NOBODY = 0
# More new requests by mail than these are told as one; and what comes for so long after
# that belongs to it.
FLOOD, LULL = 5, timedelta(minutes=15)


class Due(NamedTuple):
    """A notice to send: to whom, what is called how and where, and which clock, with
    the turn where it has come back under the same."""

    person: Any
    number: str
    item: str
    kind: str
    ends_at: datetime
    # Of one of many that may come at once: when it came.
    flooded_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, datetime]:
        return self.item, self.kind, self.ends_at

    @property
    def switch(self) -> str:
        """As `NoticeChoice` says that somebody does not want it by mail."""
        kind, _space, _turn = self.kind.partition(" ")
        return NoticeChoice.switch(NoticeWay.MAIL, kind)


def people_to_tell() -> QuerySet[Any]:
    """In no order: a round that can't look at everybody begins elsewhere each time."""
    placed = RoleAssignment.objects.in_force(clock.now()).values("person")
    people = get_user_model()._default_manager.filter(
        pk__in=placed, is_active=True, is_machine=False
    )
    people = people.exclude(email="")
    return people.exclude(Exists(_held_back())).order_by("?")


def _held_back() -> QuerySet[RefusedAddress]:
    """That the address of the outer person was refused, and is not tried again yet."""
    return RefusedAddress.objects.filter(
        person=OuterRef("pk"), address=OuterRef("email"), next_try_at__gt=clock.now()
    )


def groups_to_tell() -> list[list[Any]]:
    """The people to tell, those together for whom the same waits."""
    return alike(people_to_tell())


def due_to(*group: Any) -> Iterator[Due]:
    """What people whose queues are the same have not been told of yet, each the clock
    that runs out first at the top. Their roles are remembered."""
    with translation.override(group[0].language):
        waiting = sorted(_waiting(group[0]), key=lambda due: due.ends_at)
    items = [due.item for due in waiting]
    rows = SentNotice.objects.filter(person__in=group, item__in=[*items, flood_url()])
    notices = (
        set(rows.values_list("person", "item", "kind", "ends_at", "sent_at"))
        if items
        else set()
    )
    off = _switched_off(group) if items else {}
    for person in group:
        rows_of_person = {row[1:] for row in notices if row[0] == person.pk}
        chosen = off.get(person.pk, ())
        wanted = [due for due in waiting if due.switch not in chosen]
        for due in _untold(wanted, rows_of_person):
            yield due._replace(person=person)


def _switched_off(people: Iterable[Any]) -> dict[int, list[str]]:
    rows = NoticeChoice.objects.filter(person__in=list(people))
    return dict(rows.values_list("person", "off"))


def channels_to_tell() -> QuerySet[NoticeChannel]:
    """The notice channels in use, in no order."""
    rows = NoticeChannel.objects.filter(ended_at=None).select_related("authority")
    return rows.order_by("?")


def due_in(channel: NoticeChannel) -> Iterator[Due]:
    """What waits for whoever has the channel's role and is named nowhere, and has not
    been told there."""
    anybody = get_user_model()(pk=NOBODY)
    role = RoleAssignment(role=channel.role, authority=channel.authority)
    anybody.role_rows = [role]  # type: ignore[attr-defined]
    with translation.override(settings.LANGUAGE_CODE):
        waiting = sorted(_waiting(anybody), key=lambda due: due.ends_at)
        rows = ChannelNotice.objects.filter(channel=channel)
        notices = set(rows.values_list("item", "kind", "ends_at", "sent_at"))
        return iter(_untold(waiting, notices) if waiting else [])


def flood_url() -> str:
    """The list of what came by mail."""
    by_mail = f"received_by__exact={AccessRequest.ReceivedBy.MAIL}"
    return f"{url('accessrequest_changelist')}?{by_mail}"


def _untold(
    waiting: list[Due], notices: set[tuple[str, str, datetime, datetime]]
) -> list[Due]:
    """What has not been told of; a flood of requests by mail as one, and once."""
    keys = {row[:3] for row in notices}
    untold = [due for due in waiting if due.key not in keys]
    floods = [sent_at for item, _kind, _ends, sent_at in notices if item == flood_url()]
    last = max(floods, default=None)
    many = [due for due in untold if _comes_after(due, last)]
    rest = [due for due in untold if due.flooded_at is None]
    if len(many) > FLOOD:
        number = _("%(count)s new requests by mail") % {"count": len(many)}
        many = [many[0]._replace(number=number, item=flood_url(), flooded_at=None)]
    return sorted([*rest, *many], key=lambda due: due.ends_at)


def _comes_after(due: Due, last: datetime | None) -> bool:
    """Does it belong to no flood that was told of?"""
    if due.flooded_at is None:
        return False
    return last is None or due.flooded_at > last + LULL


def _waiting(person: Any) -> Iterator[Due]:
    for item in work_for(person):
        if item.clock is not None and item.step:
            number = " ".join((item.number or item.name).split())
            kind = f"{item.clock.kind} {item.turn}" if item.turn else item.clock.kind
            ends_at, flooded_at = item.clock.ends_at, item.flooded_at
            yield Due(person, number, item.url, kind, ends_at, flooded_at)
