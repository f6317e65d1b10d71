"""Whose rows are told in the history of a case."""

from requests_app.models import (
    AssessmentAnswer,
    Assignment,
    Attachment,
    Condition,
    ConditionFollowUp,
    ConflictDeclaration,
    Consent,
    Consultation,
    Decision,
    FileNote,
    HarmTest,
    IncomingAppeal,
    Lapse,
    Message,
    Proposal,
    RequestedObject,
    RequestForReasons,
    Reservation,
    Revocation,
    SeenRevision,
    ServiceOfDecision,
    StandingReliance,
    SubsequentReview,
    TurnTaken,
)

# Of the case's history: its outer life, for everybody who knows of it.
OUTER = [ConflictDeclaration, Assignment, Lapse, TurnTaken]
# What belongs to the case itself, and is left out for whoever may not read it.
CONTENT = [
    RequestedObject,
    AssessmentAnswer,
    HarmTest,
    Proposal,
    StandingReliance,
    Condition,
    Reservation,
    Decision,
    ConditionFollowUp,
    SeenRevision,
    Message,
    Consultation,
    FileNote,
    Attachment,
    Consent,
    ServiceOfDecision,
    IncomingAppeal,
    RequestForReasons,
    Revocation,
    SubsequentReview,
]
