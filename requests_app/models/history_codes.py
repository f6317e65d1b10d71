"""What codes in history mean, in words: choices, lists, keys of ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from audit_app.in_words import show_in_words, show_list_by_name
from requests_app import models
from requests_app.catalogue.countries import country_name
from requests_app.catalogue.tree import tree, versions
from requests_app.models import coded_fields, provider_status
from requests_app.models.assessment import Ground
from requests_app.models.standing_assessment import Factor
from requests_app.words.times import in_full


def register() -> None:
    model: Any
    for model in (models.Proposal, models.Decision):
        show_list_by_name(model, "object_ids", models.RequestedObject)
        show_list_by_name(model, "part_ids", models.Part)
    for field in ("answer", "proposed"):
        show_in_words(models.AssessmentAnswer, field, _answer)
    for model, field in coded_fields.COUNTRIES:
        show_in_words(model, field, lambda value, _row: country_name(value))
    for (model, field), choices in coded_fields.of_choices().items():
        is_list = hasattr(model._meta.get_field(field), "base_field")
        show_in_words(model, field, (_some_of if is_list else _one_of)(choices))
    for field in ("lifted_by", "lifted_if_settled"):
        show_in_words(models.Provision, field, _some_of(Ground))
    kinds = _some_of(models.Condition.Kind)
    show_in_words(models.AssessmentAnswer, "conditions", kinds)
    show_in_words(models.StandingAssessment, "factors", _factors)
    show_in_words(models.Deviation, "divergences", _kinds)
    for field in ("switched_off", "switched_on"):
        show_in_words(models.NoticeChoice, field, _switches)
    show_in_words(models.Comparison, "told", _statuses_in_words)
    show_in_words(models.RosterPattern, "weekdays", _weekdays)
    show_in_words(models.ContractClient, "public_keys", _names_of_keys)
    # Keys of ours, beside which the words stand in another field.
    for model, field in (
        (models.AssessmentAnswer, "node"),
        (models.ReturnComment, "about"),
        (models.RosterCalendar, "digest"),
        (models.Provision, "code"),
        (models.Provision, "tested_as"),
        (models.Alteration, "object_type"),
        (models.Alteration, "object_id"),
        (models.Recertification, "row_table"),
        (models.Recertification, "row_id"),
        (models.Origin, "row_table"),
        (models.Origin, "row_id"),
        (models.Origin, "sources"),
        (models.Origin, "values"),
        (models.RegisterChange, "row_table"),
        (models.RegisterChange, "row_id"),
        (models.RegisterChange, "came_with"),
        (models.RegisterChange, "old_values"),
        (models.RegisterChange, "new_values"),
    ):
        show_in_words(model, field, lambda _value, _row: "")


def _weekdays(numbers: list[int], _row: Any) -> str:
    return ", ".join(str(WEEKDAYS[number]) for number in numbers)


def _one_of(choices: Any) -> Callable[[Any, Any], str]:
    labels = dict(choices.choices)
    return lambda value, _row: str(labels.get(value, value))


def _some_of(choices: Any) -> Callable[[Any, Any], str]:
    labels = dict(choices.choices)
    return lambda values, _row: ", ".join(str(labels.get(one, one)) for one in values)


def _answer(value: str, row: dict[str, Any]) -> str:
    """An answer's label as the question offered it, in the newest version of the tree
    that has it."""
    for version in reversed(versions()):
        nodes = {node.code: node for node in tree(version).nodes}
        node = nodes.get(row.get("node", ""))
        if node is not None and value in dict(node.choices):
            return str(node.label(value))
    return value


def _kinds(rows: list[dict[str, str]], _row: Any) -> str:
    """In what it diverges; what was reported stands with the event."""
    labels = dict(models.Deviation.Kind.choices)
    return ", ".join(str(labels.get(row["kind"], row["kind"])) for row in rows)


def _switches(switches: list[str], _row: Any) -> str:
    return "\n".join(map(models.NoticeChoice.in_words, switches))


def _statuses_in_words(rows: list[dict[str, str]], _row: Any) -> str:
    """One line for each request: its status, and when its answer was acknowledged."""
    lines = []
    for row in rows:
        line = f"{row['number']}: {provider_status.in_words(row['status'])}"
        if at := row.get("acknowledged_at"):
            line += f", {in_full(datetime.fromisoformat(at))}"
        lines.append(line)
    return "\n".join(lines)


def _factors(values: dict[str, str], _row: Any) -> str:
    """One line for each: which way it weighs."""
    ways = {"for": _("for"), "against": _("against"), "neutral": _("neither")}
    labels = dict(Factor.choices)
    return "\n".join(
        f"{labels.get(factor, factor)}: {ways.get(way, way)}"
        for factor, way in values.items()
        if way
    )


def _names_of_keys(keys: Any, _row: Any) -> str:
    return ", ".join(key["kid"] for key in keys)
