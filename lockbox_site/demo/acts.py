"""The people of Exempelstad at work: steps at chosen times, each by its own person."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from audit_app import clock
from lockbox_site.demo.answers import (
    BECAUSE,
    TECHNICAL,
    USUAL,
    grounded,
    known,
    of_recipient,
    of_tests,
)
from lockbox_site.demo.harm_tests import as_a_rule
from lockbox_site.demo.people import people
from lockbox_site.demo.reasons import omission_where_needed
from requests_app.documents.drafting import from_review
from requests_app.law.assessment import assessment_with_texts
from requests_app.law.facts import basis_of
from requests_app.models import (
    AccessRequest,
    CloudObject,
    Connection,
    Provision,
    SecrecyReview,
)
from requests_app.providers.application import Application
from requests_app.workflow import (
    assessment,
    assignment,
    decision,
    delivery,
    intake,
    lapse,
    proposal,
    review,
    serving,
    striking_off,
)
from requests_app.workflow.assessment import AnswerInput
from requests_app.workflow.harm_test import HarmTestInput
from requests_app.workflow.machine_accounts import INTAKE, SWEEP, machine_account

LAWYER = {"SNC": "amir", "EBO": "amir"}
DECIDES = {"SNC": "omar", "EBO": "omar"}
# What the draft leaves to the person, where the demonstration says nothing else.
GAPS = {
    "[Ange varför ingen bestämmelse bryter sekretessen.]": "Begäran är inte avgränsad.",
}


def _payload(application: Application) -> bytes:
    terms = {name: value for name, value in vars(application).items() if value}
    return json.dumps(terms, default=str, ensure_ascii=False).encode()


class Case:
    """One request and its review, and the time that passes for them."""

    def __init__(
        self, began: datetime, number: str, designations: list[str], **terms: Any
    ) -> None:
        self.now = began
        objects = list(CloudObject.objects.filter(designation__in=designations))
        names = tuple(row.external_id for row in objects) or tuple(designations)
        connection = (
            objects[0].system.connection
            if objects
            else Connection.objects.get(external_id="demo-tenant")
        )
        self.terms = {"object_ids": names, "requested_at": began, **terms}
        self.number = number
        self.designations = designations
        self.connection = connection
        self.receive()

    def receive(self, **changed: Any) -> None:
        self.terms.update(changed)
        application = Application(external_id=self.number, **self.terms)
        from_file = self.connection.product.abilities.can_be_read_from_file
        with clock.at(self.now):
            received = intake.receive(
                self.connection,
                application,
                by=machine_account(INTAKE) if from_file else people.lena,
                payload=_payload(application),
                received_by="file" if from_file else "manual",
            )
        assert received.access_request is not None  # noqa: S101 — new numbers only
        self.request: AccessRequest = received.access_request

    @property
    def review(self) -> SecrecyReview:
        live = self.request.reviews.live()
        review = live.order_by("pk").first()
        assert review is not None  # noqa: S101 — called after routing
        return review

    def later(self, minutes: float) -> "Case":
        self.now += timedelta(minutes=minutes)
        return self

    def _take(
        self, step: Callable[..., Any], subject: Any, by: Any, **fields: Any
    ) -> None:
        with clock.at(self.now):
            step(subject, by=by, **fields)

    @property
    def lawyer(self) -> Any:
        return people.named(LAWYER.get(self.review.authority.code, "karin"))

    @property
    def decider(self) -> Any:
        return people.named(DECIDES.get(self.review.authority.code, "birgitta"))

    def register(self, protected: str = "", **more: Any) -> "Case":
        self._take(
            review.register,
            self.review,
            people.lena,
            public_subject=f"Begäran om åtkomst, {self.connection.product}",
            protected_subject=protected,
            **more,
        )
        return self

    def assign(self) -> "Case":
        self._take(assignment.assign, self.review, people.per, person=self.lawyer)
        return self

    def assess(
        self,
        outcomes: dict[str, tuple[str, str]] | None = None,
        ground: str = "osl-10-2a",
        ground_motivation: str = TECHNICAL,
        genuine: str = "yes",
        suitable: str = "not_unsuitable",
        usual: Callable[[Provision], tuple[str, str]] | None = None,
        because: dict[str, str] | None = None,
        answers: dict[str, str] | None = None,
    ) -> "Case":
        subject = self.review
        basis = basis_of(subject)
        tested = []
        for provision in basis.proposed:
            default = (usual or as_a_rule)(provision)
            outcome, text = (outcomes or {}).get(provision.code, default)
            row = HarmTestInput(provision, outcome, text)
            tested.append(grounded(row, ground, subject))
        given_answers = {
            **USUAL,
            **of_recipient(self.request.engineer_country),
            **of_tests(tested),
            **known(basis),
            "N0": genuine,
            # Weighed anew each time, whatever is settled as a rule.
            "N7.10-2a.suitable": suitable,
            **(answers or {}),
        }
        reasons = {**BECAUSE, **(because or {})}
        if genuine == "no":
            reasons["N0"] = "Supportärendet finns inte hos oss."
        self._take(
            assessment.assess,
            subject,
            self.lawyer,
            answers={
                **{
                    code: AnswerInput(answer, reasons.get(code, ""))
                    for code, answer in given_answers.items()
                },
                "N7": AnswerInput(ground, ground_motivation),
            },
            tested=tested,
            no_conflict=True,
        )
        return self

    def propose(
        self, outcome: str, gaps: dict[str, str] | None = None, **more: Any
    ) -> "Case":
        """Propose as drafted, with the gaps filled in."""
        subject = self.review
        with clock.at(self.now):
            minutes = more.get("granted_minutes")
            basis = basis_of(subject, assessment_with_texts(subject))
            drafts = from_review.draft(subject, basis, outcome, minutes)
        texts = [_filled(text, {**GAPS, **(gaps or {})}) for text in drafts]
        self._take(
            proposal.propose,
            subject,
            self.lawyer,
            outcome=outcome,
            motivation_internal=texts[0],
            omission=omission_where_needed(basis, texts[1]),
            no_conflict=True,
            **more,
        )
        return self

    def strike_off(self) -> "Case":
        self._take(striking_off.propose_striking_off, self.review, people.lena)
        return self.later(10).decide()

    def decide(self) -> "Case":
        self._take(decision.decide, self.review, self.decider, no_conflict=True)
        return self

    def serve(self, recipient: str) -> "Case":
        self._take(
            serving.serve,
            self.review,
            self.lawyer,
            served_at=self.now,
            way="email",
            recipient=recipient,
        )
        return self

    def answer(self) -> "Case":
        task = self.request.deliveries.filter(status="open").get()
        self._take(
            delivery.confirm, task, people.erik, given_at=self.now, no_conflict=True
        )
        return self

    def sweep(self) -> "Case":
        self.request.refresh_from_db()
        with clock.at(self.now):
            lapse.sweep_request(self.request, by=machine_account(SWEEP))
        return self

    def close(self) -> "Case":
        done = "Ärendet är besvarat; det som återstår bevakas utanför ärendet."
        self._take(review.close, self.review, self.lawyer, reason=done)
        return self


def _filled(text: str, gaps: dict[str, str]) -> str:
    for gap, words in gaps.items():
        text = text.replace(gap, words)
    return text
