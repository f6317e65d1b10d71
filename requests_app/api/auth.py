"""Who calls: an OAuth2 client of ours (client credentials, allauth's provider)."""

from datetime import datetime
from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.db.models import Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from audit_app.ledger import Kind, record
from audit_app.prewritten import Prewritten
from requests_app.api.problems import WrongEnvironment
from requests_app.api.rate import take_a_call
from requests_app.models import ContractClient
from requests_app.workflow.contract import SANDBOX_SCOPE, SCOPE


@Prewritten
def _clients(token_hash: str, now: datetime) -> QuerySet[Any]:
    """Whose token it is, with its scopes; nobody's, where it ran out."""
    tokens = Token.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        hash=token_hash,
        type=Token.Type.ACCESS_TOKEN,
    )
    return (
        ContractClient.objects.select_related("account", "connection__product")
        .annotate(scopes=Subquery(tokens.values("scopes")))
        .filter(client_id=Subquery(tokens.values("client")), ended_at=None)
        .filter(connection__is_active=True)[:1]
    )


class ClientAuth(HttpBearer):
    """The contract client whose token this is, or nobody."""

    scope = SCOPE

    def authenticate(self, request: HttpRequest, token: str) -> ContractClient | None:
        digest = get_adapter().hash_token(token[:500])
        client = next(iter(_clients(digest, timezone.now())), None)
        if client is None:
            return None
        scopes = Token(scopes=client.scopes).get_scopes()
        if self.scope not in scopes:
            self._refuse_the_other(scopes)
            return None
        # What the client does is signed by its account.
        client.account.contract_client = client
        request.rate = take_a_call(client.pk)  # type: ignore[attr-defined]
        return client

    def _refuse_the_other(self, scopes: list[str]) -> None:
        """A good token of the other environment is told so."""
        if SANDBOX_SCOPE in scopes:
            text = _("These are credentials of the sandbox: call /api/sandbox/v1.")
            raise WrongEnvironment(text)
        if SCOPE in scopes:
            text = _("These are no credentials of the sandbox: call /api/v1.")
            raise WrongEnvironment(text)


class SandboxAuth(ClientAuth):
    """The client of the sandbox whose token this is, or nobody."""

    scope = SANDBOX_SCOPE


def record_read(event: str, client: ContractClient) -> None:
    """In the ledger, of what is real."""
    if not client.is_sandbox:
        record(event, by=client.account, kind=Kind.READ)


def caller(request: Any) -> ContractClient:
    return request.auth
