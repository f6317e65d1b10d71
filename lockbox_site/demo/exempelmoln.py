"""Exempelmoln: an invented provider that applies by contract, with a client of its own.

Its secret lies where the installation's other local secrets do: outside the clone, for
this user's eyes only. Nothing prints it and no command line shows it.
"""

from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model

from audit_app.acting import acting
from lockbox_site import postgres
from lockbox_site.demo import REASON
from lockbox_site.demo.boards import BEGAN
from lockbox_site.demo.objects import make_object
from lockbox_site.demo.standing import settle
from requests_app.models import (
    Authority,
    CloudSystem,
    Connection,
    ContractClient,
    InformationSet,
    Provider,
    ProviderProduct,
)
from requests_app.workflow import contract
from requests_app.workflow.machine_accounts import SYSTEM, machine_account

NAME = "Exempelmoln (påhittad)"
# Who works for it, and from where.
EMPLOYER, COUNTRIES = "Exempelmoln Drift AB (påhittat)", ("SE", "IE", "DE")
CLIENT_ID, SECRET = "provider-client-id", "provider-client-secret"

# kind, designation, authority, information set
OBJECTS = [
    ("log", "M-01", "NIS", "Driftloggar, servrar"),
    ("log", "M-02", "NIS", "Behörigheter och it-säkerhet"),
    ("drive", "M-03", "GSN", "Klasslistor och frånvaro"),
    ("drive", "M-04", "SNC", "Färdtjänst"),
    ("virtual_machine", "M-05", "EBO", "Hyresgästärenden"),
]


def address(kind: str, designation: str) -> str:
    """What Exempelmoln calls an object."""
    return f"exempelmoln/{kind}/{designation.lower()}"


def ensure() -> None:
    """Make what is missing: product, connection, objects, client and its secret."""
    connection = Connection.objects.filter(product__name=NAME).first() or _build()
    by = get_user_model().objects.get(username="tove")
    client = ContractClient.objects.filter(connection=connection, ended_at=None).first()
    if client is not None and _is_kept(client):
        return
    credentials = (
        contract.rotate_secret(client, by=by)
        if client is not None
        else contract.make_client(connection, by=by, name=_free_name())
    )
    postgres.keep_secret(CLIENT_ID, credentials.client_id)
    postgres.keep_secret(SECRET, credentials.secret)


def _is_kept(client: ContractClient) -> bool:
    oauth = Client.objects.get(pk=client.client_id)
    secret = postgres.kept_secret(SECRET)
    same = postgres.kept_secret(CLIENT_ID) == client.client_id
    return same and secret is not None and oauth.check_secret(secret)


def _free_name() -> str:
    count = ContractClient.objects.filter(name__startswith=NAME).count()
    return f"{NAME} {count + 1}" if count else NAME


def _build() -> Connection:
    with acting(machine_account(SYSTEM), reason=REASON):
        return _make(Authority.objects.get(code="NIS"))


def _make(runs: Authority) -> Connection:
    provider = Provider.objects.create(
        municipality=runs.municipality, name=NAME, country="SE"
    )
    product = ProviderProduct.objects.create(
        provider=provider,
        name=NAME,
        channel="contract",
        answer_minutes=24 * 60,
        access_minutes=8 * 60,
        can_answer_partly=True,
        revocation=ProviderProduct.Revocation.YES,
        can_extend=True,
    )
    connection = Connection.objects.create(
        product=product,
        name="Exempelstads avtal",
        external_id="demo-exempelmoln",
        authority=runs,
    )
    system = CloudSystem.objects.create(connection=connection, name="Exempelmoln")
    for kind, designation, code, set_name in OBJECTS:
        make_object(
            InformationSet.objects.get(name=set_name),
            system=system,
            kind=kind,
            designation=designation,
            external_id=address(kind, designation),
            authority=Authority.objects.get(code=code),
        )
    boards = Authority.objects.filter(cloud_objects__system=system).distinct()
    settle(boards, BEGAN, [provider], [_recipient(code) for code in COUNTRIES])
    return connection


def _recipient(country: str) -> dict[str, str]:
    return {
        "legal_entity": EMPLOYER,
        "country": country,
        "relation": "group",
        "transfer_ground": "not_needed",
    }
