"""Contract: payloads."""

import json
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.providers.protocol import Abilities, unable

# Our own contract API: the provider calls us, and listens to webhooks.
#
# What it sends comes in through `requests_app.api`; what it is told lies here.

label = _("Our contract API")
abilities = Abilities(
    can_be_asked=True,
    can_be_told_minutes=True,
    can_call_us=True,
    events=(_("What was done during access, one event at a time."),),
    limits=(_("An answer counts as given when the provider has acknowledged it."),),
)
applications = application = event = answer_body = concluded = unable


# What a listener reads in a webhook.


def moment(at: datetime) -> str:
    """RFC 3339 in UTC to the millisecond: the one way in which we tell a time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def webhook_body(event: str, at: datetime, data: dict[str, Any]) -> str:
    """No more than what happened to which request: the rest is read through the API."""
    return json.dumps({"type": event, "timestamp": moment(at), "data": data})
