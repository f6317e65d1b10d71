"""Who can be reached, and sign in with what deciding asks."""

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


def able_people() -> QuerySet[Any]:
    """People with both: a way to be told, and a way in."""
    people = get_user_model()._default_manager.filter(is_active=True, is_machine=False)
    return people.filter(is_reached(), signs_in()).order_by()


def is_reached() -> Q:
    """In a query of people: is there an address that takes mail, and do they want it
    of what is to be answered; or a channel of colleagues with their role?"""
    refused = RefusedAddress.objects.filter(
        person=OuterRef("pk"), address=OuterRef("email")
    )
    switch = NoticeChoice.switch(NoticeWay.MAIL, NoticeKind.ANSWER)
    without = NoticeChoice.objects.filter(person=OuterRef("pk"), off__contains=[switch])
    channels = NoticeChannel.objects.filter(
        ended_at=None, role=OuterRef("role"), authority=OuterRef("authority")
    )
    by_channel = RoleAssignment.objects.in_force(clock.now()).filter(
        Exists(channels), person=OuterRef("pk")
    )
    devices = PushDevice.objects.filter(person=OuterRef("pk"), ended_at=None)
    numbers = PhoneNumber.objects.filter(person=OuterRef("pk")).exclude(number="")
    by_phone = Q(Exists(devices)) | Q(Exists(numbers))
    by_mail = ~Q(email="") & ~Q(Exists(refused)) & ~Q(Exists(without))
    return by_mail | by_phone | Q(Exists(by_channel))


def signs_in() -> Q:
    """In a query of people: through the identity provider, or past it with a one-time
    code; where there is none, with a password."""
    has_password = ~Q(password="") & ~Q(password__startswith="!")  # noqa: S106 — none
    is_local = Q(identity=None) & has_password
    if settings.IDENTITY_PROVIDER is None:
        return is_local
    return Q(identity__isnull=False) | (is_local & Q(second_factor__isnull=False))
