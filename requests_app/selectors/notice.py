"""Who is to be told of what, by mail and in channels of colleagues: lines of the start
page that have a clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation

from audit_app import clock
from requests_app.models import (
    ChannelNotice,
    NoticeChannel,
    NoticeChoice,
    NoticeWay,
    RefusedAddress,
    RoleAssignment,
    SentNotice,
)
from requests_app.selectors.queue import work_for
from requests_app.selectors.queue.alike import alike

# The key of no person.
NOBODY = 0


class Due(NamedTuple):
    """A notice to send: to whom, what is called how and where, and which clock, with
    the turn where it has come back under the same."""

    person: Any
    number: str
    item: str
    kind: str
    ends_at: datetime

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
    rows = SentNotice.objects.filter(person__in=group, item__in=items)
    notices = (
        set(rows.values_list("person", "item", "kind", "ends_at")) if items else ()
    )
    off = _switched_off(group) if items else {}
    for person in group:
        for due in waiting:
            is_off = due.switch in off.get(person.pk, ())
            if not is_off and (person.pk, *due.key) not in notices:
                yield due._replace(person=person)


def _switched_off(people: Iterable[Any]) -> dict[int, list[str]]:
    rows = NoticeChoice.objects.filter(person__in=list(people))
    return dict(rows.values_list("person", "off"))


def channels_to_tell() -> QuerySet[NoticeChannel]:
    """The notice channels in use, in no order."""
    rows = NoticeChannel.objects.filter(
        ended_at=None, kind=NoticeChannel.Kind.COLLEAGUES
    )
    return rows.select_related("authority").order_by("?")


def due_in(channel: NoticeChannel) -> Iterator[Due]:
    """What waits for whoever has the channel's role and is named nowhere, and has not
    been told there."""
    anybody = get_user_model()(pk=NOBODY)
    role = RoleAssignment(role=channel.role, authority=channel.authority)
    anybody.role_rows = [role]  # type: ignore[attr-defined]
    with translation.override(settings.LANGUAGE_CODE):
        waiting = sorted(_waiting(anybody), key=lambda due: due.ends_at)
    rows = ChannelNotice.objects.filter(channel=channel)
    notices = set(rows.values_list("item", "kind", "ends_at")) if waiting else ()
    return (due for due in waiting if due.key not in notices)


def _waiting(person: Any) -> Iterator[Due]:
    for item in work_for(person):
        # The clock of the answer is the ladders' (selectors.ladders).
        if item.clock is not None and item.step and item.clock.kind != "answer":
            number = " ".join((item.number or item.name).split())
            kind = f"{item.clock.kind} {item.turn}" if item.turn else item.clock.kind
            yield Due(person, number, item.url, kind, item.clock.ends_at)
