"""Text messages through the authority's own gateway: a signed webhook, described in
docs/textmeddelanden.md."""

from typing import Any

from django.db.models import Case, When
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background import channels
from requests_app.models import NoticeChannel, PhoneNumber, RoleAssignment


def send_text(person: Any, message: Any, authority: int | None = None) -> None:
    """To the number that the person told, through the gateway of an authority where
    they have a role: of this one first. Raises what a channel is refused for."""
    placed = RoleAssignment.objects.in_force(clock.now()).filter(person=person.pk)
    gateways = NoticeChannel.objects.filter(
        authority__in=placed.values("authority"),
        kind=NoticeChannel.Kind.SMS,
        ended_at=None,
    )
    others = Case(When(authority=authority, then=0), default=1)
    gateway = gateways.order_by(others, "pk").first()
    row = PhoneNumber.objects.filter(person=person.pk).first()
    if gateway is None or row is None or not (number := row.number):
        raise channels.NotDelivered(_("No gateway or no number is left."))
    channels.post(
        gateway,
        message.key,
        message.title,
        message,
        message.doubt,
        kind="text_message",
        to=number,
    )
