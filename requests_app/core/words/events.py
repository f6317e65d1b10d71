"""Events: details, hand out events, notice events, reads and roster events."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

# What each read, refusal and sign-in of the ledger is called on a page.

READS = {
    "data_protection.read": _("Data protection"),
    "data_subject_request.extracted": _("Extract for a data subject, taken out"),
    "data_subject_request.gathered": _("What is kept about a data subject"),
    "disclosure_request.file_read": _("A file that is handed out"),
    "disclosure_request.decision_read": _("A decision on a hand-out, on paper"),
    "disclosed_document.page_read": _("A page of a document that is asked for"),
    "text_mask.original_read": _("What was kept of a corrected or restricted text"),
    "queue.read": _("Work queue"),
    "stop.no_case": _("A stop by a number that no case has"),
    "recertification.read": _("Rights and roles to confirm anew"),
    "history.read": _("History"),
    "public_register.read": _("Public register"),
    "public_register.exported": _("Public register, taken out"),
    "text.searched": _("Searched the texts of cases"),
    "similar.read": _("Similar earlier cases"),
    "ledger.read": _("The log itself"),
    "arrival.read": _("What arrived, word for word"),
    "accessevent.payload_read": _("A record of the provider's log, word for word"),
    "delivery.proof_read": _("Proof of an answer"),
    "request.proof_read": _("Proof of an answer"),
    "attachment.read": _("Attachment"),
    "decision.document_read": _("Decision on paper"),
    "review.who_read": _("Who can see the case"),
    "diary.read": _("The diary system"),
    "diary_export.read": _("What the diary system is to number, taken out"),
    "diary_entry.exported": _("What the diary system is to number, taken out"),
    "review.documents_read": _("Documents of the case"),
    "user.signed_in": _("Signed in"),
    "user.signed_out": _("Signed out"),
    "transparency_report.read": _("Transparency report, a file"),
    "over_all.read": _("Read what was granted and what was used"),
    "sovereignty.read": _("Read what providers claim and what is measured"),
    "sovereignty.exported": _("What providers claim and what is measured, as a file"),
    "over_all.exported": _("What was granted and used, as a file"),
    "right_now.read": _("Read who can touch the information right now"),
    "record.disagreement": _("What is recorded does not agree with itself"),
    "release.reference_data": _("A release brought its reference data"),
    "detail.disposed": _("A detail of the ledger was disposed of"),
    "detail.expired": _("A detail of the ledger ran out by a rule of retention"),
    "retention.carried_out": _("The rules of retention were carried out"),
    "rows.expired": _("Notices or addresses ran out by a rule of retention"),
    "retention.read": _("Retention and disposal"),
    "disposal_protocol.exported": _("Protocol of a disposal"),
    "ledger.gone_back": _("The database was found to have gone back in time"),
    "disposal.proposed": _("A disposal of details of the ledger was proposed"),
    "ledger.signed": _("Checkpoints and signatures were counted"),
    "ledger.key_replaced": _("A new key signs the ledger"),
    "user.sign_in_refused": _("Sign-in refused"),
    "user.sign_in_braked": _("Sign-in refused: too many tries"),
    "scim.refused": _("A directory without a valid token was refused"),
    "scim.write_refused": _("The directory was refused what it wrote of a person"),
    "oauth.refused": _("Refused: the secret of a client"),
    "wake_up.refused": _("Refused: a provider's push, forged or come again"),
    "sign_out.refused": _("Refused: word of a sign-out, forged or come again"),
    "metrics.refused": _("Refused: the token of the figures"),
    "machine.refused": _("A machine was refused"),
    "refusals.counted": _("Refused more often than has a line each"),
    "user.password_changed": _("Password changed"),
    "user.broke_glass": _("Signed in with a local account, past the ordinary sign-in"),
    "user.second_factor_registered": _("An app for one-time codes was registered"),
    "user.session_ended": _("Signed out: too long without a sign of the person"),
    "user.identity_confirmed": _("Identity confirmed before a decision"),
    "user.role_unknown": _("The directory gives a role that is not known"),
    "user.link_opened": _("A link to choose a password was opened"),
    "user.link_refused": _("A void link to choose a password was tried"),
    "user.password_chosen": _("Password chosen through a link"),
    "api.list_read": _("List, through the API"),
    "api.request_read": _("Request, through the API"),
    "api.refused": _("Refused, through the API"),
    "api.comparison_read": _("Comparison, through the API"),
    "api.status_read": _("Status of the service, through the API"),
    "api.notifications_read": _("Changes, through the API"),
    "api.objects_looked_up": _("Objects looked up, through the API"),
    "register_api.refused": _("Refused, through the API of registers"),
    "table.exported": _("A register, taken out"),
    "table.import": _("Bringing rows into a register"),
    "board_report.document_read": _("List of decisions, the document"),
    "overview.read": _("Overview"),
    "overview.cases_read": _("Cases behind a number of the overview"),
    "overview.months_read": _("Month by month"),
    "coverage.read": _("Coverage of the map"),
    "staffing.read": _("Staffing"),
    "role_plan.read": _("A plan of roles"),
    "roster_month.read": _("A month of a roster"),
    "readiness.read": _("Ready before it comes"),
    "search.read": _("Search"),
    "stop.read": _("Stop by the number of a case"),
    "calendar_address.read": _("Address of one's own calendar"),
    "hand_over.read": _("Handing over a person's cases"),
    "go_live.read": _("What lacks before an authority goes live"),
    "waiting_roles.read": _("Roles that wait"),
    "first_links.read": _("Accounts that wait for a link"),
    "original.read": _("A newer edition of a package"),
    "publications.read": _("Published packages"),
    "publication.read": _("A published package"),
    "publication_new.read": _("A package to be published"),
    "publication_file.read": _("A published package, as a file"),
    "publication.file_taken": _("A published package, as a file"),
    "packages.read": _("Packages"),
    "taken.read": _("What was taken of packages"),
    "product_presets.read": _("Provider products that are known"),
    "processing_papers.read": _("Papers on the processing"),
    "processing_paper_pdf.read": _("A paper on the processing"),
    "signed_processing_paper_pdf.read": _(
        "A paper on the processing, as it was signed"
    ),
    "disposal.read": _("A list to dispose of"),
    "disposal.protocol_read": _("A list to dispose of, its protocol"),
    "disposaldate.read": _("When a case may be disposed of"),
    "disposedcase.read": _("A case that was disposed of"),
    "disposal_protocol.read": _("Protocol of disposal"),
    "disposal_protocol_of_day.read": _("Protocol of disposal"),
    "public_register_export.read": _("Public register, taken out"),
    "several.read": _("A step of several cases"),
    "managed_cases.read": _("Cases behind a number of the overview"),
    "months.read": _("Month by month"),
    "table.read": _("A register as a table"),
    "table_export.read": _("A register, taken out"),
    "registers.read": _("Registers"),
    "notices.read": _("What reaches me"),
    "devices.read": _("My phone"),
    "next.read": _("The next case"),
    "waiting.read": _("How much waits"),
    "take_turn.read": _("A step behind a notice"),
    "forget_draft.read": _("A draft to forget"),
    "autocomplete.read": _("Rows to choose from"),
    "page.refused": _("Page refused"),
    "own_log.read": _("My log"),
    "person_lines.read": _("Lines of what a person did"),
    "audit.read": _("Everything that happened"),
    "audit.exported": _("Everything that happened, taken out"),
    "audit_case.read": _("All about a case"),
    "audit_checklist.read": _("Checklist of an audited case"),
    "audit_decisions.read": _("Decisions"),
    "audit_decisions.exported": _("Decisions, taken out"),
    "audit_draw.read": _("Drawing a sample"),
    "audit_end.read": _("Ending an audit"),
    "audit_figures.read": _("Figures over time"),
    "audit_one.read": _("An audit"),
    "audit_outside.read": _("Outside the system"),
    "audit_patterns.read": _("Patterns"),
    "audit_person.read": _("What a person did"),
    "audit_population.exported": _("What a sample was drawn from, taken out"),
    "audit_readers.read": _("Who read a case"),
    "audit_reading.read": _("Unusual reading"),
    "audit_report.exported": _("Report of an audit, taken out"),
    "audit_roles.read": _("Roles and delegations"),
    "audit_roles.exported": _("Roles and delegations, taken out"),
    "audit_saved.read": _("Audits"),
    "audit_sight.read": _("Who could see a case on a day"),
    "audit_verdict.read": _("What the verdict rests on"),
}

# Pages over the rows of a model, whose line begins with its name.
OF_ROWS = {"listed": _("List: %(rows)s"), "form_read": _("New row: %(rows)s")}


def _rows_called(model_name: str) -> str:
    called = {
        model._meta.model_name: str(model._meta.verbose_name_plural)
        for model in apps.get_models()
    }
    return called.get(model_name, model_name)


def read_label(event: str, steps: dict[str, Any]) -> Any:
    """What a read, a refusal or a sign-in is called; steps and lists by their name."""
    if event in READS:
        return READS[event]
    subject, _dot, rest = event.partition(".")
    if rest in OF_ROWS:
        return OF_ROWS[rest] % {"rows": _rows_called(subject)}
    if subject == "step":
        step, _dot, was_read = rest.partition(".")
        label = gettext("Form: %(step)s") if was_read else gettext("Step: %(step)s")
        return label % {"step": steps.get(step, step)}
    return gettext("Searched the list") if rest == "searched" else gettext("Page")


# What is told of a line of the ledger beside what happened: as much as has a name.

DETAILS = {
    "text": _("searched for"),
    "filters": _("narrowed by"),
    "hits": _("hits"),
    "rows": _("rows"),
    "reason": _("reason"),
    "username": _("tried as"),
    "tried": _("tried with a text that is no account's"),
    "is_account": _("as somebody who has an account"),
    "person": _("person"),
    "to": _("to"),
    "address": _("from the address"),
    "refusals": _("times"),
    "counted": _("what was refused"),
    "times": _("times more"),
    "path": _("page"),
    "purpose": _("purpose"),
    "since": _("since"),
    "until": _("until"),
    "asked": _("asked for"),
    "format": _("format"),
}


def told_of(detail: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """Labels and values, in the order above."""
    for name, label in DETAILS.items():
        value = detail.get(name)
        if text := WRITTEN.get(name, _written)(value):
            yield label, text


def _counted(rows: Any) -> str:
    """Refusals that have no line of their own, by what it was and whose account."""
    parts = [
        (str(read_label(row["event"], {})), row["account"], f"× {row['times']}")
        for row in rows or ()
    ]
    return "; ".join(" ".join(filter(None, part)) for part in parts)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, dict):
        parts = (_written(item) for item in value.values())
        return ", ".join(part for part in parts if part)
    if isinstance(value, list):
        return ", ".join(_written(item) for item in value)
    return "" if value is None else str(value)


def _tried(value: Any) -> str:
    """The same text has the same mark, which can be searched for."""
    if not value:
        return ""
    return gettext("%(mark)s, begins with %(letter)s") % {
        "mark": value["digest"],
        "letter": value["first"] or "–",
    }


WRITTEN = {"counted": _counted, "tried": _tried}


# What each event of a hand-out is called on a page.

HAND_OUT_EVENTS = {
    "disclosure_request.recorded": _("A request for documents was recorded"),
    "disclosure_request.case_taken_in": _("Documents of a case were asked for"),
    "disclosure_request.handed_over": _("Documents were tested, for a second look"),
    "disclosure_request.looked_through": _("A hand-out was looked through"),
    "disclosure_request.sent_back": _("A hand-out was sent back"),
    "disclosure_request.delivered": _("Documents were handed out"),
    "disclosure_request.decision_asked": _("A decision on a hand-out was asked for"),
    "disclosure_request.reserved": _("Documents were to be given with a reservation"),
    "disclosure_request.reservation_decided": _("A reservation was decided on"),
    "disclosure_request.decided": _("What was kept back was decided on"),
    "disclosure_request.decision_served": _("A decision on a hand-out was served"),
    "disclosed_document.drawn": _("The pages of a document were drawn"),
    "disclosed_document.tested": _("A document was tested for whoever asks"),
    "disclosed_document.places_judged": _("Places in a document were judged"),
}


# What each event of a notice is called on a page.

NOTICE_EVENTS = {
    "notice.sent": _("A notice went out by mail"),
    "ladder.copied": _("Who is told of it, and when, was noted"),
    "turn.taken": _("Somebody said that they take it"),
    "device.added": _("A device was added for notices"),
    "device.ended": _("A device gets no more notices"),
    "number.told": _("A number for text messages was told or changed"),
    "notice.told": _("A notice went out to a channel"),
    "turn.read": _("The page where somebody takes a turn"),
}


# What each event of a roster is called on a page.

ROSTER_EVENTS = {
    "shift.laid": _("Somebody was put on duty"),
    "shift.withdrawn": _("A shift was withdrawn"),
    "shift.offered": _("Somebody was asked to take a shift"),
    "shift.volunteers_asked": _("Volunteers were asked for"),
    "shift.taken": _("A shift was taken over"),
    "shift.offer_withdrawn": _("A shift is no longer offered"),
    "roster.pattern_laid": _("A pattern of shifts was laid"),
    "roster.pattern_ended": _("A pattern of shifts was ended"),
    "roster.calendar_made": _("An address for one's own calendar was made"),
    "roster.calendar_ended": _("An address for one's own calendar was ended"),
    "roster.feed_set": _("A calendar is taken in as roster"),
    "roster.feed_ended": _("A calendar is taken in no more"),
}


# What each event of the ledger is called on a page.

EVENTS = {
    "request.received": _("The request came in"),
    "request.revised": _("The provider changed the request"),
    "request.completed": _("What the notice lacked was typed"),
    "request.audit_id_joined": _("Joined with an id of the provider's audit log"),
    "mail.read": _("A provider's mail was read"),
    "arrival.confirmed": _("A person confirmed that a mail is genuine"),
    "request.corrected": _("What was typed was corrected"),
    "request.narrows": _("Linked to the request that it is narrower than"),
    "request.moved": _("Moved to another connection"),
    "request.outside_answer_recorded": _("An answer outside Lockbox was recorded"),
    "request.routed": _("Routed to an authority"),
    "request.merged": _("Merged into another request"),
    "request.withdrawn": _("The provider withdrew the request"),
    "request.lapsed": _("The request lapsed without an answer"),
    "request.answered_elsewhere": _("Answered outside Lockbox"),
    "support_ticket.seen": _("The consents of a support ticket were noted"),
    "side_door.seen": _("A side door was seen open at the provider"),
    "side_door.closed": _("The provider shows that the side door is closed"),
    "side_door.said_closed": _("A person said that the side door is closed"),
    "side_door.covered": _("A decision was said to cover the side door"),
    "side_door.withdrawn": _("The side door was taken back"),
    "readiness.lost": _("Something that must be in place at a provider is not"),
    "readiness.regained": _("It is in place at the provider again"),
    "request.closed": _("The request was closed"),
    "review.registered": _("Registered"),
    "review.reclassified": _("What is asked for was changed"),
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
    "review.shut_again": _("Given back by whoever had opened it with a basis"),
    "review.named": _("A person was named"),
    "review.unnamed": _("A person was taken off the named list"),
    "review.rerouted": _("Handed over to another authority"),
    "review.assessed": _("Assessment saved"),
    "review.text_taken_over": _("A motivation was taken over from another case"),
    "review.proposed": _("Decision proposed"),
    "review.proposal_withdrawn": _("Proposal taken back"),
    "review.returned": _("Proposal returned"),
    "review.comments_ticked_off": _("Comments on what was returned were ticked off"),
    "review.dropped": _("No object of the authority is named any more"),
    "review.sent_back": _("Sent back to assessment"),
    "review.decided": _("Decided"),
    "review.reconsidered": _("Opened for a new decision"),
    "review.stopped": _("Stopped for protective security"),
    "review.revoked": _("The grant was revoked"),
    "revocation.served": _("The revocation was served"),
    "review.stop_received": _("The protective-security manager has taken it over"),
    "review.closed": _("The review was closed"),
    "review.opened_again": _("The review was opened again, for an answer told late"),
    "conflict.declared": _("Conflict of interest declared or denied"),
    "consultation.asked": _("A colleague was asked for an opinion"),
    "consultation.answered": _("An opinion came in"),
    "consultation.withdrawn": _("An opinion is no longer needed"),
    **NOTICE_EVENTS,
    **ROSTER_EVENTS,
    "note.made": _("A file note was made"),
    "note.need_made": _("What the support case needs was noted"),
    "replay.ordered": _("It was ordered that earlier decisions are tried anew"),
    "review.parts_named": _("The parts to be tested were named"),
    "consent.recorded": _("A consent was recorded"),
    "consent.withdrawn": _("A consent was withdrawn"),
    "attachment.added": _("A file was attached"),
    "decision.proof_taken": _("The proof of a decision was taken out"),
    "decision.drawn_up": _("Decision drawn up on paper"),
    "appeal.registered": _("An appeal came in"),
    "appeal.tried": _("Tried whether the appeal is in time"),
    "appeal.handed_over": _("The appeal was handed over to the court"),
    "appeal.ended": _("The court has decided"),
    "decision.served": _("Decision served"),
    "reasons.requested": _("Somebody asked for reasons that were left out"),
    "reasons.given": _("Reasons were given afterwards"),
    "reasons.declined": _("Reasons were asked for, and are not given"),
    "review.standing_assessment_revoked": _(
        "A standing assessment that the review relies on was revoked"
    ),
    "condition.kept": _("Condition kept"),
    "condition.broken": _("Condition broken"),
    "standing_assessment.confirmed": _("The standing assessment was confirmed"),
    "standing_assessment.revoked": _("The standing assessment was revoked"),
    "decision.corrected": _("Decision corrected"),
    "decision.translated": _("Decision translated"),
    "request.review_told": _("The provider was told that the review has begun"),
    "delivery.ordered": _("The answer is to be given"),
    "delivery.blocked": _("The answer is held back: the request has changed"),
    "delivery.held_back": _("The answer was held back at the last moment"),
    "delivery.accepted": _("The provider accepted; access is not released yet"),
    "delivery.confirmed": _("The answer was given"),
    "delivery.transmitted": _("The answer was given by machine"),
    "delivery.failed": _("The answer could not be sent by machine"),
    "channel.made": _("The notice channel was made"),
    "channel.ended": _("The notice channel has ended"),
    "client.made": _("The client was made"),
    "client.secret_rotated": _("The client got a new secret"),
    "client.ended": _("The client has ended"),
    "client.webhook_set": _("The webhook address was set"),
    "client.webhook_gone": _("The webhook address is gone: nothing more is sent there"),
    "client.keys_set": _("The keys that the client signs with were set"),
    "client.change_seen": _("What the client changed itself was looked at"),
    "client.webhook_secret_made": _("The client got a new webhook secret"),
    "message.said": _("A message about the request"),
    "access.reported": _("The provider reported what it did"),
    "access.unasked": _("The provider's log showed access that nobody asked for"),
    "access.reckoned_anew": _("An act in the provider's log was judged anew"),
    "access.use_restated": _("What became of the access was stated anew"),
    "log.read": _("Acts were read from the provider's log"),
    "log.gap": _("A gap in the provider's log was noticed"),
    "log.gap_explained": _("A gap in the provider's log was explained"),
    "log.file_read": _("A file of the provider's log was read"),
    "deviation.found": _("Something outside what was granted was found"),
    "deviation.taken": _("A deviation was taken on"),
    "deviation.concluded": _("A deviation was concluded"),
    "subsequent_review.concluded": _("A second person looked at the decision"),
    "subsequent_review.ended": _("Nobody looks at the decision: the case was stopped"),
    "lapse.cause_given": _("It was said why the review lapsed"),
    "lapse.closing_confirmed": _("A second person confirmed the closing"),
    "lapse.opened_again": _("A second person opened the case again"),
    "recertification.reminded": _("Reminded that power is to be confirmed anew"),
    "recertification.confirmed": _("Power was confirmed anew"),
    "recertification.ended": _("Power ended when it was to be confirmed anew"),
    "recertification.kept": _("Power stays, since nobody would be left"),
    "breach.recorded": _("A breach of Lockbox was recorded"),
    "data_subject_request.recorded": _("A request of a data subject was recorded"),
    "data_subject_request.identified": _("It was made sure who asks"),
    "data_subject_request.extended": _("Two months more were taken to answer"),
    "data_subject_request.tested": _("The secrecy of a case was tested"),
    "diary_entry.owed": _("The diary system is to give a number"),
    "diary_entry.numbered": _("The diary system's number came"),
    "diary_entry.numbered_twice": _("The diary system gave another number"),
    "diary_entry.number_chosen": _("It was said which number is the right one"),
    "secrecy_mark.put_on": _("It was marked as secret"),
    "secrecy_mark.taken_off": _("A secrecy mark was taken off"),
    "text_mask.corrected": _("Personal data in texts were corrected"),
    "text_mask.restricted": _("Texts were restricted"),
    "text_mask.lifted": _("A restriction of texts was lifted"),
    "text_mask.recipient_told": _("A recipient was told of what was masked"),
    "data_subject_request.documents_gathered": _(
        "Documents were gathered for a data subject"
    ),
    **HAND_OUT_EVENTS,
    "data_subject_request.settled": _("A request of a data subject was answered"),
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
    "transparency_report.made": _("A transparency report was drawn up"),
    "archive_delivery.taken_out": _("Cases were taken out to the archive"),
    "archive_delivery.received": _("The archive has received what was taken out"),
    "board_report.made": _("A report to the board was drawn up"),
    "delegation.confirmed": _("The delegation was confirmed"),
    "application.login_recorded": _("The application's login was recorded"),
    "audit.drawn": _("The sample of an audit was drawn"),
    "audit.answered": _("A checklist of an audit was answered"),
    "audit.ended": _("An audit was ended"),
    "comparison.begun": _("A comparison after a restore was begun"),
    "comparison.told": _("The provider told what it knows after a restore"),
    "comparison.concluded": _("A comparison after a restore was concluded"),
    "alteration.found": _("Something was found changed outside the system"),
    "alteration.concluded": _("A change outside the system was looked into"),
    "authority.founded": _("The city was founded"),
    "token.made": _("A token for another system was made"),
    "token.ended": _("The token for another system was ended"),
    "database.restored": _("The database was restored from a backup"),
    "first_managers.proposed": _("The first managers of an authority were proposed"),
    "first_managers.confirmed": _("The first managers of an authority were confirmed"),
    "authority.managers_restored": _(
        "IT managers were entered anew with the owner's login, past the system"
    ),
    "first_managers.refused": _("The first managers of an authority were refused"),
    "authority.exported": _("All that the authority has was taken out"),
    "authority.moved": _("The authority moved to another municipality"),
    "municipality.exported": _("All that the municipality has was taken out"),
    "municipality.left": _("The municipality left, with all it has"),
    "product.proposed": _("A product known beforehand was proposed"),
    "role.lent": _("The role was lent by the person's own municipality"),
    "role.given_at_night": _("A role was given outside office hours, unconfirmed"),
    "role.confirmed": _("The role was confirmed"),
    "role.refused": _("The role was refused"),
    "role.suspended": _("The role was suspended"),
    "role.suspension_lifted": _("The suspension was lifted"),
    "role.ended": _("The role was ended at once"),
    "role.to_confirm_anew": _("The role has to be confirmed anew"),
    "user.provisioned": _("The directory made the account"),
    "user.deactivated": _("The account was closed"),
    "user.reactivated": _("The account was opened again"),
    "user.name_protected": _("The name was protected"),
    "user.name_shown": _("The name was no longer protected"),
    "user.identity_changed": _("Another identity was entered on the account"),
    "user.signed_out_elsewhere": _("Signed out: the sign-in service said so"),
    "user.link_made": _("A link to choose a password was made"),
    "register_change.confirmed": _("The change was confirmed by another"),
    "register_change.refused": _("The change was refused"),
    "register_change.withdrawn": _("The proposed change was taken back"),
    "disposal.drawn_up": _("A list to dispose of was drawn up"),
    "disposal.answered": _("Cases on a list are to be destroyed or transferred"),
    "disposal.retained": _("Cases on a list are retained"),
    "disposal.received": _("The archive's receipt was entered"),
    "disposal.list_proposed": _("A disposal of cases was proposed"),
    "disposal.list_confirmed": _("A disposal of cases was confirmed"),
    "disposal.withdrawn": _("A list to dispose of was withdrawn"),
    "disposal.ended": _("A list to dispose of was carried out"),
    "row.disposed": _("A row was disposed of with its case"),
    "drill.begun": _("A drill was begun"),
    "drill.came": _("Came in at the drill"),
    "drill.ended": _("The drill was ended"),
    "freeze.set": _("Approvals were stopped"),
    "freeze.lift_asked": _("Asked for the freeze to be lifted"),
    "freeze.lift_refused": _("The freeze stays"),
    "freeze.lifted": _("The freeze was lifted"),
    "original.looked_at": _("Somebody looked at a newer edition of a package"),
    "package.taken": _("Something was taken of a package"),
    "table.imported": _("Rows were brought into a register"),
    "table.gone_proposed": _("What a whole list no longer holds was proposed as gone"),
    "demo.written": _("Invented data of the demo was written"),
}


def event_label(event: str) -> Any:
    return EVENTS.get(event, event)


# Sentences of Django's admin that our catalogue says in other words.

SAVED = (
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
)
