"""What each read, refusal and sign-in of the ledger is called on a page."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
