"""Keeping texts and files in the content table."""

import secrets

from django.core.files.uploadedfile import UploadedFile

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


def keep_file(file: UploadedFile | None) -> Content | None:
    """Keep an uploaded file, whose type a form has told from its bytes."""
    if file is None:
        return None
    media_type = file.content_type or "application/octet-stream"
    return keep(file.read(), media_type=media_type, name=(file.name or "")[:200])


def same_or_keep(old: Content | None, text: str) -> Content | None:
    """The old content if the text has not changed, so that history shows no change."""
    if old is not None and old.text == text:
        return old
    return keep_if(text)
