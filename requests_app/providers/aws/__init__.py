"""AWS IAM temporary delegation: accepted first, then released, and never rolled back.

Source: the model of IAM that botocore carries (version 2010-05-08).
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from requests_app.providers.aws.answers import answer_body, concluded
from requests_app.providers.aws.payloads import application, applications
from requests_app.providers.log import Log
from requests_app.providers.protocol import Abilities, unable

__all__ = [
    "abilities",
    "answer_body",
    "application",
    "applications",
    "concluded",
    "event",
    "label",
]

label = _("AWS IAM temporary delegation")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_read_back=True,
    is_released_apart=True,
    limits=(
        _(
            "An approval is accepted first, and then released: from the release on it"
            " can not be rolled back."
        ),
        _("It takes an approval for the time that was asked for, no shorter."),
        _("Questions go through the partner that asks."),
        _(
            "CloudTrail tells what was managed with the access, and not which data was"
            " read or written with it."
        ),
    ),
    logs=(
        Log(
            "cloudtrail",
            _("AWS CloudTrail: temporary delegation"),
            # Five minutes as a rule, and no promise.
            usual_delay=timedelta(minutes=15),
            longest_delay=timedelta(hours=2),
            reach=timedelta(days=90),
        ),
    ),
)
event = unable
