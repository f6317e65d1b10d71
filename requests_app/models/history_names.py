"""How rows and codes are named where history points at them: in words, never by id."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from audit_app.in_words import show_by_name, show_in_words, show_list_by_name
from requests_app import models
from requests_app.catalogue.countries import country_name
from requests_app.catalogue.tree import tree, versions
from requests_app.models import coded_fields, provider_status
from requests_app.models.assessment import Ground
from requests_app.models.content import IS_INTACT
from requests_app.models.role import Role
from requests_app.models.standing_assessment import Factor
from requests_app.words.times import moment_in_words

# A file by its name: only what was typed is sure to be text, and short. What is no
# longer what was kept has no name.
CONTENT = (
    f"case when not ({IS_INTACT}) then null"
    " when file_name <> '' then file_name"
    " when media_type like 'text/%%' then convert_from(body, 'UTF8')"
    " else media_type end"
)
CLOUD_OBJECT = (
    "coalesce((select named.designation from requests_app_cloudobject named"
    " where named.id = cloud_object_id), external_id)"
)
REVIEW = (
    "coalesce(nullif(diary_number, ''), (select named.code from requests_app_authority"
    " named where named.id = authority_id) || ', ' || id)"
)
STANDING = (
    "(select named.name from requests_app_provider named where named.id = provider_id)"
    " || ', ' || valid_from"
)
OF_PROVISION = (
    "(select named.chapter || ' kap. ' || named.paragraph || ' OSL'"
    " from requests_app_provision named where named.id = provision_id)"
)
PLAIN: dict[Any, str] = {
    models.Authority: "name",
    models.SecrecyBranch: "name",
    models.Connection: "name",
    models.Provider: "name",
    models.ProviderProduct: "name",
    models.CloudSystem: "name",
    models.CloudObject: "designation",
    models.InformationSet: "name",
    models.Provision: "chapter || ' kap. ' || paragraph || ' OSL'",
    models.StatuteParagraph: "statute || ' ' || chapter || ' ' || paragraph",
    models.DelegationRule: "item_no",
    models.AccessRequest: "external_id",
    models.SecrecyReview: REVIEW,
    models.RequestedObject: CLOUD_OBJECT,
    models.StandingAssessment: STANDING,
    models.SupportTicket: "number",
    models.Reservation: "bound",
    models.ContractClient: "name",
    models.NoticeChannel: "host",
    models.MailRule: "name",
    models.RosterGroup: "name",
    models.SavedAudit: "name",
    models.Recertification: "name",
    models.Content: CONTENT,
    Permission: "name",
}


def _moment(column: str) -> str:
    local = f"{column} at time zone 'Europe/Stockholm'"
    return f"to_char({local}, 'YYYY-MM-DD HH24.MI')"


# Rows that have a time and no name of their own.
BY_TIME: dict[Any, str] = {
    models.Arrival: "arrived_at",
    models.Message: "said_at",
    models.Correction: "corrected_at",
    models.AccessEvent: "happened_at",
    models.Deviation: "discovered_at",
    models.Revocation: "decided_at",
    models.AccessGrant: "opens_at",
    models.Comparison: "began_at",
    models.Shift: "begins_at",
    models.Lapse: "lapsed_at",
    models.SubsequentReview: "due_at",
}
# Rows of which a choice says what they are, and when.
BY_CHOICE: dict[Any, tuple[str, str]] = {
    models.Proposal: ("outcome", "proposed_at"),
    models.Decision: ("outcome", "decided_at"),
    models.Delivery: ("answer", "created_at"),
}
PERSON = "coalesce(nullif(trim(first_name || ' ' || last_name), ''), username)"
# Rows that are about a person, and what a choice says of them.
BY_PERSON: dict[Any, tuple[str, str, Any]] = {
    models.RoleAssignment: ("person_id", "role", Role),
    models.Assignment: ("person_id", "kind", models.Assignment.Kind),
    models.Consultation: ("person_id", "asked_as", Role),
}
# Rows that are about one, and no more.
OF_PERSON: dict[Any, str] = {
    models.Absence: "person_id",
    models.InformationSetPerson: "person_id",
    models.ReviewUserPermission: "user_id",
    models.ConflictDeclaration: "person_id",
    models.RosterPattern: "person_id",
}


def _of_person(column: str) -> str:
    return f"(select {PERSON} from lockbox_site_user named where named.id = {column})"  # noqa: S608 — ours


def register() -> None:
    show_by_name(get_user_model(), PERSON)
    model: Any
    for model, sql in PLAIN.items():
        show_by_name(model, sql)
    for model, column in BY_TIME.items():
        show_by_name(model, _moment(column))
    show_by_name(models.BoardReport, "meeting_on")
    for model, (choice, column) in BY_CHOICE.items():
        sql = f"{choice} || '|' || {_moment(column)}"
        show_by_name(model, sql, _choice_and_time(model, choice))
    for model, (person, column, choices) in BY_PERSON.items():
        sql = f"{column} || '|' || {_of_person(person)}"
        show_by_name(model, sql, _choice_and_person(choices))
    for model, person in OF_PERSON.items():
        show_by_name(model, _of_person(person))
    show_by_name(models.AssessmentAnswer, "question")
    show_by_name(models.HarmTest, OF_PROVISION)
    show_by_name(models.Condition, "kind", _label(models.Condition, "kind"))
    _register_codes()


def _register_codes() -> None:
    model: Any
    for model in (models.Proposal, models.Decision):
        show_list_by_name(model, "object_ids", models.RequestedObject)
    for field in ("answer", "proposed"):
        show_in_words(models.AssessmentAnswer, field, _answer)
    for model, field in coded_fields.COUNTRIES:
        show_in_words(model, field, lambda value, _row: country_name(value))
    for (model, field), choices in coded_fields.of_choices().items():
        is_list = hasattr(model._meta.get_field(field), "base_field")
        show_in_words(model, field, (_some_of if is_list else _one_of)(choices))
    for field in ("lifted_by", "lifted_if_settled"):
        show_in_words(models.Provision, field, _some_of(Ground))
    show_in_words(models.StandingAssessment, "factors", _factors)
    show_in_words(models.Deviation, "divergences", _kinds)
    show_in_words(models.NoticeChoice, "off", _switched_off)
    show_in_words(models.Comparison, "told", _statuses_in_words)
    show_in_words(models.RosterPattern, "weekdays", _weekdays)
    show_in_words(models.ContractClient, "public_keys", _names_of_keys)
    # Keys of ours, beside which the words stand in another field.
    for model, field in (
        (models.AssessmentAnswer, "node"),
        (models.RosterCalendar, "digest"),
        (models.Provision, "code"),
        (models.Provision, "tested_as"),
        (models.Alteration, "object_type"),
        (models.Alteration, "object_id"),
        (models.Recertification, "row_table"),
        (models.Recertification, "row_id"),
        (models.RegisterChange, "row_table"),
        (models.RegisterChange, "row_id"),
        (models.RegisterChange, "came_with"),
        (models.RegisterChange, "old_values"),
        (models.RegisterChange, "new_values"),
    ):
        show_in_words(model, field, lambda _value, _row: "")


def _weekdays(numbers: list[int], _row: Any) -> str:
    return ", ".join(str(WEEKDAYS[number]) for number in numbers)


def _label(model: Any, field: str) -> Callable[[str], str]:
    labels = dict(model._meta.get_field(field).choices)
    return lambda value: str(labels.get(value, value))


def _choice_and_time(model: Any, field: str) -> Callable[[str], str]:
    label = _label(model, field)

    def words(text: str) -> str:
        choice, _bar, moment = text.partition("|")
        return f"{label(choice)}, {moment}"

    return words


def _choice_and_person(choices: Any) -> Callable[[str], str]:
    labels = dict(choices.choices)

    def words(text: str) -> str:
        choice, _bar, person = text.partition("|")
        return f"{person}, {labels.get(choice, choice)}"

    return words


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


def _switched_off(switches: list[str], _row: Any) -> str:
    return "\n".join(map(models.NoticeChoice.in_words, switches))


def _statuses_in_words(rows: list[dict[str, str]], _row: Any) -> str:
    """One line for each request: its status, and when its answer was acknowledged."""
    lines = []
    for row in rows:
        line = f"{row['number']}: {provider_status.in_words(row['status'])}"
        if at := row.get("acknowledged_at"):
            line += f", {moment_in_words(datetime.fromisoformat(at))}"
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
