"""Who fills registers: a machine with a token, for a person who answers for it."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from ninja.security import HttpBearer

from requests_app.models import RegisterToken
from requests_app.permissions.powers import is_ended


class TokenAuth(HttpBearer):
    """The token in force, or nobody. Its person's roles are asked of each call."""

    def authenticate(self, request: HttpRequest, token: str) -> RegisterToken | None:
        return (
            RegisterToken.objects.select_related("person")
            .filter(
                ~Exists(_closed_since()),
                ~is_ended(RegisterToken),
                digest=RegisterToken.digest_of(token),
                ended_at=None,
                person__is_active=True,
            )
            .first()
        )


def _closed_since() -> QuerySet[Any]:
    """That the account was closed after the token was made: it ended with it, and does
    not come back when the account is opened again."""
    return get_user_model().history.filter(
        id=OuterRef("person"), is_active=False, history_date__gt=OuterRef("made_at")
    )


def token_of(request: Any) -> RegisterToken:
    return request.auth
