"""Rows of every kind, and people of every role at three authorities."""

from datetime import date
from types import SimpleNamespace

from django.contrib.auth import get_user_model
from guardian.shortcuts import assign_perm

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.changes import NoticedRow
from audit_app.sealing import keys
from requests_app.cases.access import clients
from requests_app.cases.access.models import Comparison, SideDoor
from requests_app.cases.access.restore import begin_comparison
from requests_app.cases.intake.models.file import FileNote
from requests_app.cases.intake.models.request import Arrival
from requests_app.cases.intake.steps import file
from requests_app.cases.intake.steps.request import set_aside
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.cases.review.steps import case as steps_case
from requests_app.cases.review.steps import people as steps_people
from requests_app.core.content import keep
from requests_app.core.people.models import Absence, SecrecyBranch
from requests_app.disclosure.models import BoardReport, TransparencyReport
from requests_app.duty import steps
from requests_app.organisation.models import DelegationRule
from requests_app.oversight.steps import incidents
from requests_app.oversight.steps.incidents import record_breach, report_alterations
from requests_app.records.models import Disposal, DisposalDate
from requests_app.registers.models.changes import Original
from requests_app.registers.models.information import ClassificationLabel
from tests.admin.addresses import ADMINS, PLACES
from tests.admin.cases import answered_past_us, both, declare, papers_in, waits_for_two
from tests.helpers import hand_outs
from tests.helpers.accessibility import statement_of
from tests.helpers.archive_deliveries import delivery_of
from tests.helpers.caller import Caller
from tests.helpers.data_subjects import asked_by_a_data_subject, given_to_a_data_subject
from tests.helpers.disposals import disposal_rule, disposed_case
from tests.helpers.ladders import ladder_of
from tests.helpers.logs import act_of, log_of, reconciliation_rule
from tests.helpers.mailboxes import mail_rule
from tests.helpers.matrix import REGISTERS, ROLES
from tests.helpers.people import engage, enter
from tests.helpers.processing_papers import paper_by_two
from tests.helpers.publications import believing, published
from tests.helpers.reading_limits import limit_by_two
from tests.helpers.register_pages import page_by_two
from tests.helpers.retention_rules import rule_by_two
from tests.helpers.text_masks import restricted
from tests.helpers.tickets import ticket_of


def build(cast):
    people = {}
    for letter, role in ROLES.items():
        for code in PLACES.values():
            authority = getattr(cast, code.lower())
            people[letter, code] = engage(cast, f"{code}-{letter}", role, authority)
    with acting_as(cast.sam):
        nobody = get_user_model().objects.create(username="nobody")
        rows = registers(cast)
    gone = disposed_case(cast)
    cases = {
        "own": both(cast, "own"),
        "conflict": both(cast, "conflict"),
        "listed": both(cast, "listed"),
        "named": both(cast, "named"),
    }
    cases["own"]["disposedcase"] = gone
    cases["own"]["disposal"] = Disposal.objects.get()
    cases["own"]["disposaldate"] = DisposalDate.objects.get()
    cases["own"]["freeze"] = steps_case.freeze(
        by=cast.ivar,
        authority=cast.gsn,
        product=cast.azure.product,
        reason="An incident",
    )
    cases["own"]["drill"] = steps.begin(
        by=cast.per, authority=cast.gsn, hours=8, begins_anyway=True
    )
    stop = cases["own"]["freeze"]
    report_alterations(
        [NoticedRow(stop._meta.db_table, str(stop.pk), stop)], by=cast.karin
    )
    cases["own"]["alteration"] = Alteration.objects.get()
    cases["own"]["breach"] = record_breach(
        cast.gsn,
        by=cast.dora,
        known_at=acting.now(),
        what_happened="A lost disk",
        affected="x",
    )
    cases["own"]["datasubjectrequest"] = asked_by_a_data_subject(cast)
    row = hand_outs.asked_for(cast, cases["own"]["secrecyreview"])
    cases["own"]["disclosurerequest"] = row
    cases["own"]["discloseddocument"] = hand_outs.drawn(row, cast.lena)[0]
    case = cast.assigned(number="handed out")
    cases["own"]["handed out"] = hand_outs.handed_out_and_decided(cast, case)
    cases["own"]["given"] = given_to_a_data_subject(cast)
    note = {"happened_at": acting.now(), "source": "", "text": "Anna Berg ringde."}
    file.make_note(cast.assigned(number="noted"), by=cast.karin, **note)
    cases["own"]["textmask"] = restricted(
        FileNote.objects.get().review, "Anna Berg", by=cast.lena
    )
    with acting_as(cast.lena):
        cases["own"]["boardreport"] = BoardReport.objects.create(
            authority=cast.gsn,
            meeting_on=date(2026, 3, 1),
            content=keep("<p>", "text/html", "list.html"),
            sha256="0" * 64,
            made_by=cast.lena,
            made_at=acting.now(),
        )
        made = {"made_by": cast.lena, "made_at": acting.now()}
        cases["own"]["archivedelivery"] = delivery_of(cast)
        own = {"authority": cast.gsn, "year": 2026, "sha256": "0" * 64}
        cases["own"]["transparencyreport"] = TransparencyReport.objects.create(
            **own,
            document=keep(b"%PDF", "application/pdf", "report.pdf"),
            numbers=keep("1", "text/csv", "report.csv"),
            description=keep("{}", "application/ld+json", "report.jsonld"),
            **made,
        )
    cases["own"]["replayrun"] = incidents.order(by=cast.karin, authority=cast.gsn)
    for name in ("own", "conflict", "named"):
        papers_in(cases[name]["secrecyreview"], people["O", "GSN"], cast)
        cases[name]["consultation"] = cases[name]["secrecyreview"].consultations.get()
    waits_for_two(cast, cases)
    published(cast)
    with acting_as(cast.sam):
        Original.objects.create(
            authority=cast.gsn,
            publisher="Exempelnämnden",
            package="skolan",
            edition=2,
            came_at=acting.now(),
        )
    rows["rostergroup"] = cast.gsn.roster_groups.get()
    client = clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    begin_comparison(cast.contract, by=cast.sweeper, lost_from=acting.now())
    cases["runs"] = {
        **cases["own"],
        "contractclient": client.client,
        "comparison": Comparison.objects.get(),
        "supportticket": ticket_of(cast),
        "sidedoor": SideDoor.objects.get(),
        "loggap": rows["providerlog"].gaps.get(),
        "accessevent": act_of(rows["providerlog"]),
    }
    cases["other"] = cases["runs"]
    set_aside(cast.m365, by=cast.intake, payload=b"{", trouble="x")
    cases["loose"] = {
        "accessrequest": cast.request(number="loose", objects=("x@y.example",)),
        "arrival": Arrival.objects.get(result="not_taken"),
    }
    answered_past_us(cases, cast)
    own = [people[letter, "GSN"] for letter in ROLES]
    for model in ("secrecyreview", "answered"):
        for person in own:
            declare(cases["conflict"][model], person)
        for name in ("listed", "named"):
            review = cases[name][model]
            steps_people.close_list(review, by=cast.bo, reason="A staff matter")
        with acting_as(cast.bo):
            for person in own:
                assign_perm("view_secrecyreview", person, cases["named"][model])
    # Asked before it was listed, the owner would have been named on it.
    papers_in(cases["listed"]["secrecyreview"], people["O", "GSN"], cast)
    listed = cases["listed"]["secrecyreview"]
    cases["listed"]["consultation"] = listed.consultations.get()
    cast.assigned(number="hers")
    worked = cast.registered(number="worked")
    officer = people["L", "SNC"]
    steps_people.assign(worked, by=cast.per, person=officer, basis="OSL 2:1")
    return SimpleNamespace(
        cast=cast,
        people=people,
        nobody=nobody,
        rows=rows,
        cases=cases,
        worked=worked,
        caller=Caller(client),
    )


def registers(cast):
    """A row of each register, of the authority that the rule names."""
    held = {"authority": cast.gsn}
    made = {
        "secrecybranch": SecrecyBranch.objects.create(name="Elevhälsan", **held),
        "classificationlabel": ClassificationLabel.objects.create(
            aspect="integrity", level=1, label="x", **held
        ),
        "absence": Absence.objects.create(
            person=cast.karin,
            substitute=cast.jonas,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 1, 9),
        ),
        "roleassignment": enter(cast, cast.jonas, "dpo", by=cast.per),
        "delegationrule": DelegationRule.objects.create(
            item_no="9",
            title="Not confirmed",
            outcomes=["refused"],
            role="decision_maker",
            board_decision="§ 9",
            made_by=cast.sam,
            valid_from=date(2026, 1, 1),
            **held,
        ),
        "authority": cast.gsn,
        "rostergroup": None,
        "noticeladder": ladder_of(cast),
        "readinglimit": limit_by_two(cast),
        "retentionrule": rule_by_two(cast),
        "registerpage": page_by_two(cast),
        "disposalrule": disposal_rule(cast, matter="foreign"),
        "disclosuretariff": hand_outs.tariff_by_two(cast),
        "processingpaper": paper_by_two(cast),
        "publisher": believing(cast, cast.gsn, keys.make("neighbour.example").public),
        "connection": cast.m365,
        "accessibilitystatement": statement_of(cast.nis, cast.sam),
        "mailrule": mail_rule(cast),
        "providerlog": log_of(cast),
        "reconciliationrule": reconciliation_rule(cast),
        "user": cast.agnes,
    }
    for name, (home, _sees, _keeps) in REGISTERS.items():
        if name not in made:
            rows = ADMINS[name].model.objects.all()
            made[name] = (rows.filter(authority=cast.gsn) if home else rows).first()
    return made
