"""The texts that are searched: where each kind stands, and whose it is."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Source(NamedTuple):
    """A kind of text: its table, the column that points at it, and when it was said.

    `review` is the column of its review, or the join that leads there; `other` a column
    that holds the same text where there is none of its own."""

    kind: str | Promise
    table: str
    content: str
    at: str
    review: str = "t.review_id"
    join: str = ""
    other: str = ""


OF_REQUEST = "join requests_app_secrecyreview v on v.access_request_id = t"


OF_DECISION = "join requests_app_decision d on d.id = t.decision_id"


# What is said of the recipient's copy, of a proposal and of the decision.
OF_COPY = tuple(
    Source(label, table, f"{name}_id", at)
    for table, at in (("decision", "decided_at"), ("proposal", "proposed_at"))
    for name, label in (
        ("left_out_because", _("Why reasons are left out")),
        ("left_out_weight", _("Why that is of particular weight")),
        ("told_instead", _("Told instead of reasons")),
        ("named_because", _("Why provisions may be named")),
    )
)
# One text in several places is told as what stands first here.
SOURCES = (
    Source(_("Decision"), "decision", "motivation_internal_id", "decided_at"),
    Source(
        _("Decision, for the recipient"),
        "decision",
        "motivation_for_recipient_id",
        "decided_at",
        other="motivation_internal_id",
    ),
    Source(
        _("Correction"),
        "correction",
        "text_id",
        "corrected_at",
        "d.review_id",
        OF_DECISION,
    ),
    Source(
        _("Translation"),
        "translation",
        "text_id",
        "translated_at",
        "d.review_id",
        OF_DECISION,
    ),
    Source(
        _("Reasons given afterwards"), "requestforreasons", "text_id", "answered_at"
    ),
    Source(_("Proposal"), "proposal", "motivation_internal_id", "proposed_at"),
    Source(
        _("Proposal, for the recipient"),
        "proposal",
        "motivation_for_recipient_id",
        "proposed_at",
        other="motivation_internal_id",
    ),
    *OF_COPY,
    Source(_("Returned"), "proposal", "returned_comment_id", "proposed_at"),
    Source(_("Comment on what was returned"), "returncomment", "text_id", "written_at"),
    Source(
        _("Condition"),
        "condition",
        "text_id",
        "p.proposed_at",
        join="join requests_app_proposal p on p.id = t.proposal_id",
    ),
    Source(
        _("Reservation"),
        "reservation",
        "prohibition_id",
        "p.proposed_at",
        join="join requests_app_proposal p on p.id = t.proposal_id",
    ),
    Source(_("Follow-up"), "conditionfollowup", "note_id", "noted_at"),
    Source(_("Answer"), "assessmentanswer", "motivation_id", "answered_at"),
    Source(_("Harm test"), "harmtest", "motivation_id", "answered_at"),
    Source(_("Facts for secrecy"), "harmtest", "facts_for_id", "answered_at"),
    Source(_("Facts against secrecy"), "harmtest", "facts_against_id", "answered_at"),
    Source(_("Question to a colleague"), "consultation", "question_id", "asked_at"),
    Source(_("Opinion"), "consultation", "opinion_id", "answered_at"),
    Source(_("Why it could not wait"), "decision", "urgent_because_id", "decided_at"),
    Source(_("File note"), "filenote", "text_id", "happened_at"),
    Source(_("Message"), "message", "text_id", "said_at"),
    Source(
        _("Message"),
        "message",
        "text_id",
        "said_at",
        "v.id",
        f"{OF_REQUEST}.access_request_id and t.review_id is null",
    ),
    Source(
        _("Protected subject"),
        "secrecyreview",
        "protected_subject_id",
        "registered_at",
        "t.id",
    ),
    Source(
        _("Justification"),
        "accessrequest",
        "justification_id",
        "received_at",
        "v.id",
        f"{OF_REQUEST}.id",
    ),
    Source(
        _("Why it was recorded afterwards"),
        "accessrequest",
        "recorded_afterwards_id",
        "recorded_at",
        "v.id",
        f"{OF_REQUEST}.id",
    ),
)
