"""How the secrets of contract clients are kept, and which are in force."""

from datetime import datetime

from allauth.idp.oidc.models import Client
from django.contrib.auth.hashers import check_password, make_password

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import ContractClient

# A secret of ours can not be guessed: a quick digest keeps it (lockbox_site.sign_in).
HASHER = "machine"


def digest_of(secret: str) -> str:
    return make_password(secret, hasher=HASHER)


def is_its_secret(oauth: Client, secret: str) -> bool:
    """The secret, or the one before it while that is still in force. Keeps that it was
    used: one that nobody ever used may not have come to the provider."""
    if not check_password(secret, oauth.secret):
        return check_password(secret, former_secret(oauth, clock.now()))
    if not (oauth.data or {}).get("used"):
        _keep_that_it_was_used(oauth, secret)
    return True


def _keep_that_it_was_used(oauth: Client, secret: str) -> None:
    """By the quick digest from then on, where it was kept by a slow one."""
    client = ContractClient.objects.filter(client_id=oauth.pk).first()
    if client is None:
        return
    with acting(client.account):
        now = Client.objects.select_for_update().get(pk=oauth.pk)
        if now.secret == oauth.secret:
            now.data = {**(now.data or {}), "used": True}
            now.secret = digest_of(secret)
            now.save(update_fields=["data", "secret"])


def former_secret(oauth: Client, now: datetime) -> str:
    """Its digest, where it is still in force."""
    until = former_until(oauth)
    return oauth.data["former"] if until and now < until else ""


def oauth_of(client: ContractClient) -> Client:
    return Client.objects.get(pk=client.client_id)


def former_until(oauth: Client) -> datetime | None:
    """Until when the secret before this one is in force, if there is one."""
    until = (oauth.data or {}).get("former_until")
    return datetime.fromisoformat(until) if until else None
