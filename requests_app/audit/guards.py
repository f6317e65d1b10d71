"""Guards: cases, disposals, families, handing out, public record, registers, reports
and tables."""

from collections.abc import Iterator
from typing import Any

from audit_app.guards import (
    Family,
    Table,
    appended,
    audited,
    closed,
    ledgered,
    never_emptied,
    table_of,
    watched,
)
from requests_app.audit import models as audit_models
from requests_app.cases.access import models
from requests_app.cases.intake.models import file, request, review
from requests_app.cases.intake.models.request import COLUMNS
from requests_app.cases.intake.selectors import case_paths
from requests_app.cases.review.models import (
    afterwards,
    assessment,
    consultation,
    decision,
    freeze,
    masks,
)
from requests_app.core import models as core_models
from requests_app.core import municipality
from requests_app.core import two_persons as core_two_persons
from requests_app.core.people import models as people_models
from requests_app.core.retention import PERIODS
from requests_app.disclosure import models as disclosure_models
from requests_app.duty.models import notices, roster
from requests_app.organisation import models as organisation_models
from requests_app.oversight import models as oversight_models
from requests_app.privacy import models as privacy_models
from requests_app.providers.application import TERMS
from requests_app.records import models as records_models
from requests_app.registers.models import (
    changes,
    cloud,
    information,
    provisions,
    standing,
)

# Which rows go with a case: said to the database by what models refer to, so that a new
# one is among them.

ROWS = """
-- The rows that go with a case when it is disposed of, also those that have gone before and
-- stand in history alone; and with the last case of a request (`in_whole`), those of the
-- request.
create or replace function lockbox_rows_of_case(
  in_review bigint, in_request bigint, in_whole boolean
) returns table (name text, key text)
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  {selects}
$f$;
""".strip()
# Texts that nobody has sent yet, by the address of their page.
DRAFTS = """
  union select 'requests_app_draft', id::text from requests_app_draft
  where path like '/requests\\_app/secrecyreview/' || in_review || '/%'
    or in_whole and path like '/requests\\_app/accessrequest/' || in_request || '/%'
""".strip("\n")


def derived() -> Iterator[str]:
    selects = "\n  union ".join(_selects())
    yield ROWS.format(selects=f"{selects}\n{DRAFTS}")


def _selects() -> Iterator[str]:
    paths = sorted(case_paths().items(), key=lambda each: table_of(each[0]))
    for model, (of_review, of_request) in paths:
        if of_review:
            yield from _each(model, of_review, "in_review")
        if of_request and not _passes_by(of_review, of_request):
            yield from _each(model, of_request, "in_request and in_whole")


def _passes_by(of_review: str | None, of_request: str) -> bool:
    """Does the way to the request lead by the review? Then it is the case's own."""
    start = "" if of_review == "pk" else f"{of_review}__"
    return of_review is not None and of_request == f"{start}access_request"


def _each(model: Any, path: str, goal: str) -> Iterator[str]:
    table, key = table_of(model), model._meta.pk.column
    if path == "pk":
        place = goal.partition(" ")[0]
        rest = " where in_whole" if "in_whole" in goal else ""
        yield f"select '{table}', {place}::text{rest}"
        return
    first, *names = path.split("__")
    field = model._meta.get_field(first)
    joins, column = _joins(field, names)
    yield f"select '{table}', t.{key}::text from {table} t{joins} where {column} = {goal}"
    if hasattr(model, "history"):
        versions = table_of(model.history.model)
        yield (
            f"select '{table}', t.{key}::text from {versions} t{joins}"
            f" where {column} = {goal}"
            f" and not exists (select from {table} live where live.{key} = t.{key})"
        )


def _joins(field: Any, names: list[str]) -> tuple[str, str]:
    """The tables on the way from a row `t`, and the column that has the goal's key."""
    joins, column = "", f"t.{field.column}"
    for number, name in enumerate(names, 1):
        model = field.related_model
        key = model._meta.pk.column
        joins += f" join {table_of(model)} t{number} on t{number}.{key} = {column}"
        field = model._meta.get_field(name)
        column = f"t{number}.{field.column}"
    return joins, column


# Families of guards of cases and registers; those of history and ledger are
# audit_app's.


def never_deleted() -> Family:
    """Rows are never deleted."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            f"create trigger lockbox_kept before delete on {table_of(model)}"
            " for each row execute function lockbox_kept();"
        )

    return statements


def only(columns: str = "") -> Family:
    """After a row is written no other columns than these change."""

    def statements(model: Table) -> Iterator[str]:
        arguments = ", ".join(f"'{column}'" for column in columns.split())
        yield (
            f"create trigger lockbox_only before update on {table_of(model)}"
            f" for each row execute function lockbox_only({arguments});"
        )

    return statements


def stays(columns: str = "") -> Family:
    """Rows are never deleted, and once written no other columns than these change."""

    def statements(model: Table) -> Iterator[str]:
        yield from never_deleted()(model)
        yield from only(columns)(model)

    return statements


def expires(period: str, since: str) -> Family:
    """A row goes when the time is out that the rules of retention have for this period,
    counted from the moment in the column `since`; and not before."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            f"create trigger lockbox_expires before delete on {table_of(model)}"
            f" for each row execute function lockbox_expires('{period}', '{since}');"
        )

    return statements


def address_expires() -> Family:
    """How a person is reached goes when the time is out that the rules of retention
    have for it, counted from when they left or took it away; and not before."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            f"create trigger lockbox_expires before delete on {table_of(model)}"
            f" for each row execute function lockbox_address_expires();"
        )

    return statements


def own_name(column: str, *, rewritten: bool = False) -> Family:
    """Whom the column names is who acts: when a row is written, and when it is
    rewritten, where that is done by whoever does it then."""

    def statements(model: Table) -> Iterator[str]:
        events = "insert or update" if rewritten else "insert"
        yield (
            f"create trigger lockbox_own_name before {events} on {table_of(model)}"
            f" for each row execute function lockbox_own_name('{column}');"
        )

    return statements


def own_name_once_set(column: str) -> Family:
    """Whom the column names is who acts, when it gets its value."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            "create trigger lockbox_own_name_once_set before insert or update"
            f" on {table_of(model)} for each row execute function lockbox_own_name_once_set('{column}');"
        )

    return statements


def two_persons(event: str, columns: str = "", *, when: str = "") -> Family:
    """Nobody alone adds a row ("insert"), removes one ("delete") or changes these columns
    ("update"), where `when`, a condition in SQL, holds of old and new."""

    def statements(model: Table) -> Iterator[str]:
        condition = f" when ({when})" if when else ""
        guarded = ",".join(columns.split())
        yield (
            f"create trigger lockbox_two_persons_{event} before {event}"
            f" on {table_of(model)} for each row{condition}"
            f" execute function lockbox_two_persons('{{{guarded}}}');"
        )

    return statements


# What the database asks of the tables by which cases are disposed of.

DISPOSALS: dict[Table, list[Family]] = {
    records_models.Disposal: [
        audited(),
        stays(
            "status proposed_by_id proposed_at confirmed_by_id confirmed_at ended_at "
            "protocol_id version"
        ),
        own_name("drawn_by_id"),
    ],
    records_models.DisposalAnswer: [
        audited("item.disposal"),
        appended(),
        own_name("answered_by_id"),
    ],
    records_models.DisposalDate: [ledgered("review"), never_emptied()],
    records_models.DisposalItem: [
        audited("disposal"),
        stays("receipt kept_because version"),
    ],
    records_models.DisposalRule: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons(
            "update",
            "authority_id matter process_code disposal_decision years counts_from "
            "valid_from",
        ),
    ],
    records_models.DisposedCase: [ledgered(), closed()],
}

# What the database asks of the tables of handing out: documents, and what a data
# subject is given.

HANDING_OUT: dict[Table, list[Family]] = {
    disclosure_models.DisclosedDocument: [
        audited("request"),
        stays(
            "outcome provision_id reasons_id reserved_by_id paper_id pages "
            "tested_by_id tested_at version"
        ),
        own_name_once_set("tested_by_id"),
    ],
    disclosure_models.DisclosureDecision: [
        audited("request"),
        stays("served_at served_by_id version"),
        own_name("decided_by_id"),
    ],
    disclosure_models.Disclosure: [
        audited("request"),
        appended(),
        own_name("tested_by_id"),
    ],
    disclosure_models.DisclosureRequest: [
        audited(),
        stays(
            "status bound_id file_id file_sha256 pages made_by_id made_at looked_by_id "
            "looked_at sent_back_id answer_id delivered_how delivered_to_id "
            "delivered_by_id delivered_at fee asked_at version"
        ),
        own_name("recorded_by_id"),
    ],
    disclosure_models.DisclosureTariff: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id free_pages first_fee page_fee basis"),
    ],
    disclosure_models.Redaction: [
        audited("of_document.request"),
        stays("status provision_id why_id made_by_id made_at version"),
        own_name("made_by_id", rewritten=True),
    ],
}

# What the database asks of the tables of the public record: what is registered, handed
# out, disposed of and delivered.

PUBLIC_RECORD: dict[Table, list[Family]] = {
    **DISPOSALS,
    **HANDING_OUT,
    afterwards.DiaryEntry: [
        audited("review"),
        stays("taken_at number came_at came_by_id other_number version"),
        own_name_once_set("came_by_id"),
    ],
    masks.RecipientNotice: [
        audited("mask.review"),
        stays("told_at told_by_id how_id"),
        own_name_once_set("told_by_id"),
    ],
    changes.RegisterPage: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id address since is_published"),
    ],
    afterwards.SecrecyMark: [
        audited("review"),
        stays("lifted_at lifted_by_id version"),
        own_name("marked_by_id"),
        own_name_once_set("lifted_by_id"),
    ],
}

# What the database asks of the tables of registers: what many cases rest on. Drills,
# which make no case, stand among them.

REGISTERS: dict[Table, list[Family]] = {
    people_models.Absence: [audited("nobody"), never_deleted()],
    privacy_models.AccessibilityFault: [audited("statement")],
    privacy_models.AccessibilityStatement: [audited(), never_deleted()],
    people_models.Authority: [
        audited("nobody"),
        never_deleted(),
        two_persons("update", "kind regime managers_from_id managers_agreement"),
    ],
    information.ClassificationLabel: [audited(), never_deleted()],
    cloud.CloudObject: [
        audited(),
        never_deleted(),
        two_persons("update", "authority_id gone_on"),
    ],
    cloud.CloudObjectInformationSet: [
        audited("information_set"),
        only(),
        two_persons("insert", when="lockbox_is_listed(new.information_set_id)"),
        two_persons(
            "update",
            "cloud_object_id information_set_id",
            when="lockbox_is_listed(old.information_set_id)"
            " or lockbox_is_listed(new.information_set_id)",
        ),
        two_persons("delete", when="lockbox_is_listed(old.information_set_id)"),
    ],
    cloud.CloudSystem: [audited("nobody"), never_deleted()],
    cloud.Connection: [
        audited(),
        never_deleted(),
        two_persons(
            "update", "product_id external_id authority_id is_active is_automatic"
        ),
    ],
    models.ContractClient: [
        audited("nobody"),
        stays(
            "name secret_made_at ended_at webhook_url public_keys changed_itself_at "
            "version"
        ),
    ],
    roster.CoverageGap: [watched()],
    organisation_models.DelegationRule: [
        audited(),
        never_deleted(),
        own_name_once_set("made_by_id"),
    ],
    organisation_models.FirstManagers: [
        audited(),
        stays(
            "confirmed_by_id confirmed_at refused_by_id refused_at refusal_reason "
            "version"
        ),
    ],
    notices.Drill: [
        audited(),
        stays("ended_by_id ended_at version"),
        own_name("begun_by_id"),
    ],
    notices.DrillCall: [audited("drill"), stays("ways told_at trouble came_at")],
    information.InformationSet: [
        audited(),
        never_deleted(),
        two_persons("update", "is_named_list"),
    ],
    information.InformationSetPerson: [
        audited("information_set"),
        two_persons("insert", "information_set_id person_id"),
        two_persons("update", "information_set_id person_id"),
        two_persons("delete", "information_set_id person_id"),
    ],
    information.InformationSetProvision: [audited("information_set"), never_deleted()],
    oversight_models.LogGap: [
        audited("log.connection"),
        stays("explained_by_id explained_at explanation_id version"),
        own_name_once_set("explained_by_id"),
    ],
    oversight_models.LogPosition: [watched()],
    request.MailRule: [
        audited("connection"),
        never_deleted(),
        two_persons("insert"),
        two_persons(
            "update",
            "connection_id name sender signed_by sealed_by subject_pattern "
            "number_pattern case_pattern tenant is_active",
        ),
    ],
    municipality.Municipality: [audited("nobody"), never_deleted()],
    notices.NoticeChannel: [audited(), stays("ended_at version")],
    notices.NoticeChoice: [
        audited(),
        stays("switched_off switched_on"),
        own_name("person_id", rewritten=True),
    ],
    notices.NoticeLadder: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id product_id class_from margin rungs"),
    ],
    information.Origin: [audited(), stays("row_id version"), own_name("taken_by_id")],
    changes.Original: [
        audited(),
        stays("looked_by_id looked_at version"),
        own_name_once_set("looked_by_id"),
    ],
    notices.PhoneNumber: [
        audited("nobody"),
        only("number_sealed"),
        own_name("person_id", rewritten=True),
        address_expires(),
    ],
    cloud.Provider: [
        audited("nobody"),
        never_deleted(),
        two_persons("update", "name country"),
    ],
    cloud.ProviderProduct: [
        audited("nobody"),
        never_deleted(),
        two_persons(
            "update",
            "provider_id name channel answer_minutes access_minutes access_is_fixed "
            "can_answer_partly revocation can_extend portal approve_label deny_label "
            "promise promise_source promise_read_on seal seal_source seal_read_on",
        ),
    ],
    privacy_models.ProcessingPaper: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons(
            "update",
            "authority_id kind diary_number contact officer processor contract remarks "
            "drawn_on wording digest",
        ),
    ],
    oversight_models.ProviderLog: [
        audited("connection"),
        never_deleted(),
        two_persons("update", "is_read"),
    ],
    provisions.Provision: [audited("nobody"), never_deleted()],
    changes.Publication: [
        audited(),
        stays("revoked_on revoked_reason"),
        two_persons("insert"),
        two_persons("update", "revoked_on revoked_reason"),
    ],
    changes.Publisher: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id name key feed is_active"),
    ],
    cloud.Readiness: [watched()],
    notices.PushDevice: [
        audited("nobody"),
        only("name ended_at end_reason"),
        own_name("person_id"),
        address_expires(),
    ],
    changes.ReadingLimit: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id opens closes many days"),
    ],
    oversight_models.ReconciliationRule: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons(
            "update",
            "authority_id name connection_id outcome action country effect reason "
            "is_active",
        ),
    ],
    notices.RefusedAddress: [watched()],
    core_two_persons.RegisterChange: [audited(), never_deleted()],
    models.RegisterToken: [ledgered("", "digest")],
    records_models.RetentionRule: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", f"authority_id disposal_decision {' '.join(PERIODS)}"),
    ],
    people_models.RoleAssignment: [audited(), never_deleted()],
    roster.RosterAuthority: [audited("group"), only()],
    roster.RosterCalendar: [
        audited("nobody"),
        stays("ended_at version"),
        own_name("person_id"),
    ],
    roster.RosterGroup: [audited(), never_deleted()],
    roster.RosterPattern: [
        audited("group"),
        stays("ended_at version"),
        own_name("made_by_id"),
    ],
    people_models.SecrecyBranch: [
        audited(),
        never_deleted(),
        two_persons("update", "authority_id name"),
    ],
    information.SecurityClassification: [
        audited("information_set"),
        stays(),
        two_persons(
            "insert",
            "information_set_id valid_from confidentiality",
            when="lockbox_lowers(new.information_set_id, new.valid_from,"
            " new.confidentiality::integer)",
        ),
        two_persons("update", "information_set_id valid_from confidentiality"),
        two_persons("delete", "information_set_id valid_from confidentiality"),
    ],
    roster.Shift: [audited("group"), stays("withdrawn_at version")],
    roster.ShiftOffer: [
        audited("group"),
        stays("taken_by_id taken_at withdrawn_at version"),
        own_name_once_set("taken_by_id"),
    ],
    provisions.StatuteParagraph: [audited("nobody"), never_deleted()],
    models.WebhookSecret: [audited("nobody"), stays("ended_at")],
}

# What the database asks of what is drawn up of many cases, and leaves the authority.

REPORTS: dict[Table, list[Family]] = {
    records_models.ArchiveDelivery: [
        audited(),
        stays("received_by receipt received_at"),
        own_name("made_by_id"),
    ],
    disclosure_models.BoardReport: [audited(), appended(), own_name("made_by_id")],
    disclosure_models.TransparencyReport: [
        audited(),
        appended(),
        own_name("made_by_id"),
    ],
}

# What the database asks of each table; of the registers it is said beside.

# Of a request: its terms, where it stands, and whom it belongs to.
REVISED = [
    *(term.column for term in TERMS),
    *COLUMNS,
    *["revision", "received_at", "connection_id", "provider_status"],
    *["status", "version", "merged_into_id", "narrows_id", "extends_id", "revoked_at"],
]
GUARDED: dict[Table, list[Family]] = {
    **REGISTERS,
    **PUBLIC_RECORD,
    **REPORTS,
    file.AccessEvent: [ledgered("nobody"), appended(), own_name("reported_by_id")],
    models.AccessGrant: [
        audited("nobody"),
        stays("status ended_at end_reason end_note_id version"),
    ],
    request.AccessRequest: [audited("nobody"), stays(" ".join(dict.fromkeys(REVISED)))],
    oversight_models.AccessUse: [ledgered("nobody"), appended()],
    afterwards.Alteration: [audited(), never_deleted()],
    request.Arrival: [ledgered("nobody"), appended(), own_name("arrived_by_id")],
    request.ArrivalHandled: [audited("nobody"), stays()],
    assessment.AssessmentAnswer: [
        audited("review"),
        never_deleted(),
        own_name("answered_by_id", rewritten=True),
    ],
    review.Assignment: [
        audited("review"),
        stays("acknowledged_at ended_at end_reason"),
        own_name("assigned_by_id"),
    ],
    file.Attachment: [audited("review"), appended(), own_name("added_by_id")],
    audit_models.AuditFinding: [
        audited("review"),
        stays("answer text_id answered_by_id answered_at"),
        own_name("answered_by_id", rewritten=True),
    ],
    oversight_models.Breach: [audited(), appended(), own_name("recorded_by_id")],
    notices.ChannelNotice: [watched(), only(), expires("notices", "ends_at")],
    models.Comparison: [
        audited(),
        stays("told told_at conclusion concluded_by_id concluded_at version"),
    ],
    decision.Condition: [audited("review"), appended()],
    decision.ConditionFollowUp: [
        audited("review"),
        appended(),
        own_name("noted_by_id"),
    ],
    review.ConflictDeclaration: [audited("review"), appended(), own_name("person_id")],
    assessment.Consent: [audited("review"), never_deleted()],
    consultation.Consultation: [
        audited("review"),
        never_deleted(),
        own_name("asked_by_id"),
    ],
    core_models.Content: [
        ledgered("nobody", left_out="body salt"),
        stays("reads_as_id"),
        never_emptied(),
    ],
    decision.Correction: [
        *[audited("decision.review"), appended()],
        own_name("corrected_by_id"),
    ],
    disclosure_models.DataSubjectRequest: [
        audited(),
        stays(
            "due_at identity extended_at extension_reason_id status reasons_id "
            "answer_id settled_by_id settled_at version"
        ),
        own_name("recorded_by_id"),
    ],
    decision.Decision: [audited("review"), appended(), own_name("decided_by_id")],
    afterwards.DecisionDocument: [audited("decision.review"), appended()],
    models.Delivery: [
        audited("nobody"),
        stays(
            "status confirmed_by_id confirmed_at given_at provider_reference "
            "proof_id accepted_at signature version"
        ),
        own_name_once_set("confirmed_by_id"),
    ],
    oversight_models.Deviation: [
        audited("review"),
        stays(
            "owner_id owned_at status outcome conclusion_id concluded_by_id "
            "concluded_at version"
        ),
    ],
    oversight_models.DeviationEvent: [ledgered("nobody"), appended()],
    oversight_models.EventOutcome: [ledgered("nobody"), appended()],
    file.FileNote: [audited("review"), appended(), own_name("noted_by_id")],
    people_models.FormInUse: [watched()],
    freeze.Freeze: [audited(), never_deleted(), own_name("made_by_id")],
    assessment.HarmTest: [
        audited("review"),
        never_deleted(),
        own_name("answered_by_id", rewritten=True),
    ],
    core_models.Heartbeat: [watched()],
    models.IdempotencyKey: [watched("body fingerprint")],
    oversight_models.IncidentDuty: [
        audited("review|breach"),
        stays(
            "due_at status reported_at reference report_id reason_id settled_by_id "
            "settled_at version"
        ),
    ],
    afterwards.IncomingAppeal: [
        audited("review|hand_out.request"),
        stays(
            "timeliness timeliness_reason_id court handed_over_at court_number "
            "outcome decided_on outcome_note_id status"
        ),
        own_name("recorded_by_id"),
    ],
    request.MailboxPosition: [watched()],
    afterwards.Lapse: [
        audited("review"),
        stays(
            "cause text given_by_id given_at due_at closed_by_id confirmed_by_id"
            " confirmed_at version"
        ),
    ],
    masks.MaskedText: [audited("mask.review"), appended()],
    file.Message: [audited("review"), stays(), own_name("author_id")],
    models.OutboxAttempt: [ledgered("nobody"), appended()],
    models.OutboxMessage: [watched(), never_deleted()],
    models.OutsideAnswer: [audited("nobody"), stays(), own_name("recorded_by_id")],
    file.Part: [audited("review"), stays("ended_at"), own_name("named_by_id")],
    decision.Proposal: [audited("review"), never_deleted(), own_name("proposed_by_id")],
    request.ReceivedMail: [ledgered("nobody"), appended()],
    roster.Recertification: [
        audited(),
        stays(
            "reminded_at reminded_again_at kept_because outcome settled_by_id "
            "settled_at version"
        ),
    ],
    oversight_models.ReplayBatch: [appended()],
    oversight_models.ReplayedCase: [appended()],
    oversight_models.ReplayRun: [ledgered(), appended(), own_name("ordered_by_id")],
    disclosure_models.ReportedDecision: [audited("report"), appended()],
    afterwards.RequestForReasons: [
        audited("review"),
        stays("status text_id answered_by_id answered_at"),
        own_name("recorded_by_id"),
    ],
    notices.RequestLadder: [audited("nobody"), stays()],
    request.RequestedObject: [
        audited("review"),
        stays("review_id cloud_object_id removed_in_revision"),
    ],
    decision.Reservation: [audited("review"), appended()],
    decision.ReturnComment: [
        audited("review"),
        stays("settled_by_id settled_at"),
        own_name("written_by_id"),
    ],
    review.ReviewUserPermission: [audited("content_object"), only()],
    afterwards.Revocation: [
        audited("review"),
        stays("served_at served_way served_on served_recorded_by_id"),
    ],
    audit_models.SampledCase: [audited("review"), appended()],
    models.SandboxRequest: [watched()],
    audit_models.SavedAudit: [
        audited(),
        stays("conclusion_id ended_by_id ended_at"),
        own_name("made_by_id"),
    ],
    notices.LadderNotice: [
        watched(),
        only("rung begun_at sent_at failed_at trouble maybe_twice told_with_id"),
        expires("notices", "ends_at"),
    ],
    review.ListedReview: [
        audited(),
        stays(
            "is_named_list diary_number diary_year diary_sequence registered_at "
            "public_subject protected_subject_id case_officer_id "
            "security_protection status closed_at version listed_by_id "
            "list_confirmed_by_id matter treaty_ground is_divided"
        ),
    ],
    review.SeenRevision: [audited("review"), stays(), own_name("person_id")],
    notices.SentNotice: [watched(), only(), expires("notices", "ends_at")],
    decision.ServiceOfDecision: [
        audited("review"),
        appended(),
        own_name("recorded_by_id"),
    ],
    standing.StandingAssessment: [
        audited(),
        never_deleted(),
        own_name_once_set("revoked_by_id"),
    ],
    standing.StandingRecipient: [audited("standing_assessment")],
    standing.StandingReliance: [audited("review"), appended()],
    models.SideDoor: [
        audited("connection"),
        stays(
            "until closed_at access_request_id decision_number covered_until covered_by_id "
            "covered_at reason_id withdrawn_at withdrawn_by_id version"
        ),
    ],
    models.SupportTicket: [
        audited("connection"),
        stays("number status advanced_diagnostics other_consents version"),
    ],
    afterwards.SubsequentReview: [
        audited("review"),
        stays("conclusion note_id concluded_by_id concluded_at version"),
    ],
    masks.TextMask: [
        audited("review"),
        stays("lifted_at lifted_by_id lifted_because_id subject_told_on version"),
        own_name("made_by_id"),
    ],
    decision.Translation: [
        *(audited("decision.review"), appended(), own_name("translated_by_id"))
    ],
    notices.TurnTaken: [audited("review"), stays(), own_name("person_id")],
    people_models.Draft: [watched("fields")],
}
