"""Channels of colleagues: made, and told no more."""

from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Authority, NoticeChannel
from requests_app.permissions.notice_channel import can_keep_channel, can_keep_channels
from requests_app.providers.http.addresses import Refused, place_of
from requests_app.providers.http.secrets import new_secret, seal
from requests_app.workflow.step import note, require, save, step


class Made(NamedTuple):
    """The secret is shown once, and kept by whoever checks signatures with it."""

    channel: NoticeChannel
    secret: str


@step
def make_channel(
    authority: Authority,
    *,
    by: Any,
    role: str,
    address: str,
    kind: str = NoticeChannel.Kind.COLLEAGUES,
) -> Made:
    """Refused inside our network, as far as the address shows; what a name stands for
    is checked when something is sent. Raises ValidationError."""
    require(can_keep_channels(by, authority))
    try:
        host = place_of(address).host
    except Refused as error:
        raise ValidationError({"address": str(error)}) from error
    secret = new_secret()
    channel = NoticeChannel(
        authority=authority,
        kind=kind,
        role=role,
        host=host,
        address_sealed=seal(address),
        secret_sealed=seal(secret),
        made_by=by,
        made_at=clock.now(),
    )
    channel.validate_constraints()
    save(channel)
    note("channel.made", on=channel, by=by)
    return Made(channel, secret)


def _has_ended(_by: Any, channel: NoticeChannel) -> str:
    return _("The channel has ended: make a new one.") if channel.ended_at else ""


@step(may=can_keep_channel, hindrance=_has_ended)
def end_channel(channel: NoticeChannel, *, by: Any, reason: str) -> None:
    """Nothing more is told there."""
    save(channel, ended_at=clock.now())
    note("channel.ended", on=channel, by=by, reason=reason)
