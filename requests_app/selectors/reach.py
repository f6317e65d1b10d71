"""By which ways people are told of what: asked by ladders and other notices, by
coverage, the preview of a ladder, the simulated year, and each person's own page."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.models import (
    NoticeChannel,
    NoticeChoice,
    NoticeKind,
    NoticeWay,
    PhoneNumber,
    PushDevice,
    RefusedAddress,
    RoleAssignment,
)
from requests_app.models.notice import ALWAYS_TOLD, OWN_WAYS, is_usual

# By way, the keys of people.
PeopleByWay = dict[str, set[int]]
NOBODY = Q(pk__isnull=True)


def people_at_work() -> QuerySet[Any]:
    """Everybody with a role."""
    placed = RoleAssignment.objects.in_force(clock.now()).values("person")
    return get_user_model()._default_manager.filter(
        pk__in=placed, is_active=True, is_machine=False
    )


def has_way(way: str, *, to_try: bool = False) -> Q:
    """In a query of people: is there such a way to them? `to_try`: also an address that
    was refused, once it is to be tried again."""
    if way == NoticeWay.MAIL:
        refused = RefusedAddress.objects.filter(
            person=OuterRef("pk"), address=OuterRef("email")
        )
        if to_try:
            refused = refused.filter(next_try_at__gt=clock.now())
        has_address = ~Q(email="") & ~Q(Exists(refused))
        return has_address if settings.MAIL_SERVER else NOBODY
    if way == NoticeWay.PUSH:
        devices = PushDevice.objects.filter(person=OuterRef("pk"), ended_at=None)
        return Q(Exists(devices)) if settings.PUSH_KEY else NOBODY
    numbers = PhoneNumber.objects.filter(person=OuterRef("pk")).exclude(
        number_sealed=""
    )
    return Q(Exists(numbers)) & has_channel(NoticeChannel.Kind.SMS)


def has_channel(kind: str) -> Q:
    """In a query of people: does an authority where they have a role have a gateway; or
    a channel of colleagues with that role?"""
    channels = NoticeChannel.objects.filter(
        authority=OuterRef("authority"), kind=kind, ended_at=None
    )
    if kind == NoticeChannel.Kind.COLLEAGUES:
        channels = channels.filter(role=OuterRef("role"))
    placed = RoleAssignment.objects.in_force(clock.now()).filter(
        Exists(channels), person=OuterRef("pk")
    )
    return Q(Exists(placed))


def wants(way: str, kind: str) -> Q:
    """In a query of people: as `NoticeChoice.is_on` has it."""
    if (way, kind) in ALWAYS_TOLD:
        return Q()
    choices = NoticeChoice.objects.filter(person=OuterRef("pk"))
    switch = [NoticeChoice.switch(way, kind)]
    if is_usual(way, kind):
        return ~Q(Exists(choices.filter(switched_off__contains=switch)))
    return Q(Exists(choices.filter(switched_on__contains=switch)))


def people_by_way(kind: str, *, to_try: bool = False) -> PeopleByWay:
    """Whom each way reaches with what is of this kind. One query."""
    ways = {
        f"by_{way}": has_way(way, to_try=to_try) & wants(way, kind) for way in OWN_WAYS
    }
    rows = list(people_at_work().annotate(**ways).order_by().values("pk", *ways))
    return {way: {row["pk"] for row in rows if row[f"by_{way}"]} for way in OWN_WAYS}


def is_reached() -> Q:
    """In a query of people: does any way reach them with what is to be answered, or a
    channel of colleagues?"""
    reached = has_channel(NoticeChannel.Kind.COLLEAGUES)
    for way in OWN_WAYS:
        reached |= has_way(way) & wants(way, NoticeKind.ANSWER)
    return reached


def ways_to(person: Any) -> dict[str, bool]:
    """For each way, is there such a way to this person?"""
    ways = {way: has_way(way) for way in OWN_WAYS}
    people = get_user_model()._default_manager.filter(pk=person.pk)
    return people.annotate(**ways).values(*ways).get()
