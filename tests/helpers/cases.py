"""Cases in states that more than one file tests."""

from datetime import timedelta

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.review import ConflictDeclaration, SecrecyReview
from requests_app.cases.intake.steps import request
from requests_app.cases.review.law.facts import ReservationTerm
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.models.terms import Terms
from requests_app.cases.review.rights.involvement import consultations_visible_to
from requests_app.cases.review.steps import case, decision
from requests_app.cases.review.steps import people as steps_people
from requests_app.cases.review.steps.decision import order_if_needed
from requests_app.cases.review.steps.revocation import Haste
from requests_app.core.content import keep
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation.models import DelegationRule
from requests_app.providers.application import Application
from requests_app.registers.models.standing import Factor, StandingAssessment
from tests.cast import MAILBOX, hours
from tests.helpers.standing import name_recipient
from tests.helpers.two_persons import by_two
from tests.helpers.worlds import reused

NAMED = "OSL-23-2-st1"  # by the information set of the mailbox
HASTE = Haste("public", "Kopieringen fortgår.", "at_once")
TERM = ReservationTerm("Åsa Öström", "får inte röja uppgifterna.")


@reused
def set_freeze(cast, **scope):
    scope = scope or {"product": cast.m365.product}
    return case.freeze(by=cast.ivar, authority=cast.gsn, reason="An incident", **scope)


def unmapped(cast, subject):
    """Its object is on no map."""
    with acting_as(cast.lena):
        row = subject.requested_objects.get()
        row.cloud_object = None
        row.save()


@reused
def forged_decision(cast, **changes):
    """A decision row made without the workflow, as near to a true one as possible."""
    subject = changes.pop("subject", None) or cast.proposed()
    proposal = subject.proposals.get(status="open")
    fields = {
        "proposal": proposal,
        "review": subject,
        **{row.name: getattr(proposal, row.name) for row in Terms._meta.fields},
        "decided_by": cast.bo,
        "decided_by_name": "Bo Test",
        "rapporteur": proposal.proposed_by,
        "rapporteur_name": "Karin Test",
        "decided_at": acting.now(),
        "delegation_rule": DelegationRule.objects.get(
            authority=subject.authority, item_no="4.7"
        ),
        "delegation_snapshot": {
            "item_no": "4.7",
            "board_decision": "2020-01-15 § 7",
        },
        "security_protection": subject.security_protection,
        "regime": subject.authority.regime,
        "answer": "approve",
    }
    fields.update(changes)
    fields["decided_by_name"] = str(fields["decided_by"])
    with acting_as(fields["decided_by"]):
        declared(subject, fields["decided_by"], "decision", has_conflict=False)
        made = Decision.objects.create(**fields)
        order_if_needed(made)
        return made


def declared(subject, person, stage, **said) -> None:
    """A declaration as it stands in the table, past the step. Inside acting_as()."""
    ConflictDeclaration.objects.create(
        review=subject,
        person=person,
        stage=stage,
        declared_at=acting.now(),
        **said,
    )


def roles(*people):
    return list(RoleAssignment.objects.filter(person__in=people).order_by("person"))


def asked(cast, subject, *people, **changes):
    fields = {
        "people": roles(*people or (cast.ines,)),
        "question": "Vad finns i postlådan?",
        "due_at": hours(4),
        **changes,
    }
    return steps_people.consult(subject, by=cast.karin, **fields)


def visible(person):
    return set(consultations_visible_to(person))


def arrive(cast, number="EXSR1", payload=b"{}", **terms):
    fields = {
        "service": "Exchange",
        "justification": "Repair a corrupted item",
        "duration_minutes": 240,
        "object_ids": (MAILBOX,),
        **terms,
    }
    return request.receive(
        cast.m365,
        Application(external_id=number, **fields),
        by=cast.intake,
        payload=payload,
        received_by="file",
    )


@reused
def unconfirmed_standing_assessment(cast, by, **changes):
    """One that nobody has confirmed."""
    with acting_as(by):
        row = StandingAssessment.objects.create(
            **{
                "authority": cast.gsn,
                "provider": cast.m365.product.provider,
                "is_suitable": True,
                "factors": dict.fromkeys(Factor.values, "for"),
                "suitability": keep("Short and logged."),
                "assignment": "The contract",
                "processor_agreement": "The agreement",
                "valid_from": acting.today(),
                "review_due": acting.today() + timedelta(days=365),
                "made_by": by,
                **changes,
            }
        )
        name_recipient(row)
    return row


def events_of(row):
    rows = LedgerEntry.objects.filter(
        object_type=row._meta.db_table, object_id=str(row.pk)
    )
    return list(rows.values_list("event", flat=True))


@reused
def assessed_as(cast, outcome):
    subject = cast.assigned()
    cast.assess(subject, tested=[cast.tested(NAMED, outcome)])
    return SecrecyReview.objects.get(pk=subject.pk)


@reused
def decided_under(cast, outcome, regime, tf="no", kind="board", **terms):
    gsn = cast.gsn
    if (gsn.kind, gsn.regime) != (kind, regime):
        by_two(gsn, cast.per, cast.pia, kind=kind, regime=regime)
    subject = cast.assigned()
    reserved = outcome == "granted_with_reservation"
    if reserved:
        tested = [cast.tested("OSL-23-2-st1", "applies_unless_reserved")]
        cast.assess(subject, tested=tested, ground="none", answers={"N0.tf": tf})
    else:
        cast.assess(subject, answers={"N0.tf": tf})
    reservations = {"reservations": [TERM]} if reserved else {}
    cast.propose(subject, outcome=outcome, **reservations, **terms)
    return decision.decide(subject, by=cast.bo, no_conflict=True)


@reused
def decide(cast, outcome="granted", number="P-1", **terms):
    """What came by the contract API is registered, assessed, proposed and decided."""
    subject = SecrecyReview.objects.get(access_request__external_id=number)
    if not subject.diary_number:
        case.register(subject, by=cast.lena, public_subject="A")
        steps_people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, tested=[cast.tested("OSL-18-8", "does_not_apply")])
    cast.propose(subject, outcome=outcome, granted_minutes=60, **terms)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return subject
