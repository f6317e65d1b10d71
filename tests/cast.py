"""The cast: few named people with a role each, in two authorities and the one that
runs the tenants. How they are engaged: helpers/engagement.py.

Registrar Lena, IT managers Per and Pia, lawyers Karin and Jonas, decision-maker Bo,
information owner Ines, information-security manager Ivar, auditor Agnes: the school
board (GSN). Registrar Rut, lawyer Cilla and decision-maker Didrik: the social board
(SNC). Registrar Nils and executor Eva: the board that runs the tenants (NIS). Sam
administers the system.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import request
from requests_app.cases.review.law.facts import basis_of
from requests_app.cases.review.models.decision import Proposal
from requests_app.cases.review.steps import assessment, case, decision, people, proposal
from requests_app.cases.review.steps.assessment import AnswerInput, HarmTestInput
from requests_app.core.models import Outcome
from requests_app.core.people.models import Authority
from requests_app.core.step import machine_account
from requests_app.providers.application import Application
from requests_app.registers.models.cloud import Connection
from requests_app.registers.models.provisions import Provision
from tests.helpers.answers import USUAL, grounded
from tests.helpers.naming import Stateless
from tests.helpers.reasons import left_out
from tests.helpers.worlds import reused

PASSWORD = "correct horse battery"
PEOPLE = {
    "lena": ("registrar", "GSN"),
    "per": ("it_manager", "GSN"),
    "pia": ("it_manager", "GSN"),
    "karin": ("legal_reviewer", "GSN"),
    "jonas": ("legal_reviewer", "GSN"),
    "bo": ("decision_maker", "GSN"),
    "ines": ("information_owner", "GSN"),
    "agnes": ("auditor", "GSN"),
    "dora": ("dpo", "GSN"),
    "sixten": ("security_protection", "GSN"),
    "ivar": ("information_security", "GSN"),
    "rut": ("registrar", "SNC"),
    "cilla": ("legal_reviewer", "SNC"),
    "didrik": ("decision_maker", "SNC"),
    "nils": ("registrar", "NIS"),
    "eva": ("executor", "NIS"),
    "sam": ("system_administrator", "NIS"),
}
AUTHORITIES = {
    "GSN": "Grundskolenämnden",
    "SNC": "Socialnämnden Centrum",
    "NIS": "Nämnden för intraservice",
}
LOG = "logs/skola"
MAILBOX = "kurator@skola.example"
SITE = "https://example.sharepoint.example/sites/s-22"
VM = "SUBSCRIPTIONS/1111/RESOURCEGROUPS/DEMO/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/A"


class Cast(Stateless):
    """Each person, authority and connection by name, read when it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name in PEOPLE:
            return get_user_model().objects.get(username=name)
        if name.upper() in AUTHORITIES:
            return Authority.objects.get(code=name.upper())
        raise AttributeError(name)

    @property
    def intake(self) -> Any:
        return machine_account("intake")

    @property
    def sweeper(self) -> Any:
        return machine_account("sweep")

    @property
    def m365(self) -> Connection:
        return Connection.objects.get(name="m365")

    @property
    def azure(self) -> Connection:
        return Connection.objects.get(name="azure")

    @property
    def contract(self) -> Connection:
        return Connection.objects.get(name="contract")

    # -- A request on its way, as far as a test needs it ------------------------------

    @reused
    def request(
        self, number: str = "EXSR1", objects: tuple = (MAILBOX,), **terms: Any
    ) -> AccessRequest:
        usual = {
            "service": "Exchange",
            "justification": "Repair a corrupted item",
            "duration_minutes": 240,
        }
        application = Application(
            external_id=number, object_ids=objects, **{**usual, **terms}
        )
        received = request.receive(
            self.m365,
            application,
            by=self.lena,
            payload=str(application).encode(),
            received_by="manual",
        )
        assert received.access_request is not None
        return received.access_request

    @reused
    def new(self, **terms: Any) -> SecrecyReview:
        return self.request(**terms).reviews.get()

    @reused
    def registered(self, **terms: Any) -> SecrecyReview:
        subject = self.new(**terms)
        case.register(
            subject, by=self.lena, public_subject="Access", protected_subject="Mailbox"
        )
        return subject

    @reused
    def assigned(self, **terms: Any) -> SecrecyReview:
        subject = self.registered(**terms)
        people.assign(subject, by=self.per, person=self.karin)
        return subject

    @reused
    def assessed(self, **terms: Any) -> SecrecyReview:
        subject = self.assigned(**terms)
        self.assess(subject)
        return subject

    @reused
    def proposed(self, outcome: str = Outcome.GRANTED, **terms: Any) -> SecrecyReview:
        subject = self.assessed(**terms)
        self.propose(subject, outcome=outcome)
        return subject

    @reused
    def decided(self, outcome: str = Outcome.GRANTED, **terms: Any) -> SecrecyReview:
        subject = self.proposed(outcome, **terms)
        decision.decide(subject, by=self.bo, no_conflict=True)
        return subject

    @reused
    def answered(self, outcome: str = Outcome.GRANTED, **terms: Any) -> SecrecyReview:
        subject = self.decided(outcome, **terms)
        self.confirm(subject.access_request.deliveries.get())
        return subject

    # -- Steps with their usual words -------------------------------------------------

    @reused
    def assess(self, subject: SecrecyReview, by: Any = None, **changes: Any) -> None:
        """As it usually is, but for these changes."""
        fields = self.assessment_of(subject, **changes)
        assessment.assess(subject, by=by or self.karin, **fields)

    def assessment_of(self, subject: SecrecyReview, **changes: Any) -> dict[str, Any]:
        """What the step is told; N0, N3 and N7 by name, other answers by their code."""
        fields: dict[str, Any] = {
            "genuine": "yes",
            "security_protection": "no",
            "tested": [self.tested("OSL-23-2-st1", "applies")],
            "ground": "osl-10-2a",
            "ground_motivation": "A repair is technical processing.",
            "no_conflict": True,
            **changes,
        }
        known = {
            code: proposed.answer
            for code, proposed in basis_of(subject).proposed_answers.items()
            if proposed.answer
        }
        given = {**USUAL, **known, **fields.pop("answers", {})}
        silent = fields.pop("without_reasons", ())
        answers = {
            code: AnswerInput(answer, "" if code in silent else "As told.")
            for code, answer in given.items()
        }
        answers["N0"] = AnswerInput(fields.pop("genuine"), "Looked up.")
        answers["N3"] = AnswerInput(fields.pop("security_protection"))
        ground = fields.pop("ground")
        answers["N7"] = AnswerInput(ground, fields.pop("ground_motivation"))
        fields["tested"] = [grounded(row, ground) for row in fields["tested"]]
        return {"answers": answers, **fields}

    def tested(
        self, code: str, outcome: str, text: str = "Not clear.", ground: str = ""
    ):
        return HarmTestInput(provision(code), outcome, text, ground=ground)

    @reused
    def propose(
        self, subject: SecrecyReview, by: Any = None, **changes: Any
    ) -> Proposal:
        fields: dict[str, Any] = {
            "outcome": Outcome.GRANTED,
            "motivation_internal": "Pupils' personal circumstances occur.",
            "granted_minutes": 120,
            "granted_scope": "The corrupted item",
        }
        if changes.get("outcome") == Outcome.DISMISSED:
            fields["motivation_internal"] = "The request is incomplete (20 § FL)."
        if "motivation_for_recipient" in changes:
            text = changes.pop("motivation_for_recipient")
            fields["omission"] = left_out(text)
        return proposal.propose(subject, by=by or self.karin, **{**fields, **changes})

    @reused
    def confirm(self, task: Delivery, **changes: Any) -> None:
        fields = {"given_at": acting.now(), "no_conflict": True}
        delivery.confirm(task, by=self.eva, **{**fields, **changes})


def hours(count: float) -> datetime:
    """So many hours from now."""
    return timezone.now() + timedelta(hours=count)


def provision(code: str) -> Provision:
    """The version of it that is in force."""
    return Provision.objects.in_force(acting.today()).get(code=code)
