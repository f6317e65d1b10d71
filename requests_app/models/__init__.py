"""The nouns: fields, constraints, questions about oneself. No steps live here."""

from requests_app.models.absence import Absence
from requests_app.models.access_request import AccessRequest
from requests_app.models.accessibility import (
    AccessibilityFault,
    AccessibilityStatement,
)
from requests_app.models.alteration import Alteration
from requests_app.models.arrival import Arrival, ArrivalHandled
from requests_app.models.assessment import AssessmentAnswer, HarmTest
from requests_app.models.assignment import Assignment
from requests_app.models.attachment import Attachment
from requests_app.models.authority import Authority, SecrecyBranch
from requests_app.models.board_report import BoardReport, ReportedDecision
from requests_app.models.breach import Breach
from requests_app.models.classification_label import ClassificationLabel
from requests_app.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
)
from requests_app.models.comparison import Comparison
from requests_app.models.condition import Condition, ConditionFollowUp
from requests_app.models.conflict import ConflictDeclaration
from requests_app.models.connection import Connection
from requests_app.models.consent import Consent
from requests_app.models.consultation import Consultation
from requests_app.models.content import AlteredContent, Content
from requests_app.models.contract import ContractClient, IdempotencyKey, WebhookSecret
from requests_app.models.correction import Correction
from requests_app.models.coverage_gap import CoverageGap
from requests_app.models.data_subject_request import DataSubjectRequest
from requests_app.models.decision import Decision, Proposal
from requests_app.models.delegation import DelegationRule
from requests_app.models.delivery import Delivery
from requests_app.models.deviation import Deviation
from requests_app.models.disclosed_document import DisclosedDocument
from requests_app.models.disclosure import Disclosure
from requests_app.models.disclosure_decision import DisclosureDecision
from requests_app.models.disclosure_request import DisclosureRequest
from requests_app.models.disclosure_tariff import DisclosureTariff
from requests_app.models.document import DecisionDocument
from requests_app.models.draft import Draft, FormInUse
from requests_app.models.drill import Drill, DrillCall
from requests_app.models.file_note import FileNote
from requests_app.models.first_managers import FirstManagers
from requests_app.models.freeze import Freeze
from requests_app.models.grant import AccessGrant
from requests_app.models.heartbeat import Heartbeat
from requests_app.models.incident_duty import IncidentDuty
from requests_app.models.incoming_appeal import IncomingAppeal
from requests_app.models.information import (
    InformationSet,
    InformationSetPerson,
    InformationSetProvision,
    SecurityClassification,
)
from requests_app.models.lapse import Lapse
from requests_app.models.mail import MailboxPosition, MailRule, ReceivedMail
from requests_app.models.message import AccessEvent, Message
from requests_app.models.municipality import Municipality
from requests_app.models.named_review import ListedReview, ReviewUserPermission
from requests_app.models.notice import (
    NoticeChoice,
    NoticeKind,
    NoticeWay,
    RefusedAddress,
    SentNotice,
)
from requests_app.models.notice_channel import ChannelNotice, NoticeChannel
from requests_app.models.notice_ladder import (
    LadderNotice,
    NoticeLadder,
    RequestLadder,
    TurnTaken,
)
from requests_app.models.origin import Origin
from requests_app.models.outbox import OutboxAttempt, OutboxMessage
from requests_app.models.outcome import Outcome
from requests_app.models.outside_answer import OutsideAnswer
from requests_app.models.part import Part
from requests_app.models.processing_paper import ProcessingPaper
from requests_app.models.provider import Provider, ProviderProduct
from requests_app.models.provider_log import LogGap, LogPosition, ProviderLog
from requests_app.models.provision import Provision, StatuteParagraph
from requests_app.models.publisher import Original, Publication, Publisher
from requests_app.models.push_device import PhoneNumber, PushDevice
from requests_app.models.readiness import Readiness
from requests_app.models.reading_limit import ReadingLimit
from requests_app.models.recertification import Recertification
from requests_app.models.reconciliation import (
    AccessUse,
    DeviationEvent,
    EventOutcome,
)
from requests_app.models.reconciliation_rule import ReconciliationRule
from requests_app.models.redaction import Redaction
from requests_app.models.register_change import RegisterChange
from requests_app.models.register_token import RegisterToken
from requests_app.models.replay import ReplayBatch, ReplayedCase, ReplayRun
from requests_app.models.request_for_reasons import RequestForReasons
from requests_app.models.requested_object import RequestedObject
from requests_app.models.reservation import Reservation
from requests_app.models.retention_rule import RetentionRule
from requests_app.models.return_comment import ReturnComment
from requests_app.models.review import SecrecyReview
from requests_app.models.revocation import Revocation
from requests_app.models.role import Role
from requests_app.models.role_assignment import RoleAssignment
from requests_app.models.roster import Act, RosterAuthority, RosterGroup, RosterPattern
from requests_app.models.roster_calendar import RosterCalendar
from requests_app.models.sandbox import SandboxRequest
from requests_app.models.saved_audit import AuditFinding, SampledCase, SavedAudit
from requests_app.models.seen_revision import SeenRevision
from requests_app.models.service_of_decision import ServiceOfDecision
from requests_app.models.shift import Shift
from requests_app.models.shift_offer import ShiftOffer
from requests_app.models.side_door import SideDoor
from requests_app.models.standing_assessment import StandingAssessment, StandingReliance
from requests_app.models.standing_recipient import StandingRecipient
from requests_app.models.subsequent_review import SubsequentReview
from requests_app.models.support_ticket import SupportTicket
from requests_app.models.text_mask import MaskedText, RecipientNotice, TextMask
from requests_app.models.translation import Translation
from requests_app.models.transparency_report import TransparencyReport
from requests_app.models.working_day import WorkingDay

__all__ = [
    "Absence",
    "AccessEvent",
    "AccessGrant",
    "AccessRequest",
    "AccessUse",
    "AccessibilityFault",
    "AccessibilityStatement",
    "Act",
    "Alteration",
    "AlteredContent",
    "Arrival",
    "ArrivalHandled",
    "AssessmentAnswer",
    "Assignment",
    "Attachment",
    "AuditFinding",
    "Authority",
    "BoardReport",
    "ChannelNotice",
    "Breach",
    "ClassificationLabel",
    "CloudObject",
    "CloudObjectInformationSet",
    "CloudSystem",
    "Comparison",
    "Condition",
    "ConditionFollowUp",
    "ConflictDeclaration",
    "Connection",
    "Consent",
    "Consultation",
    "Content",
    "ContractClient",
    "Correction",
    "CoverageGap",
    "DataSubjectRequest",
    "Decision",
    "DecisionDocument",
    "DelegationRule",
    "Delivery",
    "Deviation",
    "DeviationEvent",
    "DisclosedDocument",
    "Disclosure",
    "DisclosureDecision",
    "DisclosureRequest",
    "DisclosureTariff",
    "Draft",
    "EventOutcome",
    "FileNote",
    "FirstManagers",
    "FormInUse",
    "Drill",
    "DrillCall",
    "Freeze",
    "HarmTest",
    "Heartbeat",
    "IdempotencyKey",
    "IncidentDuty",
    "IncomingAppeal",
    "InformationSet",
    "InformationSetPerson",
    "InformationSetProvision",
    "Lapse",
    "LadderNotice",
    "ListedReview",
    "LogPosition",
    "LogGap",
    "MailRule",
    "MailboxPosition",
    "MaskedText",
    "Message",
    "Municipality",
    "NoticeChannel",
    "NoticeChoice",
    "NoticeKind",
    "NoticeWay",
    "NoticeLadder",
    "OutboxAttempt",
    "OutboxMessage",
    "Origin",
    "Original",
    "Outcome",
    "Part",
    "OutsideAnswer",
    "PhoneNumber",
    "Proposal",
    "Provider",
    "ProviderLog",
    "ProviderProduct",
    "Provision",
    "Publication",
    "Publisher",
    "Readiness",
    "ProcessingPaper",
    "ReadingLimit",
    "ReceivedMail",
    "Recertification",
    "ReconciliationRule",
    "PushDevice",
    "RecipientNotice",
    "RefusedAddress",
    "Redaction",
    "RegisterChange",
    "RegisterToken",
    "ReplayBatch",
    "ReplayRun",
    "ReplayedCase",
    "ReportedDecision",
    "RequestForReasons",
    "RequestLadder",
    "RequestedObject",
    "Reservation",
    "ReviewUserPermission",
    "RetentionRule",
    "ReturnComment",
    "Revocation",
    "Role",
    "RoleAssignment",
    "RosterAuthority",
    "RosterCalendar",
    "RosterGroup",
    "RosterPattern",
    "SampledCase",
    "SandboxRequest",
    "SavedAudit",
    "SecrecyBranch",
    "SecrecyReview",
    "SecurityClassification",
    "SeenRevision",
    "SentNotice",
    "ServiceOfDecision",
    "Shift",
    "ShiftOffer",
    "StandingAssessment",
    "StandingRecipient",
    "StandingReliance",
    "StatuteParagraph",
    "SubsequentReview",
    "SideDoor",
    "SupportTicket",
    "TextMask",
    "Translation",
    "TransparencyReport",
    "TurnTaken",
    "WebhookSecret",
    "WorkingDay",
]
