"""A provider that exists in these tests only: all that a new one needs, in one room."""

from datetime import timedelta

from requests_app.providers.protocol import Abilities, Log
from tests.providers.example.answers import (
    answer_body,
    concluded,
)
from tests.providers.example.payloads import (
    application,
    applications,
    event,
)

__all__ = [
    "abilities",
    "answer_body",
    "application",
    "applications",
    "concluded",
    "event",
    "label",
]

label = "Example cloud"
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_told_minutes=True,
    events=("Every command that was run.",),
    logs=(Log("acts", "Acts", timedelta(minutes=5), timedelta(hours=1)),),
    limits=("It can't be asked anything.",),
)
