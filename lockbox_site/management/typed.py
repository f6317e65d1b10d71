"""What is typed on the command line, as a field of a model takes it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import models


def typed(model: type[models.Model], name: str, text: str) -> Any:
    """Without spaces around it. Raises CommandError for what the field refuses."""
    field: Any = model._meta.get_field(name)
    try:
        return field.clean(text.strip(), None)
    except ValidationError as error:
        raise CommandError("\n".join(error.messages)) from error
