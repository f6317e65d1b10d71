"""Cases in every relation to a person, and the papers that lie in them."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import OutsideAnswer
from requests_app.cases.intake.models.file import Attachment
from requests_app.cases.intake.models.review import ListedReview
from requests_app.cases.review.models.afterwards import Lapse, SubsequentReview
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.steps.decision import draw_up_at_once
from requests_app.core.content import keep
from requests_app.core.step import save
from requests_app.duty.models.roster import Recertification
from requests_app.oversight.steps import acts
from tests.helpers import two_persons
from tests.helpers.cases import declared
from tests.helpers.channels import channel_of
from tests.helpers.people import engage, first_managers_of
from tests.helpers.rosters import roster_of


def waits_for_two(cast, cases):
    """What a second person is to look at."""
    for name in ("listed", "named"):
        review = cases[name]["secrecyreview"]
        cases[name]["listedreview"] = ListedReview(pk=review.pk)
    cases["own"]["noticechannel"] = channel_of(cast)
    for model, row in roster_of(cast).items():
        if model != "rostergroup":
            cases["own"][model] = row
    change = two_persons.proposed(cast.gsn, cast.per, kind="company")
    cases["own"]["registerchange"] = change
    runs = engage(cast, "nina", "it_manager", cast.nis)
    first = first_managers_of(cast.gsn, cast.rut, cast.eva, by=runs)
    cases["own"]["firstmanagers"] = first
    cases["own"]["recertification"] = to_confirm_anew(cast)


def both(cast, name):
    """A case to work on, and one that has been answered: for what comes after."""
    fresh = cast.registered(number=f"{name}-1")
    answered = cast.decided(number=f"{name}-2")
    task = answered.access_request.deliveries.get()
    draw_up_at_once(answered, by=cast.bo)
    cast.confirm(task, proof=SimpleUploadedFile("proof.txt", b"proof", "text/plain"))
    act = {"happened_at": acting.now(), "action": "read", "object_name": "elsewhere"}
    acts.record_act(answered, by=cast.karin, **act)
    found = answered.deviations.get()
    return {
        "secrecyreview": fresh,
        "answered": answered,
        "accessrequest": fresh.access_request,
        "delivery": task,
        "accessgrant": answered.access_request.grants.get(),
        "deviation": found,
        "incidentduty": found.duties.get(kind="gdpr33"),
        **looked_at_afterwards(cast, fresh, answered),
    }


def looked_at_afterwards(cast, fresh, answered):
    """A decision that another looks at, whatever the hour, and what lapsed and one person
    closed."""
    decision, now = answered.decisions.get(), acting.now()
    with acting_as(cast.bo):
        row, _is_new = SubsequentReview.objects.get_or_create(
            decision=decision,
            review=answered,
            defaults={"reasons": ["night"], "due_at": now + timedelta(days=2)},
        )
    with acting_as(cast.sweeper):
        lapse = Lapse.objects.create(
            review=fresh, lapsed_at=now, due_at=now + timedelta(days=5)
        )
    given = {"cause": "nobody", "given_by": cast.karin, "given_at": now}
    with acting_as(cast.karin):
        save(lapse, **given, closed_by=cast.karin)
    return {"subsequentreview": row, "lapse": lapse}


def to_confirm_anew(cast):
    """A role at the school board whose year is almost over."""
    held = cast.jonas.roles.order_by("pk").first()
    with acting_as(cast.sweeper):
        return Recertification.objects.create(
            row_table=held._meta.db_table,
            row_id=held.pk,
            name="x",
            authority=held.authority,
            person=held.person,
            opened_at=acting.now(),
            due_on=acting.today() + timedelta(days=40),
        )


def answered_past_us(cases, cast):
    """With its proof; the requests themselves go on."""
    for name in ("own", "named", "loose", "conflict"):
        with acting_as(cast.lena):
            OutsideAnswer.objects.create(
                access_request=cases[name]["accessrequest"],
                answer="deny",
                given_at=acting.now(),
                way="portal",
                given_by="x",
                account=keep("x"),
                proof=keep(b"%PDF-", "application/pdf"),
                recorded_by=cast.lena,
                recorded_at=acting.now(),
            )


def papers_in(review, person, cast):
    """A file, and a question to somebody, as they lie in a case."""
    with acting_as(cast.karin):
        Attachment.objects.create(
            review=review,
            title="Log",
            content=keep(b"x", "text/plain", "log.txt"),
            added_by=cast.karin,
            added_at=acting.now(),
        )
        Consultation.objects.create(
            review=review,
            person=person,
            asked_as="information_owner",
            question=keep("What is in it?"),
            due_at=acting.now() + timedelta(hours=4),
            asked_by=cast.karin,
            asked_at=acting.now(),
        )


def declare(review, person):
    with acting_as(person):
        declared(review, person, "assessment", has_conflict=True, ground="close")
