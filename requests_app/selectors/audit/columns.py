"""What the columns of all that is recorded hold, as far as it is not what they show."""

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import models

from requests_app.catalogue.countries import NAMES
from requests_app.catalogue.tree import tree, versions
from requests_app.models import AssessmentAnswer, coded_fields
from requests_app.selectors.audit.case import kinds

# A table and one of its columns.
Column = tuple[str, str]
# Values with what they are called.
Choices = list[tuple[str, Any]]


class Columns(NamedTuple):
    """Choices with what they are called, `lists` of which hold several; and those that
    hold yes or no, people, or instants. `coded`: all that does not show what it holds.
    """

    choices: dict[Column, Choices]
    lists: set[Column]
    flags: list[Column]
    people: list[Column]
    moments: list[Column]
    coded: list[Column]


def audited_columns() -> Columns:
    beside = _beside()
    fields: dict[Column, Any] = {
        (table, str(field.column)): field
        for table, model in kinds().items()
        for field in model._meta.fields
    }
    all_choices = {
        column: beside.get((field.model, field.name)) or _choices(field)
        for column, field in fields.items()
    }
    choices = {column: pairs for column, pairs in all_choices.items() if pairs}
    flags = _of(fields, models.BooleanField)
    moments = _of(fields, models.DateTimeField)
    keys = [
        column
        for column, field in fields.items()
        if field.is_relation or field.primary_key
    ]
    person = get_user_model()
    return Columns(
        choices,
        {column for column in choices if hasattr(fields[column], "base_field")},
        flags,
        [column for column in keys if fields[column].related_model is person],
        moments,
        sorted({*choices, *flags, *moments, *keys}),
    )


def _of(fields: dict[Column, Any], kind: type[models.Field]) -> list[Column]:
    return [column for column, field in fields.items() if isinstance(field, kind)]


def _choices(field: Any) -> Choices:
    return list(getattr(field, "base_field", field).flatchoices)


def _beside() -> dict[tuple[Any, str], Choices]:
    """By field, the choices that stand elsewhere than on it."""
    answers = [
        (value, node.label(value))
        for version in versions()
        for node in tree(version).nodes
        for value in dict(node.choices)
    ]
    countries = [(code, name) for code, names in NAMES.items() for name in names]
    return {
        (AssessmentAnswer, "answer"): answers,
        (AssessmentAnswer, "proposed"): answers,
        **dict.fromkeys(coded_fields.COUNTRIES, countries),
        **{
            field: list(codes.choices)
            for field, codes in coded_fields.of_choices().items()
        },
    }
