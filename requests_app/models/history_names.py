"""How rows and codes are named where history points at them: in words, never by id."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from audit_app.in_words import shield, show_by_name
from requests_app import models
from requests_app.models import history_codes
from requests_app.models.content import IS_INTACT
from requests_app.models.role import Role

# A file by its name: only what was typed is sure to be text, and short. What is no
# longer what was kept has no name.
CONTENT = (
    f"case when not ({IS_INTACT}) then null"  # noqa: S608 — ours
    " when file_name <> '' then file_name"
    " when media_type like 'text/%%' then convert_from(coalesce((select shown.body"
    " from requests_app_content shown"
    " where shown.digest = requests_app_content.reads_as_id), body), 'UTF8')"
    " else media_type end"
)
# Without a designation by its place in the request, as on paper: an address may hold
# somebody's name.
CLOUD_OBJECT = (
    "coalesce((select named.designation from requests_app_cloudobject named"
    " where named.id = cloud_object_id), '# ' || (select count(*)"
    " from requests_app_requestedobject beside"
    " where beside.access_request_id = requests_app_requestedobject.access_request_id"
    " and beside.id <= requests_app_requestedobject.id))"
)
REVIEW = (
    "coalesce(nullif(diary_number, ''), (select named.code from requests_app_authority"
    " named where named.id = authority_id) || ', ' || id)"
)
LOG = (
    "(select named.name from requests_app_connection named"
    " where named.id = connection_id) || ', ' || name"
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
    models.Municipality: "name",
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
    models.SideDoor: "place",
    models.SupportTicket: "number",
    models.Reservation: "bound",
    models.ContractClient: "name",
    models.NoticeChannel: "host",
    models.AccessibilityStatement: "operator",
    models.MailRule: "name",
    models.ProviderLog: LOG,
    models.ReconciliationRule: "name",
    models.RosterGroup: "name",
    models.SavedAudit: "name",
    models.Drill: "id::text",
    models.DisclosureRequest: "number",
    models.MaskedText: "label",
    models.RecipientNotice: "recipient",
    models.Recertification: "name",
    models.Content: CONTENT,
    Permission: "name",
}


def _moment(column: str) -> str:
    local = f"{column} at time zone 'Europe/Stockholm'"
    return f"to_char({local}, 'YYYY-MM-DD HH24.MI')"


# Rows that have a time and no name of their own.
BY_TIME: dict[Any, str] = {
    models.Breach: "known_at",
    models.DataSubjectRequest: "received_at",
    models.Disclosure: "tested_at",
    models.TextMask: "made_at",
    models.DisclosedDocument: "tested_at",
    models.Redaction: "made_at",
    models.DisclosureDecision: "decided_at",
    models.Arrival: "arrived_at",
    models.Message: "said_at",
    models.Correction: "corrected_at",
    models.Translation: "translated_at",
    models.AccessEvent: "happened_at",
    models.Deviation: "discovered_at",
    models.LogGap: "since",
    models.Revocation: "decided_at",
    models.RequestForReasons: "received_at",
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
    models.Part: ("kind", "named_at"),
}
# Columns of an account that may tell a name.
TELLING = ("username", "first_name", "last_name", "identity")
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
    shield(get_user_model(), TELLING, "is_protected")
    model: Any
    for model, sql in PLAIN.items():
        show_by_name(model, sql)
    for model, column in BY_TIME.items():
        show_by_name(model, _moment(column))
    show_by_name(models.BoardReport, "meeting_on")
    show_by_name(models.TransparencyReport, "year")
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
    show_by_name(models.RegisterChange, "row_name")
    papers = models.ProcessingPaper
    show_by_name(papers, "kind", _label(papers, "kind"))
    show_by_name(models.Condition, "kind", _label(models.Condition, "kind"))
    history_codes.register()


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
