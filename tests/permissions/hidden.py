"""Cases that are hidden from a stranger."""

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.file import Attachment, FileNote
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.steps import case, decision, people
from requests_app.core.content import keep
from tests.cast import SITE
from tests.helpers.cases import declared

SECRET = "HIDDEN77"


def filled(subject, by, person):
    """With a file, a note and a question to somebody in it."""
    text, now = keep(f"{SECRET} circumstance"), acting.now()
    with acting_as(by):
        Attachment.objects.create(
            review=subject, title=SECRET, content=text, added_by=by, added_at=now
        )
        FileNote.objects.create(
            review=subject, text=text, happened_at=now, noted_by=by, noted_at=now
        )
        Consultation.objects.create(
            review=subject,
            person=person,
            asked_as="information_owner",
            question=text,
            due_at=now,
            asked_by=by,
            asked_at=now,
        )
    return subject


def of_another_authority(cast):
    subject = cast.request(number=SECRET, objects=(SITE,)).reviews.get()
    case.register(
        subject, by=cast.rut, public_subject="Hidden", protected_subject="Hidden"
    )
    people.take(subject, by=cast.cilla)
    cast.assess(subject, by=cast.cilla, tested=[cast.tested("OSL-26-1", "applies")])
    return [filled(subject, cast.cilla, cast.didrik), *_answered(cast)]


def _answered(cast):
    """One that has been answered, whose access runs."""
    subject = cast.request(number=f"{SECRET}-2", objects=(SITE,)).reviews.get()
    case.register(
        subject, by=cast.rut, public_subject="Hidden", protected_subject="Hidden"
    )
    people.take(subject, by=cast.cilla)
    cast.assess(subject, by=cast.cilla, tested=[cast.tested("OSL-26-1", "applies")])
    cast.propose(subject, by=cast.cilla)
    decision.decide(subject, by=cast.didrik, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    return [subject]


def at_work_on_a_shared_request(cast, shared):
    """The review of the other authority, of a request that all may see."""
    theirs = shared.reviews.get(authority=cast.snc)
    case.register(
        theirs, by=cast.rut, public_subject="Hidden", protected_subject="Hidden"
    )
    people.take(theirs, by=cast.cilla)
    cast.assess(theirs, by=cast.cilla, tested=[cast.tested("OSL-26-1", "applies")])
    cast.propose(theirs, by=cast.cilla)
    filled(theirs, cast.cilla, cast.didrik)


def on_a_named_list(cast):
    """Confirmed by another, so that no decision-maker's turn shows it. Dora is asked,
    and therefore named."""
    made = [cast.assessed(number=f"{SECRET}-3"), cast.answered(number=f"{SECRET}-4")]
    for subject in made:
        filled(subject, cast.karin, cast.dora)
        people.close_list(subject, by=cast.bo, reason="A staff matter")
        people.confirm_list(subject, by=cast.karin)
    return made


def in_conflict(cast, strangers):
    made = [cast.assessed(number=SECRET), cast.answered(number=f"{SECRET}-2")]
    for person in strangers:
        for subject in made:
            filled(subject, cast.karin, person)
            with acting_as(person):
                declared(
                    subject, person, "assessment", has_conflict=True, ground="close"
                )
    return made
