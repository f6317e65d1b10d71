"""Two neighbours of Exempelstad, whole: what must be told to nobody there."""

from datetime import date

from django.contrib.auth import get_user_model

from audit_app.acting import acting_as
from requests_app.cases.intake.steps import request
from requests_app.cases.review.steps import case
from requests_app.core.people.models import SecrecyBranch
from requests_app.core.step import as_owner, machine_account
from requests_app.core.two_persons import save_or_propose
from requests_app.organisation.models import DelegationRule
from requests_app.providers.application import Application
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import InformationSet
from tests.helpers.engagement import add_authority, engaged, municipality
from tests.permissions.hidden import SECRET

ROLES = (
    "it_manager",
    "it_manager",
    "system_administrator",
    "registrar",
    "legal_reviewer",
    "decision_maker",
    "information_owner",
    "auditor",
)


def neighbours(cast):
    """Of five people and of three: with names, products and a case of their own."""
    town = town_of(cast, "Grannstad", "999900-0012", ROLES[:5])
    town_of(cast, "Byxle", "999900-0020", ROLES[:3])
    return [town]


def town_of(cast, name, number, roles, secret=SECRET):
    """Whatever could tell of it has the secret in it. Returns its case."""
    with acting_as(machine_account("system")):
        place = municipality(f"{name} {secret}", number)
        # What every town has, and is unique in none but one's own.
        board = add_authority("GSN", "Grundskolenämnden", municipality=place)
        people = [
            _person(cast, f"{name.lower()}{nth}", role, board, secret)
            for nth, role in enumerate(roles)
        ]
        branch = SecrecyBranch.objects.create(authority=board, name=secret)
        provider = Provider.objects.create(
            municipality=place, name="Microsoft", country="US", contact=secret
        )
        product = ProviderProduct.objects.create(
            provider=provider,
            name="Microsoft 365",
            channel="by_hand",
            answer_minutes=60,
            access_minutes=60,
            revocation="no",
            portal=secret,
        )
        connection = Connection.objects.create(
            product=product, name=secret, external_id=secret, authority=board
        )
        system = CloudSystem.objects.create(connection=connection, name="M365")
        held = InformationSet.objects.create(
            authority=board, branch=branch, name=secret, personal_data="ordinary"
        )
        DelegationRule.objects.create(
            authority=board,
            item_no="4.7",
            title=secret,
            outcomes=["refused"],
            role="decision_maker",
            board_decision=secret,
            made_by=machine_account("system"),
            valid_from=date(2020, 1, 1),
        )
        CloudObject.objects.create(
            system=system,
            kind="mailbox",
            designation=f"O-17 {secret}",
            external_id=secret.lower(),
            authority=board,
        )
    with acting_as(people[0], reason=secret):
        save_or_propose(_renamed(provider, secret), by=people[0], reason=secret)
    request = _asked(connection, secret)
    subject = request.reviews.get()
    if len(roles) > 3:
        case.register(
            subject, by=people[3], public_subject="Hidden", protected_subject="Hidden"
        )
    assert held.authority == subject.authority
    return subject


def _person(cast, username, role, board, secret):
    person = get_user_model()(
        username=username,
        last_name=secret,
        municipality=board.municipality,
        identity="oid-1" if role == "registrar" else None,
    )
    with as_owner():
        person.save()
    engaged(person, role, board, {"per": cast.per, "pia": cast.pia})
    return person


def _renamed(provider, secret):
    provider.name = f"{secret} AB"
    return provider


def _asked(connection, secret):
    application = Application(
        external_id=secret,
        object_ids=(secret.lower(),),
        justification=secret,
        duration_minutes=60,
    )
    received = request.receive(
        connection,
        application,
        by=machine_account("sweep"),
        payload=secret.encode(),
        received_by="poll",
    )
    return received.access_request
