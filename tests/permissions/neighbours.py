"""Two neighbours of Exempelstad, whole: what must be told to nobody there."""

from datetime import date

from django.contrib.auth import get_user_model

from audit_app.acting import acting
from requests_app.models import (
    CloudObject,
    CloudSystem,
    Connection,
    DelegationRule,
    InformationSet,
    Provider,
    ProviderProduct,
    SecrecyBranch,
)
from requests_app.providers.application import Application
from requests_app.workflow import intake, review
from requests_app.workflow.machine_accounts import as_owner, machine_account
from requests_app.workflow.register_change import save_or_propose
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
    town = _town(cast, "Grannstad", "999900-0012", ROLES[:5])
    _town(cast, "Byxle", "999900-0020", ROLES[:3])
    return [town]


def _town(cast, name, number, roles):
    with acting(machine_account("system")):
        place = municipality(f"{name} {SECRET}", number)
        # What every town has, and is unique in none but one's own.
        board = add_authority("GSN", "Grundskolenämnden", municipality=place)
        people = [
            _person(cast, f"{name.lower()}{nth}", role, board)
            for nth, role in enumerate(roles)
        ]
        branch = SecrecyBranch.objects.create(authority=board, name=SECRET)
        provider = Provider.objects.create(
            municipality=place, name="Microsoft", country="US", contact=SECRET
        )
        product = ProviderProduct.objects.create(
            provider=provider,
            name="Microsoft 365",
            channel="by_hand",
            answer_minutes=60,
            access_minutes=60,
            revocation="no",
            portal=SECRET,
        )
        connection = Connection.objects.create(
            product=product, name=SECRET, external_id=SECRET, authority=board
        )
        system = CloudSystem.objects.create(connection=connection, name="M365")
        held = InformationSet.objects.create(
            authority=board, branch=branch, name=SECRET, personal_data="ordinary"
        )
        DelegationRule.objects.create(
            authority=board,
            item_no="4.7",
            title=SECRET,
            outcomes=["refused"],
            role="decision_maker",
            board_decision=SECRET,
            made_by=machine_account("system"),
            valid_from=date(2020, 1, 1),
        )
        CloudObject.objects.create(
            system=system,
            kind="mailbox",
            designation="O-17",
            external_id=SECRET.lower(),
            authority=board,
        )
    with acting(people[0], reason=SECRET):
        save_or_propose(_renamed(provider), by=people[0], reason=SECRET)
    request = _asked(connection)
    subject = request.reviews.get()
    if len(roles) > 3:
        review.register(
            subject, by=people[3], public_subject="Hidden", protected_subject="Hidden"
        )
    assert held.authority == subject.authority
    return subject


def _person(cast, username, role, board):
    person = get_user_model()(
        username=username,
        last_name=SECRET,
        municipality=board.municipality,
        identity="oid-1" if role == "registrar" else None,
    )
    with as_owner():
        person.save()
    engaged(person, role, board, {"per": cast.per, "pia": cast.pia})
    return person


def _renamed(provider):
    provider.name = f"{SECRET} AB"
    return provider


def _asked(connection):
    application = Application(
        external_id=SECRET,
        object_ids=(SECRET.lower(),),
        justification=SECRET,
        duration_minutes=60,
    )
    received = intake.receive(
        connection,
        application,
        by=machine_account("sweep"),
        payload=SECRET.encode(),
        received_by="poll",
    )
    return received.access_request
