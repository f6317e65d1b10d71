"""The ways between tables: by what rows refer to."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

# So many steps from a row to its case at most.
FARTHEST = 4


@cache
def models_by_table() -> dict[str, Any]:
    kinds = apps.get_models(include_auto_created=True)
    return {kind._meta.db_table: kind for kind in kinds if not kind._meta.proxy}


@cache
def path_to(model: type[models.Model], goal: type[models.Model]) -> str | None:
    """The shortest way by what rows refer to; "pk" of the goal itself."""
    ways: list[tuple[str, Any]] = [("pk", model)]
    for _step in range(FARTHEST):
        for path, kind in ways:
            if kind is goal:
                return path
        ways = [
            (field.name if path == "pk" else f"{path}__{field.name}", kind)
            for path, origin in ways
            for field in origin._meta.concrete_fields
            if (kind := field.related_model) and kind.__name__ != "User"
        ]
    return None
