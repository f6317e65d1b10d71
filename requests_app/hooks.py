"""What a lower domain causes in a higher one: each hook that a lower domain declares,
and what takes part in it. Filled once, when the models are there."""

from audit_app import reconcile
from requests_app.cases.access import outbox
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake import rights as intake_rights
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review import dossier
from requests_app.cases.review import selectors as review_selectors
from requests_app.cases.review.alteration import alterations_of
from requests_app.cases.review.forms import decision
from requests_app.cases.review.papers import afterwards as papers_afterwards
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.selectors import numbered_in_list
from requests_app.cases.review.steps import afterwards, locking
from requests_app.cases.review.steps import case as steps_case
from requests_app.core import drafts, step, two_persons
from requests_app.core.pages import case, histories
from requests_app.desk.queue.everything import alike, work_for
from requests_app.disclosure import rights as disclosure_rights
from requests_app.disclosure.models import DisclosureDecision
from requests_app.disclosure.papers import answers
from requests_app.disclosure.steps import request
from requests_app.duty import ladders
from requests_app.duty import rights as duty_rights
from requests_app.organisation import admin
from requests_app.oversight import readiness, selectors, sweep
from requests_app.oversight import rights as oversight_rights
from requests_app.oversight.steps import acts, incidents
from requests_app.privacy import rights as privacy_rights
from requests_app.records import rights as records_rights
from requests_app.records import selectors as records_selectors
from requests_app.registers import admin as registers_admin
from requests_app.registers import rights, steps
from requests_app.registers import selectors as registers_selectors


def fill() -> None:
    reconcile.also(records_selectors.LET_GO)
    step.RELATIONS[SecrecyReview] = involvement
    step.LOCKED_FIRST.append(locking.lock_request)
    step.SHARED.append(locking.is_shared)
    drafts.CASES.append(locking.DraftsOfCases())
    case.NUMBERED.append(numbered_in_list)
    case.ALTERATIONS.append(alterations_of)
    afterwards.LEFT_OPEN += [
        incidents.duties_left_open,
        request.report_left_open,
    ]
    afterwards.HINDERS_CLOSING.append(acts.hindrance_to_closing)
    delivery.RAN_ITS_TIME.append(acts.find_late_end)
    afterwards.STOPPED.append(incidents.begin_of_stop)
    outbox.BESIDE.append(sweep.poll_when_woken)
    outbox.SEND[OutboxMessage.Topic.DOOR] = sweep.send_closing
    steps.RELYING.append(steps_case.relying_on)
    admin.BURDEN.append(review_selectors.burden)
    histories.PROVENANCE.append(registers_selectors.provenance_of)
    registers_admin.LACKING.append(readiness.number_lacking)
    papers_afterwards.OTHERS[DisclosureDecision] = papers_afterwards.HowAppealed(
        lambda row: answers.notice_for(row.authority),
        answers.last_day_of,
    )
    ladders.DESK.append(ladders.Desk(work_for, alike))
    dossier.FOLLOWED_UP.append(selectors.add_what_was_done)
    decision.ACTS.append(selectors.acts_of)
    for room in (
        rights,
        intake_rights,
        oversight_rights,
        duty_rights,
        disclosure_rights,
        records_rights,
        privacy_rights,
    ):
        two_persons.GUARDED.update(room.GUARDED)
    two_persons.ABOUT_SHARED.append(rights.changes_about_shared)
    two_persons.SETTLING_SHARED.append(rights.settling_shared)
    steps.UNDER_REVIEW.append(steps_case.is_under_review)
    two_persons.BESIDE.add(steps.PROVISIONS)
    two_persons.BEFORE.append(steps.before)
    two_persons.AFTERWARDS.append(steps.afterwards)
