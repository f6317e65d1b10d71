"""Content: personal numbers and typed moment."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.history import add_unversioned
from audit_app.personal_numbers import numbers_in
from requests_app.core.models import Content, digest_of

# Keeping texts and files in the content table.


def keep(body: str | bytes, media_type: str = "text/plain", name: str = "") -> Content:
    """Keep a text (as UTF-8) or bytes under a salted digest."""
    content = sealed(body, media_type, name)
    content.save(force_insert=True)
    return content


def keep_many(contents: Iterable[Content | None]) -> None:
    """Keep those contents that are not kept yet, in one statement."""
    add_unversioned([row for row in contents if row and row._state.adding])


def sealed(
    body: str | bytes, media_type: str = "text/plain", name: str = ""
) -> Content:
    """Under its digest, and still to be kept."""
    raw = body.encode() if isinstance(body, str) else body
    salt = secrets.token_bytes(16)
    return Content(
        digest=digest_of(salt, raw),
        salt=salt,
        stored=raw,
        media_type=media_type,
        file_name=name,
        size=len(raw),
        kept_at=acting.now(),
    )


def keep_if(text: str) -> Content | None:
    """Keep a text unless it is empty."""
    return keep(text) if text.strip() else None


def sealed_if(text: str) -> Content | None:
    """Still to be kept, or None for no text."""
    return sealed(text) if text.strip() else None


def keep_file(file: UploadedFile | None) -> Content | None:
    """Keep an uploaded file, whose type a form has told from its bytes."""
    if file is None:
        return None
    media_type = file.content_type or "application/octet-stream"
    return keep(file.read(), media_type=media_type, name=(file.name or "")[:200])


def same_or_keep(old: Content | None, text: str) -> Content | None:
    """The old content if the text has not changed, so that history shows no change."""
    content = same_or_sealed(old, text)
    keep_many([content])
    return content


def same_or_sealed(old: Content | None, text: str) -> Content | None:
    """The old content, or a new one still to be kept; None for no text."""
    if old is not None and old.text == text:
        return old
    return sealed_if(text)


# Personal numbers in what somebody types: a part of steps that keep none.


def refuse_numbers(sentence: Any, /, **texts: str) -> None:
    """Raises ValidationError with the sentence, at the first field that has one."""
    for name, text in texts.items():
        if numbers_in(text):
            raise ValidationError({name: sentence})


# When something was done, as somebody types it: a part of steps.


def refuse_outside(field: str, moment: datetime, since: datetime, text: str) -> None:
    """It lies after what came before it, and not in the future. Whoever types a time
    types whole minutes. Raises ValidationError at the field."""
    if not is_after(since, moment) or moment > acting.now():
        raise ValidationError({field: text})


def refuse_future(field: str, moment: datetime) -> None:
    """What is recorded has happened. Raises ValidationError at the field."""
    if moment > acting.now():
        raise ValidationError({field: _("That has not happened yet.")})


def is_after(since: datetime, moment: datetime) -> bool:
    """In the same minute it may have been."""
    return since.replace(second=0, microsecond=0) <= moment
