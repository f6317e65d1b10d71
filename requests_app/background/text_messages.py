"""Text messages through the authority's own gateway: a signed webhook, described in
docs/textmeddelanden.md."""

from typing import Any

from django.utils.translation import gettext as _

from requests_app.background import channels
from requests_app.models import NoticeChannel, PhoneNumber


def send_text(person: Any, authority: int, message: Any) -> None:
    """To the number that the person told. Raises what a channel is refused for."""
    gateway = NoticeChannel.objects.filter(
        authority=authority, kind=NoticeChannel.Kind.SMS, ended_at=None
    ).first()
    number = PhoneNumber.objects.filter(person=person.pk).exclude(number="").first()
    if gateway is None or number is None:
        raise channels.NotDelivered(_("No gateway or no number is left."))
    channels.post(
        gateway,
        message.key,
        message.title,
        message,
        message.doubt,
        kind="text_message",
        to=number.number,
    )
