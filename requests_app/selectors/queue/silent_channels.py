"""Channels that take no notices, for those who keep them. Lines of the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app import permissions
from requests_app.models import SilentChannel
from requests_app.selectors.queue.item import MOST, WorkItem, upkeep_item, url
from requests_app.words.times import moment_in_words


def silent_channels_for(user: Any) -> Iterator[WorkItem]:
    """Until the channel takes something, or has ended."""
    if not permissions.has_role(user, *permissions.MANAGERS):
        return
    kept = permissions.channels_kept_by(user)
    rows = SilentChannel.objects.filter(channel__in=kept.values("pk"))
    rows = rows.select_related("channel__authority").order_by("refused_at")
    for row in rows[:MOST]:
        page = url("noticechannel_change", row.channel_id)
        yield upkeep_item(
            _("Notice channel: %(name)s") % {"name": row.channel},
            row.channel.authority,
            _("Notices do not reach it: see to its address, or make a new channel."),
            _("Look at the channel"),
            details=row.answer,
            alarm=_("It took nothing, the last time %(time)s.")
            % {"time": moment_in_words(row.refused_at)},
            url=page,
            step_url=page,
            since=row.refused_at,
        )
