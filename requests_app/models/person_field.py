"""Who did something: what people make or change has one or several of these."""

from typing import Any

from django.conf import settings
from django.db import models


def person_field(verbose_name: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """A person who stays, and knows nothing of the rows that name them. A field and no
    abstract model: each kind of row calls it by what was done, as the law and the pages
    do."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=verbose_name,
        related_name="+",
        **options,
    )
