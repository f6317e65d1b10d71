"""The cast: few named people with a role each, in two authorities and the one that
runs the tenants. Engaged once, before the template database is copied.

Registrar Lena, IT managers Per and Pia, lawyers Karin and Jonas, decision-maker Bo, information
owner Ines, information-security manager Ivar, auditor Agnes: the school board (GSN). Registrar Rut, lawyer Cilla and
decision-maker Didrik: the social board (SNC). Registrar Nils and executor Eva: the
board that runs the tenants (NIS). Sam administers the system.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from audit_app import clock
from audit_app.acting import acting
from audit_app.ledger import record
from requests_app import permissions
from requests_app.law.facts import basis_of
from requests_app.models import (
    AccessRequest,
    Authority,
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    DelegationRule,
    Delivery,
    InformationSet,
    InformationSetProvision,
    Outcome,
    Proposal,
    Provider,
    ProviderProduct,
    Provision,
    RoleAssignment,
    SecrecyReview,
    SecurityClassification,
    StandingAssessment,
)
from requests_app.models.standing_assessment import Factor
from requests_app.providers.application import Application
from requests_app.workflow import (
    assessment,
    assignment,
    decision,
    delivery,
    intake,
    proposal,
    review,
)
from requests_app.workflow.assessment import AnswerInput
from requests_app.workflow.content import keep
from requests_app.workflow.machine_accounts import as_owner, machine_account
from requests_app.workflow.role import deliver
from tests.helpers.standing import confirm_directly, name_recipient
from tests.helpers.worlds import Stateless, reused

# What the lawyer answers where nothing is known beforehand.
USUAL = {
    "N5.transferred": "no",
    "N5.patient": "no",
    "N5.whistle": "no",
    "N7.10-2a.assignment": "yes",
    "N7.10-2a.technical": "yes",
    **{f"N7.10-2a.{factor}": "neutral" for factor in Factor.values},
    "N7.10-2a.encryption": "neutral",
    "N7.10-2a.interest": "neutral",
    "N7.10-2a.suitable": "not_unsuitable",
    "N7.10-2.necessary": "yes",
    "N7.12-2.given": "yes",
    "N7.12-2.minor": "adult",
    "N7.12-2.detriment": "no",
    "N7.12-2.against_guardian": "yes",
    "N7.12-2.reserved": "no",
    "N8": "yes",
    "N9.processor": "yes",
    "N9.transfer.certified": "yes",
    "N9.transfer.scope": "yes",
    "N9.dpia": "not_needed",
    "N9.country": "eea",
    "N9.entity": "provider",
    "N9.transfer": "not_needed",
    "N9.special": "yes",
    "N10": "none",
}
PASSWORD = "correct horse battery"
ENGAGED = datetime(2020, 1, 1, 8, tzinfo=UTC)

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


# Who confirms what an authority has settled beforehand.
SETTLES = {"GSN": "bo", "SNC": "didrik", "NIS": "nils"}


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
        application = Application(
            external_id=number,
            service="Exchange",
            justification="Repair a corrupted item",
            duration_minutes=240,
            object_ids=objects,
            **terms,
        )
        received = intake.receive(
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
        review.register(
            subject, by=self.lena, public_subject="Access", protected_subject="Mailbox"
        )
        return subject

    @reused
    def assigned(self, **terms: Any) -> SecrecyReview:
        subject = self.registered(**terms)
        assignment.assign(subject, by=self.per, person=self.karin)
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
        fields["tested"] = [_grounded(row, ground) for row in fields["tested"]]
        return {"answers": answers, **fields}

    def tested(
        self, code: str, outcome: str, text: str = "Not clear.", ground: str = ""
    ):
        return assessment.HarmTestInput(provision(code), outcome, text, ground=ground)

    @reused
    def propose(
        self, subject: SecrecyReview, by: Any = None, **changes: Any
    ) -> Proposal:
        fields: dict[str, Any] = {
            "outcome": Outcome.GRANTED,
            "motivation_internal": "Pupils' personal circumstances occur.",
            "motivation_for_recipient": "OSL 10:2 a.",
            "granted_minutes": 120,
            "granted_scope": "The corrupted item",
        }
        return proposal.propose(subject, by=by or self.karin, **{**fields, **changes})

    @reused
    def confirm(self, task: Delivery, **changes: Any) -> None:
        fields = {"given_at": clock.now(), "no_conflict": True}
        delivery.confirm(task, by=self.eva, **{**fields, **changes})


def _grounded(row: Any, ground: str) -> Any:
    """The ground of the whole, for a provision of which nothing else is said; where a
    reservation would help and nothing else does, that."""
    if row.ground or not row.hinders:
        return row
    reserved = ground == "none" and row.outcome == "applies_unless_reserved"
    return row._replace(ground="osl-10-14" if reserved else ground)


def engage() -> None:
    """Make everything above, once, signed by the system account."""
    with acting(machine_account("system")):
        authorities = {
            code: Authority.objects.create(code=code, name=name)
            for code, name in AUTHORITIES.items()
        }
        people = _people(authorities)
        _delegate(authorities, people)
        connections = _connections(authorities["NIS"])
        _map(authorities, connections)
        _standing_assessments(authorities, people)
        # As whoever founds a city does: what the owner writes tells an event.
        record("authority.founded", by=machine_account("system"))


def _people(authorities: dict[str, Authority]) -> dict[str, Any]:
    people = {}
    for name, (role, _code) in PEOPLE.items():
        person = get_user_model()(
            username=name, first_name=name.title(), last_name="Test", title=role
        )
        person.set_password(PASSWORD)
        with as_owner():
            person.save()
        people[name] = person
    for name, (role, code) in PEOPLE.items():
        engaged(people[name], role, authorities[code], people)
    return people


def engaged(
    person: Any, role: str, authority: Authority, people: Any, **more: Any
) -> RoleAssignment:
    """A role in force, given by the system. Inside acting(the system account)."""
    values = {"valid_from": date(2020, 1, 1), "reason": "engaged", **more}
    row = RoleAssignment(person=person, role=role, authority=authority, **values)
    second = people["pia" if person.username == "per" else "per"]
    system = machine_account("system")
    deliver(row, given_by=system, confirmed_by=second, at=ENGAGED)
    return row


def _delegate(authorities: dict[str, Authority], people: dict[str, Any]) -> None:
    for authority in authorities.values():
        DelegationRule.objects.create(
            authority=authority,
            item_no="4.7",
            title="Access for a provider",
            outcomes=list(Outcome.values),
            role="decision_maker",
            board_decision="2020-01-15 § 7",
            made_by=machine_account("system"),
            valid_from=date(2020, 1, 1),
        )
        nils = {"person": people["nils"]} if authority.code == "NIS" else {}
        for to in ({"role": "decision_maker"}, {"role": "legal_reviewer"}, nils):
            if to:
                DelegationRule.objects.create(
                    authority=authority,
                    item_no="4.8",
                    title="What is settled beforehand",
                    decision_type="standing",
                    board_decision="2020-01-15 § 7",
                    made_by=machine_account("system"),
                    valid_from=date(2020, 1, 1),
                    **to,
                )
    with acting(people["lena"]):
        for rule in DelegationRule.objects.all():
            rule.confirmed_by, rule.confirmed_at = people["lena"], clock.now()
            rule.save()


def _connections(runs: Authority) -> dict[str, Connection]:
    microsoft = Provider.objects.create(name="Microsoft", country="US")
    m365 = ProviderProduct.objects.create(
        provider=microsoft,
        name="Microsoft 365",
        channel="by_hand",
        answer_minutes=720,
        access_minutes=240,
        revocation="unclear",
        portal="Administrationscenter → Customer Lockbox",
    )
    azure = ProviderProduct.objects.create(
        provider=microsoft,
        name="Azure",
        channel="azure",
        answer_minutes=4 * 24 * 60,
        access_minutes=480,
        revocation="no",
    )
    example = Provider.objects.create(name="Exempelmoln", country="SE")
    contract = ProviderProduct.objects.create(
        provider=example,
        name="Exempelmoln",
        channel="contract",
        answer_minutes=720,
        access_minutes=480,
        can_answer_partly=True,
        revocation="yes",
        can_extend=True,
    )
    products = (("m365", m365), ("azure", azure), ("contract", contract))
    return {
        product: Connection.objects.create(
            product=row, name=product, external_id=f"{product}-tenant", authority=runs
        )
        for product, row in products
    }


def _map(authorities: dict[str, Authority], connections: dict[str, Connection]) -> None:
    exchange = CloudSystem.objects.create(connection=connections["m365"], name="M365")
    azure = CloudSystem.objects.create(connection=connections["azure"], name="Azure")
    example = CloudSystem.objects.create(connection=connections["contract"], name="EM")
    objects = (
        (exchange, "mailbox", "O-17", MAILBOX, "GSN", "Pupil health", "OSL-23-2-st1"),
        (exchange, "site", "S-22", SITE, "SNC", "Child care", "OSL-26-1"),
        (azure, "virtual_machine", "V-1", VM, "GSN", "Servers", "OSL-18-8"),
        (example, "log", "E-1", LOG, "GSN", "Logs", "OSL-18-8"),
    )
    for system, kind, designation, name, code, set_name, named in objects:
        information_set = InformationSet.objects.create(
            authority=authorities[code], name=set_name, personal_data="ordinary"
        )
        SecurityClassification.objects.create(
            information_set=information_set,
            valid_from=date(2024, 1, 1),
            confidentiality=3,
            integrity=2,
            availability=2,
        )
        InformationSetProvision.objects.create(
            information_set=information_set, provision=provision(named)
        )
        cloud_object = CloudObject.objects.create(
            system=system,
            kind=kind,
            designation=designation,
            external_id=name,
            authority=authorities[code],
        )
        CloudObjectInformationSet.objects.create(
            cloud_object=cloud_object, information_set=information_set
        )


def _standing_assessments(
    authorities: dict[str, Authority], people: dict[str, Any]
) -> None:
    """A standing assessment in force for every authority and provider."""
    suitability = keep("Short, logged, by few.")
    for authority in authorities.values():
        for provider in Provider.objects.all():
            row = StandingAssessment.objects.create(
                authority=authority,
                provider=provider,
                is_suitable=True,
                factors=dict.fromkeys(Factor.values, "for"),
                suitability=suitability,
                assignment="The contract of 2020",
                processor_agreement="The agreement of 2020",
                valid_from=date(2020, 1, 1),
                review_due=date(2099, 1, 1),
                made_by=machine_account("system"),
            )
            for country in ("IE", "US"):
                name_recipient(row, legal_entity=provider.name, country=country)
    for row in StandingAssessment.objects.all():
        confirm_directly(row, by=people[SETTLES[row.authority.code]])


def hours(count: float) -> datetime:
    """So many hours from now."""
    return timezone.now() + timedelta(hours=count)


def provision(code: str) -> Provision:
    """The version of it that is in force."""
    return Provision.objects.in_force(permissions.today()).get(code=code)
