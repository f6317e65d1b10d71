"""The first case, led by the hand: the stages that its page shows, and who takes the
next of them. The case alone knows how far it has come."""

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from lockbox_site.demo.acts import Case
from requests_app.models import Delivery, SecrecyReview
from requests_app.models.ladder import LADDER, Stage
from requests_app.selectors.addresses import url
from requests_app.selectors.dossier.stages import stages_done

Status = SecrecyReview.Status
BEGINS = "OVNING-"
# Who does what in the city for the board of the case, and what one learns by it.
WHO = {
    Stage.REGISTRATION: "lena",
    Stage.ASSIGNMENT: "per",
    Stage.ASSESSMENT: "karin",
    Stage.PROPOSAL: "karin",
    Stage.DECISION: "birgitta",
    Stage.ANSWER: "erik",
    Stage.ACCESS: "karin",
    Stage.CLOSING: "karin",
}
LESSONS: dict[Stage, Any] = {
    Stage.REGISTRATION: gettext_lazy(
        "The registrar enters the request in the register, under a subject that may be"
        " public."
    ),
    Stage.ASSIGNMENT: gettext_lazy("The IT manager gives the case to a lawyer."),
    Stage.ASSESSMENT: gettext_lazy(
        "The lawyer answers the questions: is the request genuine, which provisions on"
        " secrecy apply, is access suitable?"
    ),
    Stage.PROPOSAL: gettext_lazy(
        "The lawyer proposes a decision, with reasons that are drafted already."
    ),
    Stage.DECISION: gettext_lazy(
        "Another person than the one who proposed decides, under a rule of delegation."
    ),
    Stage.ANSWER: gettext_lazy(
        "The executor gives the answer in the provider's portal, and says that it is"
        " given. Here there is no portal: say so at once."
    ),
    Stage.ACCESS: gettext_lazy(
        "Access runs for as long as was granted, and ends by itself. The case says"
        " when."
    ),
    Stage.CLOSING: gettext_lazy("The lawyer looks at what was done, and closes it."),
}


class Lesson(NamedTuple):
    """`state`: "done", "now" or "" for what is to come."""

    label: str
    text: Any
    person: Any
    state: str
    address: str


def begin() -> SecrecyReview:
    """A request that has just arrived, as a case to practise on."""
    number = practised().count() + 1
    case = Case(
        clock.now(),
        f"{BEGINS}{number:04d}",
        ["O-17"],
        service="Exchange",
        justification="Reparera ett skadat objekt som stoppar flytt av e-postlåda",
        duration_minutes=240,
        engineer_country="IE",
        employer_entity="Exempeldrift Irland Ltd (påhittat)",
        support_case=f"SR 2026-{number:04d}",
    )
    return case.review


def practised() -> QuerySet[SecrecyReview]:
    """Cases that somebody began here, the newest first."""
    rows = SecrecyReview.objects.filter(access_request__external_id__startswith=BEGINS)
    return rows.select_related("access_request", "authority").order_by("-pk")


def lessons(review: SecrecyReview) -> list[Lesson]:
    people = get_user_model().objects.in_bulk({*WHO.values()}, field_name="username")
    here = stage_of(review)
    return [
        Lesson(
            stage.label,
            LESSONS[stage],
            _worker(review, stage) or people.get(WHO[stage]),
            "done" if stage < here else "now" if stage == here else "",
            _address(review, stage),
        )
        for stage in Stage
    ]


def stage_of(review: SecrecyReview) -> int:
    """Which of the stages it stands at; past the last one where it is closed."""
    if review.status == Status.IN_ASSESSMENT:
        return Stage.PROPOSAL
    return stages_done(review.status, review.access_request.status)


def stage_in_words(review: SecrecyReview) -> str:
    stage = stage_of(review)
    return Stage(stage).label if stage < len(Stage) else _("Closed")


def _worker(review: SecrecyReview, stage: Stage) -> Any:
    """Whoever the manager gave the case."""
    is_theirs = WHO[stage] == WHO[Stage.ASSESSMENT]
    return review.case_officer if is_theirs else None


def _address(review: SecrecyReview, stage: Stage) -> str:
    """The page of the step that leads on; where there is none, the case."""
    if stage == Stage.ANSWER:
        deliveries = review.access_request.deliveries
        row = deliveries.filter(status=Delivery.Status.OPEN).first()
        if row is not None:
            return url("delivery_step", row.pk, "confirm")
    if steps := LADDER[review.status].steps:
        return url("secrecyreview_step", review.pk, steps[0].name)
    return url("secrecyreview_change", review.pk)
