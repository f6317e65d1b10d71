"""Who keeps an authority's notice channels: its managers. Auditors see them."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Authority, NoticeChannel
from requests_app.permissions.roles import MANAGERS, authorities_of, has_role


def can_keep_channels(user: Any, authority: Authority) -> bool:
    return has_role(user, *MANAGERS, authority=authority.pk)


def can_keep_channel(user: Any, channel: NoticeChannel) -> bool:
    return can_keep_channels(user, channel.authority)


def channels_kept_by(user: Any) -> QuerySet[NoticeChannel]:
    """The notice channels in use that the person keeps."""
    authorities = authorities_of(user, *MANAGERS)
    return NoticeChannel.objects.filter(authority__in=authorities, ended_at=None)
