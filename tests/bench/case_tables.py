"""The tables that hang on a request, and what keeps their rows apart."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from requests_app.cases.access.models import OutboxAttempt
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.oversight.models import ReplayedCase

# What is drawn, sent or worked out from the rest.
LEFT_OUT = {ReplayedCase, DecisionDocument, OutboxAttempt}

Model = type[models.Model]


def case_models() -> dict[Model, str]:
    """Every model that hangs on a request, and SQL for the request of its row t."""
    ways: dict[Model, str] = {AccessRequest: "t.id", Arrival: "t.access_request_id"}
    everything = [
        model
        for model in apps.get_models()
        if not model._meta.proxy and not hasattr(model, "instance_type")
    ]
    while True:
        new = {
            model: _request_of(field, ways)
            for model in everything
            if model not in ways and model not in LEFT_OUT
            for field in [_way_up(model, ways)]
            if field is not None
        }
        if not new:
            return ways
        ways |= new


def _way_up(model: Model, ways: dict[Model, str]) -> Any:
    fields = (field for field in model._meta.fields if field.remote_field)
    return next(
        (f for f in fields if f.related_model in ways and not f.null),
        None,
    )


def _request_of(field: Any, ways: dict[Model, str]) -> str:
    above = field.related_model
    if above is AccessRequest:
        return f"t.{field.column}"
    name = above._meta.model_name
    inner = under(name, ways[above])
    table = above._meta.db_table
    where = f"{name}.id = t.{field.column}"
    return f"(select {inner} from {table} {name} where {where})"


def under(alias: str, sql: str) -> str:
    """The same of a row of another name than t."""
    return re.sub(r"\bt\.", f"{alias}.", sql)


def unique_alone(model: Model, hanging: set[Model]) -> set[str]:
    """Columns of uniqueness that no number of a case already keeps apart."""
    alone = set()
    rules = [
        [name.lstrip("-") for name in rule.fields] or _named_in(rule)
        for rule in model._meta.constraints
        if isinstance(rule, models.UniqueConstraint)
    ]
    rules += [[f.name] for f in model._meta.fields if f.unique and not f.primary_key]
    for names in rules:
        fields = [model._meta.get_field(name) for name in names]
        if not any(field.related_model in hanging for field in fields):
            alone |= {str(f.column) for f in fields if not f.remote_field}  # type: ignore[union-attr]
    return alone


def _named_in(rule: models.UniqueConstraint) -> list[str]:
    """The fields of a rule that is written as expressions."""
    return [name for part in rule.expressions for name in _fields_of(part)]


def _fields_of(part: Any) -> Iterator[str]:
    if isinstance(part, models.F):
        yield part.name
    for inner in getattr(part, "get_source_expressions", list)():
        yield from _fields_of(inner)
