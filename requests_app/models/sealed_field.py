"""A column that the database alone does not open."""

from typing import Any

from django.db import models


class SealedField(models.TextField):
    """What `providers.http.secrets.seal` made of a secret. To the database it is text;
    by its class all of them are found when the key is changed."""

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.TextField", arguments, options
