"""Who calls: an OAuth2 client of ours (client credentials, allauth's provider)."""

from typing import Any

from allauth.idp.oidc.models import Token
from django.db.models import Subquery
from django.http import HttpRequest
from ninja.security import HttpBearer

from audit_app.ledger import Kind, record
from requests_app.models import ContractClient
from requests_app.workflow.contract import SCOPE


class ClientAuth(HttpBearer):
    """The contract client whose token this is, or nobody."""

    def authenticate(self, request: HttpRequest, token: str) -> ContractClient | None:
        tokens = Token.objects.valid().by_value(token[:500])
        theirs = tokens.filter(type=Token.Type.ACCESS_TOKEN)
        client = (
            ContractClient.objects.select_related("account", "connection__product")
            .annotate(scopes=Subquery(theirs.values("scopes")))
            .filter(client_id=Subquery(theirs.values("client")), ended_at=None)
            .filter(connection__is_active=True)
            .first()
        )
        if client is None or SCOPE not in Token(scopes=client.scopes).get_scopes():
            self._refuse(request)
            return None
        # What the client does is signed by its account.
        client.account.contract_client = client
        return client

    def _refuse(self, request: HttpRequest) -> None:
        record("api.refused", by=None, kind=Kind.REFUSAL, path=request.path[:200])


def caller(request: Any) -> ContractClient:
    return request.auth
