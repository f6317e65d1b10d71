"""What the database asks of each table; of the registers it is said beside."""

from audit_app.guards.families import (
    Family,
    Table,
    appended,
    audited,
    ledgered,
    never_emptied,
    watched,
)
from requests_app import models
from requests_app.guards.families import (
    expires,
    never_deleted,
    only,
    own_name,
    own_name_once_set,
    stays,
)
from requests_app.guards.public_record import PUBLIC_RECORD
from requests_app.guards.registers import REGISTERS
from requests_app.guards.reports import REPORTS
from requests_app.models.request_clock import COLUMNS
from requests_app.providers.terms import TERMS

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
    models.AccessEvent: [ledgered("nobody"), appended(), own_name("reported_by_id")],
    models.AccessGrant: [
        audited("nobody"),
        stays("status ended_at end_reason end_note_id version"),
    ],
    models.AccessRequest: [audited("nobody"), stays(" ".join(dict.fromkeys(REVISED)))],
    models.AccessUse: [ledgered("nobody"), appended()],
    models.Alteration: [audited(), never_deleted()],
    models.Arrival: [ledgered("nobody"), appended(), own_name("arrived_by_id")],
    models.ArrivalHandled: [audited("nobody"), stays()],
    models.AssessmentAnswer: [
        audited("review"),
        never_deleted(),
        own_name("answered_by_id", rewritten=True),
    ],
    models.Assignment: [
        audited("review"),
        stays("acknowledged_at ended_at end_reason"),
        own_name("assigned_by_id"),
    ],
    models.Attachment: [audited("review"), appended(), own_name("added_by_id")],
    models.AuditFinding: [
        audited("review"),
        stays("answer text_id answered_by_id answered_at"),
        own_name("answered_by_id", rewritten=True),
    ],
    models.Breach: [audited(), appended(), own_name("recorded_by_id")],
    models.ChannelNotice: [watched(), only(), expires("notices", "ends_at")],
    models.Comparison: [
        audited(),
        stays("told told_at conclusion concluded_by_id concluded_at version"),
    ],
    models.Condition: [audited("review"), appended()],
    models.ConditionFollowUp: [audited("review"), appended(), own_name("noted_by_id")],
    models.ConflictDeclaration: [audited("review"), appended(), own_name("person_id")],
    models.Consent: [audited("review"), never_deleted()],
    models.Consultation: [audited("review"), never_deleted(), own_name("asked_by_id")],
    models.Content: [
        ledgered("nobody", left_out="body salt"),
        stays("reads_as_id"),
        never_emptied(),
    ],
    models.Correction: [
        *[audited("decision.review"), appended()],
        own_name("corrected_by_id"),
    ],
    models.DataSubjectRequest: [
        audited(),
        stays(
            "due_at identity extended_at extension_reason_id status reasons_id "
            "answer_id settled_by_id settled_at version"
        ),
        own_name("recorded_by_id"),
    ],
    models.Decision: [audited("review"), appended(), own_name("decided_by_id")],
    models.DecisionDocument: [audited("decision.review"), appended()],
    models.Delivery: [
        audited("nobody"),
        stays(
            "status confirmed_by_id confirmed_at given_at provider_reference "
            "proof_id accepted_at signature version"
        ),
        own_name_once_set("confirmed_by_id"),
    ],
    models.Deviation: [
        audited("review"),
        stays(
            "owner_id owned_at status outcome conclusion_id concluded_by_id "
            "concluded_at version"
        ),
    ],
    models.DeviationEvent: [ledgered("nobody"), appended()],
    models.EventOutcome: [ledgered("nobody"), appended()],
    models.FileNote: [audited("review"), appended(), own_name("noted_by_id")],
    models.FormInUse: [watched()],
    models.Freeze: [audited(), never_deleted(), own_name("made_by_id")],
    models.HarmTest: [
        audited("review"),
        never_deleted(),
        own_name("answered_by_id", rewritten=True),
    ],
    models.Heartbeat: [watched()],
    models.IdempotencyKey: [watched("body fingerprint")],
    models.IncidentDuty: [
        audited("review|breach"),
        stays(
            "due_at status reported_at reference report_id reason_id settled_by_id "
            "settled_at version"
        ),
    ],
    models.IncomingAppeal: [
        audited("review|hand_out.request"),
        stays(
            "timeliness timeliness_reason_id court handed_over_at court_number "
            "outcome decided_on outcome_note_id status"
        ),
        own_name("recorded_by_id"),
    ],
    models.MailboxPosition: [watched()],
    models.Lapse: [
        audited("review"),
        stays(
            "cause text given_by_id given_at due_at closed_by_id confirmed_by_id"
            " confirmed_at version"
        ),
    ],
    models.MaskedText: [audited("mask.review"), appended()],
    models.Message: [audited("review"), stays(), own_name("author_id")],
    models.OutboxAttempt: [ledgered("nobody"), appended()],
    models.OutboxMessage: [watched(), never_deleted()],
    models.OutsideAnswer: [audited("nobody"), stays(), own_name("recorded_by_id")],
    models.Part: [audited("review"), stays("ended_at"), own_name("named_by_id")],
    models.Proposal: [audited("review"), never_deleted(), own_name("proposed_by_id")],
    models.ReceivedMail: [ledgered("nobody"), appended()],
    models.Recertification: [
        audited(),
        stays(
            "reminded_at reminded_again_at kept_because outcome settled_by_id "
            "settled_at version"
        ),
    ],
    models.ReplayBatch: [appended()],
    models.ReplayedCase: [appended()],
    models.ReplayRun: [ledgered(), appended(), own_name("ordered_by_id")],
    models.ReportedDecision: [audited("report"), appended()],
    models.RequestForReasons: [
        audited("review"),
        stays("status text_id answered_by_id answered_at"),
        own_name("recorded_by_id"),
    ],
    models.RequestLadder: [audited("nobody"), stays()],
    models.RequestedObject: [
        audited("review"),
        stays("review_id cloud_object_id removed_in_revision"),
    ],
    models.Reservation: [audited("review"), appended()],
    models.ReturnComment: [
        audited("review"),
        stays("settled_by_id settled_at"),
        own_name("written_by_id"),
    ],
    models.ReviewUserPermission: [audited("content_object"), only()],
    models.Revocation: [
        audited("review"),
        stays("served_at served_way served_on served_recorded_by_id"),
    ],
    models.SampledCase: [audited("review"), appended()],
    models.SandboxRequest: [watched()],
    models.SavedAudit: [
        audited(),
        stays("conclusion_id ended_by_id ended_at"),
        own_name("made_by_id"),
    ],
    models.LadderNotice: [
        watched(),
        only("rung begun_at sent_at failed_at trouble maybe_twice told_with_id"),
        expires("notices", "ends_at"),
    ],
    models.ListedReview: [
        audited(),
        stays(
            "is_named_list diary_number diary_year diary_sequence registered_at "
            "public_subject protected_subject_id case_officer_id "
            "security_protection status closed_at version listed_by_id "
            "list_confirmed_by_id matter treaty_ground is_divided"
        ),
    ],
    models.SeenRevision: [audited("review"), stays(), own_name("person_id")],
    models.SentNotice: [watched(), only(), expires("notices", "ends_at")],
    models.ServiceOfDecision: [
        audited("review"),
        appended(),
        own_name("recorded_by_id"),
    ],
    models.StandingAssessment: [
        audited(),
        never_deleted(),
        own_name_once_set("revoked_by_id"),
    ],
    models.StandingRecipient: [audited("standing_assessment")],
    models.StandingReliance: [audited("review"), appended()],
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
    models.SubsequentReview: [
        audited("review"),
        stays("conclusion note_id concluded_by_id concluded_at version"),
    ],
    models.TextMask: [
        audited("review"),
        stays("lifted_at lifted_by_id lifted_because_id subject_told_on version"),
        own_name("made_by_id"),
    ],
    models.Translation: [
        *(audited("decision.review"), appended(), own_name("translated_by_id"))
    ],
    models.TurnTaken: [audited("review"), stays(), own_name("person_id")],
    models.Draft: [watched("fields")],
}
