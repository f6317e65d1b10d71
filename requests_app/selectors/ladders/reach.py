"""By what people can be told, and which ways are known to be dead."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.models import (
    Heartbeat,
    NoticeChannel,
    NoticeChoice,
    NoticeKind,
    NoticeWay,
    PhoneNumber,
    PushDevice,
    RefusedAddress,
    RoleAssignment,
)
from requests_app.models.notice_rungs import By


class Reach(NamedTuple):
    """`gateways`: authorities with a gateway for text messages. `dead`: ways that took
    nothing the last time. `silent`: channels that did."""

    gateways: set[int]
    dead: set[str]
    silent: set[int]

    def can_tell(self, person: Any, way: str, authority: int) -> bool:
        if way == By.MAIL:
            return bool(settings.MAIL_SERVER) and person.takes_mail
        if way == By.PUSH:
            return bool(settings.PUSH_KEY) and person.has_device
        return person.has_number and authority in self.gateways

    def is_dead(self, way: str, key: int) -> bool:
        return key in self.silent if way == By.COLLEAGUES else way in self.dead


def reach_now(beats: Iterable[Heartbeat]) -> Reach:
    beats = [beat for beat in beats if beat.failures]
    gateways = NoticeChannel.objects.filter(ended_at=None, kind=NoticeChannel.Kind.SMS)
    return Reach(
        set(gateways.values_list("authority", flat=True)),
        {_after(beat, Heartbeat.WAY) for beat in beats if _is(beat, Heartbeat.WAY)},
        {
            int(_after(beat, Heartbeat.CHANNEL))
            for beat in beats
            if _is(beat, Heartbeat.CHANNEL)
        },
    )


def _is(beat: Heartbeat, mark: str) -> bool:
    return beat.name.startswith(mark)


def _after(beat: Heartbeat, mark: str) -> str:
    return beat.name.removeprefix(mark)


def people_at_work(keys: Collection[int] | None = None) -> QuerySet[Any]:
    """Everybody with a role, or those of these keys, with how they can be told."""
    placed = RoleAssignment.objects.in_force(clock.now()).values("person")
    people = get_user_model()._default_manager.filter(
        pk__in=placed, is_active=True, is_machine=False
    )
    if keys is not None:
        people = people.filter(pk__in=keys)
    return with_ways(people)


def with_ways(people: QuerySet[Any]) -> QuerySet[Any]:
    switch = NoticeChoice.switch(NoticeWay.MAIL, NoticeKind.ANSWER)
    without = NoticeChoice.objects.filter(person=OuterRef("pk"), off__contains=[switch])
    held_back = RefusedAddress.objects.filter(
        person=OuterRef("pk"), address=OuterRef("email"), next_try_at__gt=clock.now()
    )
    devices = PushDevice.objects.filter(person=OuterRef("pk"), ended_at=None)
    numbers = PhoneNumber.objects.filter(person=OuterRef("pk")).exclude(number="")
    return people.annotate(
        takes_mail=~Q(email="") & ~Q(Exists(without)) & ~Q(Exists(held_back)),
        has_device=Exists(devices),
        has_number=Exists(numbers),
    )
