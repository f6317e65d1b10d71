"""History names: coded fields and history codes."""

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from audit_app.changes import (
    Words,
    hide,
    shield,
    show_by_name,
    show_in_words,
    show_list_by_name,
)
from requests_app.audit import models as audit_models
from requests_app.cases.access import models as access_models
from requests_app.cases.intake.models import file, request, review
from requests_app.cases.review.law.tree import tree, versions
from requests_app.cases.review.models import (
    afterwards,
    assessment,
    consultation,
    decision,
    freeze,
    masks,
)
from requests_app.cases.review.models.assessment import Ground
from requests_app.core import models as core_models
from requests_app.core import municipality, two_persons
from requests_app.core.catalogue import country_name
from requests_app.core.models import IS_INTACT
from requests_app.core.people import models as people_models
from requests_app.core.people.models import Role
from requests_app.core.words.texts import day_in_full
from requests_app.disclosure import models as disclosure_models
from requests_app.duty.models import notices, roster
from requests_app.organisation import models as organisation_models
from requests_app.oversight import models
from requests_app.privacy import models as privacy_models
from requests_app.records import models as records_models
from requests_app.registers.models import cloud, information, provisions, standing
from requests_app.registers.models.standing import Factor

# Fields whose values are codes that the fields themselves do not name.

COUNTRIES = (
    (cloud.Provider, "country"),
    (request.AccessRequest, "engineer_country"),
    (freeze.Freeze, "country"),
    (models.ReconciliationRule, "country"),
    (file.AccessEvent, "country"),
    (standing.StandingRecipient, "country"),
)


def of_choices() -> dict[tuple[Any, str], Any]:
    """One of some choices, or several."""
    return {
        (consultation.Consultation, "asked_as"): people_models.Role,
        (organisation_models.DelegationRule, "outcomes"): core_models.Outcome,
        (models.Deviation, "outcome_of_acts"): cloud.Outcome,
        (notices.DrillCall, "acts"): roster.Act,
        (notices.DrillCall, "ways"): notices.NoticeWay,
        (roster.RosterGroup, "acts"): roster.Act,
        (afterwards.SubsequentReview, "reasons"): afterwards.SubsequentReview.Reason,
        (notices.TurnTaken, "act"): roster.Act,
        (get_user_model(), "directory_roles"): people_models.Role,
    }


# Not for reading: digests; keys of ours, beside which the words stand in another field.
UNSHOWN: dict[Any, str] = {
    get_user_model(): "session_epoch",
    core_models.Content: "digest",
    request.Arrival: "terms_digest",
    request.ReceivedMail: "digest",
    access_models.OutboxAttempt: "message",
    access_models.RegisterToken: "digest",
    notices.PushDevice: "digest",
    roster.RosterCalendar: "digest",
    roster.Recertification: "row_table row_id",
    assessment.AssessmentAnswer: "node",
    decision.ReturnComment: "about",
    provisions.Provision: "code tested_as",
    afterwards.Alteration: "object_type object_id",
    information.Origin: "row_table row_id sources values",
    two_persons.RegisterChange: ("row_table row_id came_with old_values new_values"),
}


# What codes in history mean, in words: choices, lists, keys of ours.


def register() -> None:
    for model in (decision.Proposal, decision.Decision):
        show_list_by_name(model, "object_ids", request.RequestedObject)
        show_list_by_name(model, "part_ids", file.Part)
    show_list_by_name(notices.RequestLadder, "roster", get_user_model())
    for (model, field), words in _words().items():
        show_in_words(model, field, words)
    for model, fields in UNSHOWN.items():
        hide(model, *fields.split())


def _words() -> dict[tuple[Any, str], Words]:
    words: dict[tuple[Any, str], Words] = {
        (assessment.AssessmentAnswer, "answer"): _answer,
        (assessment.AssessmentAnswer, "proposed"): _answer,
        (assessment.AssessmentAnswer, "conditions"): _some_of(decision.Condition.Kind),
        (provisions.Provision, "lifted_by"): _some_of(Ground),
        (provisions.Provision, "lifted_if_settled"): _some_of(Ground),
        (standing.StandingAssessment, "factors"): _factors,
        (models.Deviation, "divergences"): _kinds,
        (models.EventOutcome, "divergences"): _kinds,
        (models.EventOutcome, "unsaid"): _not_said,
        (notices.NoticeChoice, "switched_off"): _switches,
        (notices.NoticeChoice, "switched_on"): _switches,
        (notices.NoticeLadder, "rungs"): _rungs,
        (notices.RequestLadder, "rungs"): _rungs,
        (access_models.Comparison, "told"): _statuses_in_words,
        (access_models.ContractClient, "public_keys"): _names_of_keys,
        (roster.RosterPattern, "weekdays"): _weekdays,
    }
    for (model, field), choices in of_choices().items():
        is_list = hasattr(model._meta.get_field(field), "base_field")
        words[model, field] = (_some_of if is_list else _one_of)(choices)
    return words | dict.fromkeys(COUNTRIES, _country)


def _country(code: str, _row: Any) -> str:
    return country_name(code)


def _rungs(rungs: list[dict[str, Any]], _row: Any) -> str:
    """One line for each: when, whom and by what."""
    return "\n".join(str(rung) for rung in notices.read(rungs))


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


def _not_said(names: list[str], _row: Any) -> str:
    """What would have been compared, as the columns of the act are called."""
    labels = {one.name: one.verbose_name for one in file.AccessEvent._meta.fields}
    labels["object"] = labels["object_name"]
    return ", ".join(str(labels.get(name, name)) for name in names)


def _switches(switches: list[str], _row: Any) -> str:
    return "\n".join(map(notices.NoticeChoice.in_words, switches))


def _statuses_in_words(rows: list[dict[str, str]], _row: Any) -> str:
    """One line for each request: its status, and when its answer was acknowledged."""
    lines = []
    for row in rows:
        line = f"{row['number']}: {request.in_words(row['status'])}"
        if at := row.get("acknowledged_at"):
            line += f", {day_in_full(datetime.fromisoformat(at))}"
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


# How rows and codes are named where history points at them: in words, never by id.

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
    people_models.Authority: "name",
    municipality.Municipality: "name",
    people_models.SecrecyBranch: "name",
    cloud.Connection: "name",
    cloud.Provider: "name",
    cloud.ProviderProduct: "name",
    cloud.CloudSystem: "name",
    cloud.CloudObject: "designation",
    information.InformationSet: "name",
    provisions.Provision: "chapter || ' kap. ' || paragraph || ' OSL'",
    provisions.StatuteParagraph: "statute || ' ' || chapter || ' ' || paragraph",
    organisation_models.DelegationRule: "item_no",
    request.AccessRequest: "external_id",
    review.SecrecyReview: REVIEW,
    request.RequestedObject: CLOUD_OBJECT,
    standing.StandingAssessment: STANDING,
    access_models.SideDoor: "place",
    access_models.SupportTicket: "number",
    decision.Reservation: "bound",
    access_models.ContractClient: "name",
    notices.NoticeChannel: "host",
    privacy_models.AccessibilityStatement: "operator",
    request.MailRule: "name",
    models.ProviderLog: LOG,
    models.ReconciliationRule: "name",
    roster.RosterGroup: "name",
    audit_models.SavedAudit: "name",
    records_models.Disposal: "id::text",
    records_models.DisposalItem: "diary_number",
    records_models.DisposalRule: "disposal_decision",
    records_models.ArchiveDelivery: "coalesce(nullif(diary_number, ''), year::text)",
    notices.Drill: "id::text",
    disclosure_models.DisclosureRequest: "number",
    masks.MaskedText: "label",
    masks.RecipientNotice: "recipient",
    roster.Recertification: "name",
}


def _moment(column: str) -> str:
    local = f"{column} at time zone 'Europe/Stockholm'"
    return f"to_char({local}, 'YYYY-MM-DD HH24.MI')"


# Rows that have a time and no name of their own.
BY_TIME: dict[Any, str] = {
    models.Breach: "known_at",
    disclosure_models.DataSubjectRequest: "received_at",
    disclosure_models.Disclosure: "tested_at",
    masks.TextMask: "made_at",
    disclosure_models.DisclosedDocument: "tested_at",
    disclosure_models.Redaction: "made_at",
    disclosure_models.DisclosureDecision: "decided_at",
    request.Arrival: "arrived_at",
    file.Message: "said_at",
    decision.Correction: "corrected_at",
    decision.Translation: "translated_at",
    file.AccessEvent: "happened_at",
    models.Deviation: "discovered_at",
    models.LogGap: "since",
    afterwards.Revocation: "decided_at",
    afterwards.RequestForReasons: "received_at",
    access_models.AccessGrant: "opens_at",
    access_models.Comparison: "began_at",
    roster.Shift: "begins_at",
    afterwards.Lapse: "lapsed_at",
    afterwards.SubsequentReview: "due_at",
}
# Rows of which a choice says what they are, and when.
BY_CHOICE: dict[Any, tuple[str, str]] = {
    decision.Proposal: ("outcome", "proposed_at"),
    decision.Decision: ("outcome", "decided_at"),
    access_models.Delivery: ("answer", "created_at"),
    file.Part: ("kind", "named_at"),
}
# Columns of an account that may tell a name.
TELLING = ("username", "first_name", "last_name", "identity")
PERSON = "coalesce(nullif(trim(first_name || ' ' || last_name), ''), username)"
# Rows that are about a person, and what a choice says of them.
BY_PERSON: dict[Any, tuple[str, str, Any]] = {
    people_models.RoleAssignment: ("person_id", "role", Role),
    review.Assignment: ("person_id", "kind", review.Assignment.Kind),
    consultation.Consultation: ("person_id", "asked_as", Role),
}
# Rows that are about one, and no more.
OF_PERSON: dict[Any, str] = {
    people_models.Absence: "person_id",
    information.InformationSetPerson: "person_id",
    review.ReviewUserPermission: "user_id",
    review.ConflictDeclaration: "person_id",
    roster.RosterPattern: "person_id",
}


def _of_person(column: str) -> str:
    return f"(select {PERSON} from lockbox_site_user named where named.id = {column})"  # noqa: S608 — ours


def register_names() -> None:
    show_by_name(get_user_model(), PERSON)
    shield(get_user_model(), TELLING, "is_protected")
    model: Any
    for model, sql in PLAIN.items():
        show_by_name(model, sql)
    show_by_name(Permission, "codename", _right)
    for model, column in BY_TIME.items():
        show_by_name(model, _moment(column))
    show_by_name(disclosure_models.BoardReport, "meeting_on")
    show_by_name(disclosure_models.TransparencyReport, "year")
    for model, (choice, column) in BY_CHOICE.items():
        sql = f"{choice} || '|' || {_moment(column)}"
        show_by_name(model, sql, _choice_and_time(model, choice))
    for model, (person, column, choices) in BY_PERSON.items():
        sql = f"{column} || '|' || {_of_person(person)}"
        show_by_name(model, sql, _choice_and_person(choices))
    for model, person in OF_PERSON.items():
        show_by_name(model, _of_person(person))
    show_by_name(core_models.Content, CONTENT, null_is_altered=True)
    show_by_name(assessment.AssessmentAnswer, "question")
    show_by_name(assessment.HarmTest, OF_PROVISION)
    show_by_name(two_persons.RegisterChange, "row_name")
    papers = privacy_models.ProcessingPaper
    show_by_name(papers, "kind", _label(papers, "kind"))
    show_by_name(decision.Condition, "kind", _label(decision.Condition, "kind"))
    register()


def _right(codename: str) -> str:
    """As the model calls it that names it: Django keeps the name in English."""
    known = (model._meta.permissions for model in apps.get_models())
    return str(dict(chain.from_iterable(known)).get(codename, codename))


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
