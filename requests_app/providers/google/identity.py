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
    try:
        credentials = _credentials(path)
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


@lru_cache(maxsize=1)
def _credentials(path: str) -> Any:
    """Those of the file, or the host's own where Lockbox runs at Google."""
    import google.auth
    from google.auth import compute_engine

    if path == "-":
        return compute_engine.Credentials(scopes=[SCOPE])
    return google.auth.load_credentials_from_file(path, scopes=[SCOPE])[0]
