"""The people that a row names."""

from django.contrib.auth import get_user_model
from django.db.models import Model


def read_people(row: Model) -> None:
    """Whoever has it, gave it and took its steps: all in one query."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.related_model is get_user_model()
    ]
    keys = {getattr(row, field.attname) for field in fields} - {None}
    people = get_user_model()._default_manager.in_bulk(keys)
    for field in fields:
        setattr(row, field.name, people.get(getattr(row, field.attname)))
