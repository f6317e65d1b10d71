"""What stands beside the cases: people and their roles, and what waits in registers."""

from datetime import date

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.restore import begin_comparison
from requests_app.cases.intake.steps import dialogue
from requests_app.core import two_persons
from requests_app.core.people.models import RoleAssignment
from requests_app.disclosure import data_subjects
from requests_app.organisation import steps
from requests_app.organisation.steps import deactivate
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from tests.helpers.cases import unconfirmed_standing_assessment
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.people import delegate, engage, enter
from tests.helpers.publications import published
from tests.helpers.refusals import fresh
from tests.helpers.text_masks import corrected, restricted


def fill_people(cast):
    """Who manages where the connections are run, and accounts and roles that ended."""
    nina = engage(cast, "nina", "it_manager", cast.nis)
    engage(cast, "vera", "it_manager", cast.nis)
    steps.propose_first_managers(
        by=nina,
        authority=cast.snc,
        first=cast.rut,
        second=cast.eva,
        decided_on=date(2026, 1, 15),
        diary_number="SNC 2026-0003",
    )
    left = engage(cast, "left", "auditor", cast.gsn)
    steps.suspend_role(RoleAssignment.objects.get(person=left), by=cast.per, reason="x")
    deactivate(engage(cast, "gone", "auditor", cast.nis), by=cast.sam, reason="x")
    for row in (cast.m365, cast.azure):
        row.is_active = False
        with acting_as(cast.sam):
            two_persons.save_or_propose(
                row, by=cast.sam, reason="x", came_with="a file"
            )
    begin_comparison(cast.contract, by=cast.sweeper, lost_from=acting.now())


def fill_texts(cast):
    """A text that was corrected once it had been handed out, and one restricted."""
    case = cast.assigned(number="corrected")
    for text in ("Gäller det Wronglind?", "Gäller det Kvarn?"):
        dialogue.ask(fresh(case), by=cast.karin, text=text)
    corrected(case, "Wronglind", by=cast.lena)
    restricted(case, "Kvarn", by=cast.lena)


def fill_registers(cast):
    """What one has entered and another is to confirm; what has to be renewed; and what
    data subjects ask for, known and not known yet; and a package that is published."""
    asked_by_a_data_subject(cast)
    known = asked_by_a_data_subject(cast)
    data_subjects.identify(known, by=cast.lena, identity="document")
    delegate(cast, by=cast.lena)
    delegate(cast, by=cast.lena, person=None, role="legal_reviewer", item_no="5.2")
    enter(cast, cast.jonas, "dpo", by=cast.per, at=acting.now())
    unconfirmed_standing_assessment(cast, cast.karin)
    published(cast)
    held = InformationSet.objects.filter(authority=cast.gsn).first()
    with acting_as(cast.ines):
        SecurityClassification.objects.create(
            information_set=held,
            valid_from=date(2025, 1, 1),
            review_due=date(2025, 12, 31),
            **dict.fromkeys(("confidentiality", "integrity", "availability"), 3),
        )
