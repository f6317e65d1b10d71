"""What each event of the ledger is called on a page."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

EVENTS = {
    "request.received": _("The request came in"),
    "request.revised": _("The provider changed the request"),
    "request.corrected": _("What was typed was corrected"),
    "request.outside_answer_recorded": _("An answer outside Lockbox was recorded"),
    "request.routed": _("Routed to an authority"),
    "request.merged": _("Merged into another request"),
    "request.withdrawn": _("The provider withdrew the request"),
    "request.lapsed": _("The request lapsed without an answer"),
    "request.answered_elsewhere": _("Answered outside Lockbox"),
    "request.closed": _("The request was closed"),
    "review.registered": _("Registered"),
    "review.subject_corrected": _("The public subject was corrected"),
    "review.assigned": _("Assigned"),
    "review.taken": _("Taken by a case officer"),
    "review.acknowledged": _("The case officer took the case on"),
    "review.joined": _("A co-reviewer joined"),
    "review.left": _("A co-reviewer left"),
    "review.closed_list": _("Put on a named list"),
    "review.list_confirmed": _("The named list was confirmed by another"),
    "review.opened_list": _("Taken off the named list by another"),
    "review.opened_with_basis": _("Opened with a recorded basis"),
    "review.named": _("A person was named"),
    "review.unnamed": _("A person was taken off the named list"),
    "review.rerouted": _("Handed over to another authority"),
    "review.assessed": _("Assessment saved"),
    "review.text_taken_over": _("A motivation was taken over from another case"),
    "review.proposed": _("Decision proposed"),
    "review.proposal_withdrawn": _("Proposal taken back"),
    "review.returned": _("Proposal returned"),
    "review.dropped": _("No object of the authority is named any more"),
    "review.sent_back": _("Sent back to assessment"),
    "review.decided": _("Decided"),
    "review.reconsidered": _("Opened for a new decision"),
    "review.stopped": _("Stopped for security protection"),
    "review.revoked": _("The grant was revoked"),
    "revocation.served": _("The revocation was served"),
    "review.stop_received": _("The security-protection manager has taken it over"),
    "review.closed": _("The review was closed"),
    "conflict.declared": _("Conflict of interest declared or denied"),
    "consultation.asked": _("A colleague was asked for an opinion"),
    "consultation.answered": _("An opinion came in"),
    "consultation.withdrawn": _("An opinion is no longer needed"),
    "note.made": _("A file note was made"),
    "replay.ordered": _("It was ordered that earlier decisions are tried anew"),
    "consent.recorded": _("A consent was recorded"),
    "consent.withdrawn": _("A consent was withdrawn"),
    "attachment.added": _("A file was attached"),
    "decision.drawn_up": _("Decision drawn up on paper"),
    "appeal.registered": _("An appeal came in"),
    "appeal.tried": _("Tried whether the appeal is in time"),
    "appeal.handed_over": _("The appeal was handed over to the court"),
    "appeal.ended": _("The court has decided"),
    "decision.served": _("Decision served"),
    "review.standing_assessment_revoked": _(
        "A standing assessment that the review relies on was revoked"
    ),
    "condition.kept": _("A condition was followed up: kept"),
    "condition.broken": _("A condition was followed up: broken"),
    "standing_assessment.confirmed": _("The standing assessment was confirmed"),
    "standing_assessment.revoked": _("The standing assessment was revoked"),
    "decision.corrected": _("Decision corrected"),
    "delivery.ordered": _("The answer is to be given"),
    "delivery.blocked": _("The answer is held back: the request has changed"),
    "delivery.confirmed": _("The answer was given"),
    "delivery.transmitted": _("The answer was given by machine"),
    "delivery.failed": _("The answer could not be sent by machine"),
    "client.made": _("The client was made"),
    "client.secret_rotated": _("The client got a new secret"),
    "client.ended": _("The client has ended"),
    "client.webhook_set": _("The webhook address was set"),
    "client.webhook_gone": _("The webhook address is gone: nothing more is sent there"),
    "client.webhook_secret_made": _("The client got a new webhook secret"),
    "message.said": _("A message about the request"),
    "access.reported": _("The provider reported what it did"),
    "deviation.found": _("Something outside what was granted was found"),
    "deviation.taken": _("A deviation was taken on"),
    "deviation.concluded": _("A deviation was concluded"),
    "duty.done": _("An incident was reported"),
    "duty.not_needed": _("An incident report was not needed"),
    "access.opened": _("Access opened"),
    "access.ended": _("Access ended"),
    "access.can_not_be_revoked": _(
        "Access is no longer covered by a decision, and can not be taken back"
    ),
    "access.taken_back": _("No more access is opened"),
    "access.revocation_ordered": _("Access is to be taken back"),
    "arrival.not_taken_in": _("Something could not be taken in"),
    "arrival.handled": _("An arrival was dealt with"),
    "board_report.made": _("A report to the board was drawn up"),
    "delegation.confirmed": _("The delegation was confirmed"),
    "alteration.found": _("Something was found changed outside the system"),
    "alteration.concluded": _("A change outside the system was looked into"),
    "authority.founded": _("The city was founded"),
    "first_managers.proposed": _("The first managers of an authority were proposed"),
    "first_managers.confirmed": _("The first managers of an authority were confirmed"),
    "first_managers.refused": _("The first managers of an authority were refused"),
    "product.proposed": _("A product known beforehand was proposed"),
    "role.given_at_night": _("A role was given outside office hours, unconfirmed"),
    "role.confirmed": _("The role was confirmed"),
    "role.refused": _("The role was refused"),
    "role.suspended": _("The role was suspended"),
    "role.suspension_lifted": _("The suspension was lifted"),
    "role.ended": _("The role was ended at once"),
    "role.to_confirm_anew": _("The role has to be confirmed anew"),
    "user.deactivated": _("The account was closed"),
    "user.reactivated": _("The account was opened again"),
    "user.link_made": _("A link to choose a password was made"),
    "register_change.confirmed": _("The change was confirmed by another"),
    "register_change.refused": _("The change was refused"),
    "register_change.withdrawn": _("The proposed change was taken back"),
    "freeze.set": _("Approvals were stopped"),
    "freeze.lift_asked": _("Asked for the freeze to be lifted"),
    "freeze.lift_refused": _("The freeze stays"),
    "freeze.lifted": _("The freeze was lifted"),
}


def event_label(event: str) -> Any:
    return EVENTS.get(event, event)


READS = {
    "queue.read": _("Work queue"),
    "history.read": _("History"),
    "text.searched": _("Searched the texts of cases"),
    "similar.read": _("Similar earlier cases"),
    "ledger.read": _("The log itself"),
    "arrival.read": _("What arrived, word for word"),
    "delivery.proof_read": _("Proof of an answer"),
    "request.proof_read": _("Proof of an answer"),
    "attachment.read": _("Attachment"),
    "decision.document_read": _("Decision on paper"),
    "review.who_read": _("Who can see the case"),
    "user.signed_in": _("Signed in"),
    "user.signed_out": _("Signed out"),
    "user.sign_in_refused": _("Sign-in refused"),
    "user.sign_in_braked": _("Sign-in refused: too many tries"),
    "user.link_opened": _("A link to choose a password was opened"),
    "user.link_refused": _("A void link to choose a password was tried"),
    "user.password_chosen": _("Password chosen through a link"),
    "api.list_read": _("List, through the API"),
    "api.request_read": _("Request, through the API"),
    "api.refused": _("Refused, through the API"),
}


def read_label(event: str, steps: dict[str, Any]) -> Any:
    """What a read, a refusal or a sign-in is called; steps and lists by their name."""
    if event in READS:
        return READS[event]
    subject, _dot, rest = event.partition(".")
    if subject == "step":
        step, _dot, was_read = rest.partition(".")
        label = gettext("Form: %(step)s") if was_read else gettext("Step: %(step)s")
        return label % {"step": steps.get(step, step)}
    return gettext("Searched the list") if rest == "searched" else gettext("Page")
