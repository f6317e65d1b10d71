"""The cast engaged: its people, authorities, connections and map, once for all."""

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth import get_user_model

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import record
from requests_app.core.content import keep
from requests_app.core.models import Outcome
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.step import as_owner, machine_account
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.steps import deliver
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetProvision,
    SecurityClassification,
)
from requests_app.registers.models.standing import Factor, StandingAssessment
from tests.cast import AUTHORITIES, LOG, MAILBOX, PASSWORD, PEOPLE, SITE, VM, provision
from tests.helpers.standing import confirm_directly, name_recipient

ENGAGED = datetime(2020, 1, 1, 8, tzinfo=UTC)
# Who confirms what an authority has settled beforehand.
SETTLES = {"GSN": "bo", "SNC": "didrik", "NIS": "nils"}


def engage() -> None:
    """Make all that the cast is, once, signed by the system account."""
    with acting_as(machine_account("system")):
        authorities = {
            code: add_authority(code, name) for code, name in AUTHORITIES.items()
        }
        people = _people(authorities)
        _delegate(authorities, people)
        connections = _connections(authorities["NIS"])
        _map(authorities, connections)
        _standing_assessments(authorities, people)
        # As whoever founds a city does: what the owner writes tells an event.
        record("authority.founded", by=machine_account("system"))


def municipality(
    name: str = "Exempelstad", number: str = "999900-0004"
) -> Municipality:
    """The one of this number, made if need be: by the owner of the tables."""
    with as_owner():
        return Municipality.objects.get_or_create(
            organisation_number=number, defaults={"name": name}
        )[0]


def add_authority(code: str, name: str, **more: Any) -> Authority:
    """Inside acting_as(the system account)."""
    values = {"municipality": municipality(), **more}
    with as_owner():
        return Authority.objects.create(code=code, name=name, **values)


def neighbour() -> Authority:
    """A board of another municipality, made if need be."""
    with acting_as(machine_account("system")):
        grannstad = municipality("Grannstad", "999900-0012")
        board = grannstad.authorities.filter(code="GKS").first()
        return board or add_authority(
            "GKS", "Grannstads kommunstyrelse", municipality=grannstad
        )


def _people(authorities: dict[str, Authority]) -> dict[str, Any]:
    people = {}
    for name, (role, _code) in PEOPLE.items():
        person = get_user_model()(
            username=name,
            first_name=name.title(),
            last_name="Test",
            title=role,
            municipality=next(iter(authorities.values())).municipality,
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
    """A role in force, given by the system. Inside acting_as(the system account)."""
    if role == "confirmer":
        more = {"decided_on": date(2020, 1, 1), "basis": "KS § 12", **more}
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
    with acting_as(people["lena"]):
        for rule in DelegationRule.objects.all():
            rule.confirmed_by, rule.confirmed_at = (
                people["lena"],
                acting.now(),
            )
            rule.save()


def _connections(runs: Authority) -> dict[str, Connection]:
    microsoft = Provider.objects.create(
        municipality=runs.municipality, name="Microsoft", country="US"
    )
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
    example = Provider.objects.create(
        municipality=runs.municipality, name="Exempelmoln", country="SE"
    )
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
                impact_assessment="The impact assessment of 2020",
                valid_from=date(2020, 1, 1),
                review_due=date(2099, 1, 1),
                made_by=machine_account("system"),
            )
            for country in ("IE", "US"):
                name_recipient(row, legal_entity=provider.name, country=country)
    for row in StandingAssessment.objects.all():
        confirm_directly(row, by=people[SETTLES[row.authority.code]])
