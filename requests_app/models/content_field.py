"""A text or file of a row, which steps write and no form does."""

from typing import Any

from django.db import models

from requests_app.models.content import Content


def content_field(verbose_name: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """Its key is the digest of what is kept; nothing leads from there to the row."""
    return models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=verbose_name,
        related_name="+",
        editable=False,
        **options,
    )
