"""What somebody wants to be told of by mail."""

from typing import Any

from audit_app.acting import acting
from requests_app.models import NoticeChoice


def choose_notices(person: Any, wants: str) -> None:
    """In one's own name only."""
    with acting(person):
        NoticeChoice.objects.update_or_create(person=person, defaults={"wants": wants})
