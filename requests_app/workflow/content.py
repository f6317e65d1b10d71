"""Keeping texts and files in the content table."""

import secrets

from audit_app import clock
from requests_app.models import Content
from requests_app.models.content import digest_of


def keep(body: str | bytes, media_type: str = "text/plain", name: str = "") -> Content:
    """Keep a text (as UTF-8) or bytes under a salted digest."""
    raw = body.encode() if isinstance(body, str) else body
    salt = secrets.token_bytes(16)
    return Content.objects.create(
        digest=digest_of(salt, raw),
        salt=salt,
        stored=raw,
        media_type=media_type,
        file_name=name,
        size=len(raw),
        kept_at=clock.now(),
    )


def keep_if(text: str) -> Content | None:
    """Keep a text unless it is empty."""
    return keep(text) if text.strip() else None


def same_or_keep(old: Content | None, text: str) -> Content | None:
    """The old content if the text has not changed, so that history shows no change."""
    if old is not None and old.text == text:
        return old
    return keep_if(text)
