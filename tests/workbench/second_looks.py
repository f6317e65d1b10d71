"""What somebody looks at after another, and what is given back once it has been seen."""

from datetime import timedelta

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.models.afterwards import SubsequentReview
from requests_app.cases.review.steps import afterwards, people
from requests_app.organisation.steps import protect
from tests.helpers.people import engage
from tests.helpers.refusals import fresh


def fill_second_looks(cast):
    """A decision that another looks at, whatever the hour; what lapsed and one person
    closed; a case whose content the officer has opened; and a name that is protected."""
    now = acting.now()
    answered = cast.answered(number="looked at")
    with acting_as(cast.bo):
        SubsequentReview.objects.get_or_create(
            decision=answered.decisions.get(),
            review=answered,
            defaults={"reasons": ["night"], "due_at": now + timedelta(days=2)},
        )
    alone = cast.assigned(number="closed alone")
    request = alone.access_request
    with acting_as(cast.lena):
        request.answer_deadline = now - timedelta(minutes=1)
        request.save()
    afterwards.sweep_request(request, by=cast.sweeper)
    afterwards.close_lapsed(fresh(alone), by=cast.karin, cause="nobody")
    opened = cast.assigned(number="opened")
    people.open_content(opened, by=cast.dora, reason="x")
    hidden = engage(cast, "shielded", "auditor", cast.gsn)
    protect(hidden, by=cast.per, alias="Nr 1", username="nr-1")
