"""A row of every registered model, and who sees it."""

from datetime import date

from django.contrib import admin
from django.contrib.auth import get_user_model

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.changes import NoticedRow
from audit_app.sealing import keys
from requests_app.cases.access import clients, restore
from requests_app.cases.intake.models.request import Arrival
from requests_app.cases.intake.models.review import ListedReview
from requests_app.cases.intake.steps.request import set_aside
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.steps import case, people
from requests_app.core.content import keep
from requests_app.core.people.models import Absence, RoleAssignment, SecrecyBranch
from requests_app.disclosure.models import TransparencyReport
from requests_app.disclosure.papers.reports import fingerprint_of_report, to_report
from requests_app.disclosure.steps import request
from requests_app.duty import steps
from requests_app.oversight.models import ReconciliationRule
from requests_app.oversight.steps import acts, incidents
from requests_app.oversight.steps.acts import note_ticket
from requests_app.oversight.steps.incidents import record_breach
from requests_app.providers.protocol import Ticket
from requests_app.registers.models.information import ClassificationLabel
from tests.admin.cases import looked_at_afterwards, to_confirm_anew
from tests.cast import hours
from tests.helpers import two_persons
from tests.helpers.accessibility import statement_of
from tests.helpers.archive_deliveries import delivery_of
from tests.helpers.channels import channel_of
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.diary import with_diary_system
from tests.helpers.disposals import disposed_case
from tests.helpers.hand_outs import asked_for, drawn, tariff_by_two
from tests.helpers.ladders import ladder_of
from tests.helpers.logs import log_of, reconciliation_rule
from tests.helpers.mailboxes import mail_rule
from tests.helpers.people import engage, first_managers_of
from tests.helpers.processing_papers import paper_by_two
from tests.helpers.publications import believing
from tests.helpers.reading_limits import limit_by_two
from tests.helpers.register_pages import page_by_two
from tests.helpers.retention_rules import rule_by_two
from tests.helpers.rosters import roster_of
from tests.helpers.text_masks import restricted


def fill(cast):
    """At least one row of every registered model, all of the school board's."""
    with_diary_system(cast)
    disposed_case(cast)
    act = {
        "happened_at": acting.now(),
        "action": "read",
        "object_name": "elsewhere",
    }
    acts.record_act(cast.answered(), by=cast.karin, **act)
    asked = cast.assessed(number="EXSR2")
    people.consult(
        asked,
        by=cast.karin,
        people=RoleAssignment.objects.filter(person=cast.ines),
        question="What does it hold?",
        due_at=hours(2),
    )
    with acting_as(cast.sam):
        SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
        ClassificationLabel.objects.create(
            authority=cast.gsn, aspect="integrity", level=1, label="x"
        )
    clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    with acting_as(cast.per):
        Absence.objects.create(
            person=cast.karin,
            substitute=cast.jonas,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 1, 9),
        )
    steps.begin(by=cast.per, authority=cast.gsn, hours=8, begins_anyway=True)
    case.freeze(by=cast.ivar, authority=cast.gsn, country="US", reason="An incident")
    this_day = acting.today()
    shown = fingerprint_of_report(list(to_report(cast.gsn, this_day)))
    request.report(by=cast.lena, authority=cast.gsn, meeting_on=this_day, shown=shown)
    delivery_of(cast)
    with acting_as(cast.lena):
        TransparencyReport.objects.create(
            authority=cast.gsn,
            year=2026,
            document=keep(b"%PDF", "application/pdf", "report.pdf"),
            numbers=keep("1", "text/csv", "report.csv"),
            description=keep("{}", "application/ld+json", "report.jsonld"),
            sha256="0" * 64,
            made_by=cast.lena,
            made_at=acting.now(),
        )
    incidents.order(by=cast.karin, authority=cast.gsn)
    set_aside(cast.m365, by=cast.intake, payload=b"{", trouble="x")
    incidents.report_alterations(
        [NoticedRow(Freeze._meta.db_table, "1", Freeze.objects.get())], by=cast.karin
    )
    record_breach(
        cast.gsn,
        by=cast.dora,
        known_at=hours(-1),
        what_happened="A lost disk",
        affected="x",
    )
    asked_by_a_data_subject(cast)
    drawn(asked_for(cast, cast.registered(number="EXSR5")), cast.lena)
    restore.begin_comparison(cast.contract, by=cast.sweeper, lost_from=hours(-9))
    two_persons.proposed(cast.gsn, cast.per, kind="company")
    runs = engage(cast, "nina", "it_manager", cast.nis)
    mail_rule(cast)
    log_of(cast)
    reconciliation_rule(cast)
    engage(cast, "algot", "auditor", cast.nis)
    statement_of(cast.gsn, cast.sam)
    first_managers_of(cast.gsn, cast.rut, cast.eva, by=runs)
    channel_of(cast)
    shown = Ticket("t-1", "118032014183770", "Open", advanced_diagnostics=True)
    note_ticket(cast.azure, shown, by=cast.sweeper)
    roster_of(cast)
    ladder_of(cast)
    limit_by_two(cast)
    rule_by_two(cast)
    page_by_two(cast)
    tariff_by_two(cast)
    paper_by_two(cast)
    believing(cast, cast.gsn, keys.make("neighbour.example").public)
    restricted(asked, "hold", by=cast.lena)
    hidden = cast.registered(number="EXSR3")
    people.close_list(hidden, by=cast.lena, reason="A staff matter")
    looked_at_afterwards(cast, asked, Decision.objects.latest("pk").review)
    to_confirm_anew(cast)


def row_of(cast, model):
    if model is Arrival:
        return Arrival.objects.get(result="not_taken")
    if model is ListedReview:
        return ListedReview.objects.get(is_named_list=True)
    rows = model.objects.all()
    fields = {field.name for field in model._meta.fields}
    path = admin.site._registry[model].authority_path
    if path:
        of_nis = "connection" in path or model is ReconciliationRule
        whose = cast.nis if of_nis else cast.gsn
        rows = rows.filter(**{path: whose.pk})
    if model._meta.object_name == "Connection":
        rows = model.objects.filter(authority=cast.nis)
    if model is get_user_model():
        rows = rows.filter(is_machine=False)
    assert fields
    return rows.order_by("pk").first()


def insider(cast, model):
    """Somebody who sees rows of the model, and nothing more."""
    name = model._meta.object_name
    connected = ("Arrival", "Comparison", "Connection", "CloudSystem")
    if name in (*connected, "SupportTicket", "MailRule"):
        return cast.nils
    if name == "SideDoor":
        return cast.eva
    if name in ("AccessEvent", "LogGap", "ProviderLog", "ReconciliationRule"):
        return get_user_model().objects.get(username="algot")
    if name == "ContractClient":
        return cast.sam
    if name == "ProcessingPaper":
        return cast.per
    return cast.agnes
