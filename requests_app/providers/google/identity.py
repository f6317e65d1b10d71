"""Who we are at Google: google-auth, where it is installed, over our own exchange.

Imported when a call is made, and by nothing else: whoever has no Google has no part of
it.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.providers.http.exchange import exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import Unreachable

SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class _Response(NamedTuple):
    status: int
    data: bytes
    headers: dict[str, str]


class Transport:
    """As google-auth wants one. Within our deadline, without redirects."""

    def __init__(self, **limits: Any) -> None:
        self.limits = limits

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Any = None,
        timeout: Any = None,
        **_more: Any,
    ) -> _Response:
        reply = exchange(method, url, content=body, headers=headers, **self.limits)
        return _Response(reply.status, reply.body, {"content-type": "application/json"})


def token(**limits: Any) -> str:
    """Raises Unreachable, in words that say what is missing."""
    path = setting("LOCKBOX_GOOGLE_CREDENTIALS_FILE", "-")
    return _token(path, SCOPE, "", limits)


def token_as(subject: str, scope: str, path: str, **limits: Any) -> str:
    """Of a service account that may act for this person. Raises Unreachable."""
    return _token(path, scope, subject, limits)


def _token(path: str, scope: str, subject: str, limits: dict[str, Any]) -> str:
    try:
        credentials = _credentials(path, scope, subject)
        if not credentials.valid:
            credentials.refresh(Transport(**limits))
        return str(credentials.token)
    except ImportError as error:
        trouble = _("google-auth is not installed: install lockbox[google].")
        raise Unreachable(trouble) from error
    except Unreachable:
        raise
    except Exception as error:
        # google-auth's own, a file that is missing, or one that is no credentials.
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


@lru_cache(maxsize=8)
def _credentials(path: str, scope: str, subject: str) -> Any:
    """Those of the file, or the host's own where Lockbox runs at Google. Only a service
    account's key may act for somebody."""
    import google.auth
    from google.auth import compute_engine
    from google.oauth2 import service_account

    if path == "-":
        return compute_engine.Credentials(scopes=[scope])
    if subject:
        return service_account.Credentials.from_service_account_file(
            path, scopes=[scope], subject=subject
        )
    return google.auth.load_credentials_from_file(path, scopes=[scope])[0]
