"""Who calls: an OAuth2 client of ours (client credentials, allauth's provider)."""

from datetime import datetime
from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.db.models import Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from audit_app.prewritten import Prewritten
from requests_app.models import ContractClient
from requests_app.workflow.contract import SCOPE


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

    def authenticate(self, request: HttpRequest, token: str) -> ContractClient | None:
        digest = get_adapter().hash_token(token[:500])
        client = next(iter(_clients(digest, timezone.now())), None)
        if client is None or SCOPE not in Token(scopes=client.scopes).get_scopes():
            return None
        # What the client does is signed by its account.
        client.account.contract_client = client
        return client


def caller(request: Any) -> ContractClient:
    return request.auth
