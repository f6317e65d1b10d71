"""Who we are at Microsoft, where an application of ours has its own certificate."""

import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from azure.core.exceptions import AzureError
from azure.identity import CertificateCredential
from cryptography import x509
from django.utils.translation import gettext as _

from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import Unreachable

# Seconds to connect, and for each read.
PATIENCE: Any = {"connection_timeout": 5, "read_timeout": 10, "retry_total": 1}


class Names(NamedTuple):
    """What a room calls the settings that say who we are."""

    tenant: str
    client: str
    certificate: str


def token(names: Names, scope: str) -> str:
    """Of the application that these settings name. Raises Unreachable."""
    ends = certificate_ends(names)
    if ends <= datetime.now(UTC):
        raise Unreachable(
            _("The certificate in %(name)s ran out on %(day)s: put a new one there.")
            % {"name": names.certificate, "day": f"{ends:%Y-%m-%d}"}
        )
    path = setting(names.certificate)
    try:
        known = _credential(
            setting(names.tenant),
            setting(names.client),
            path,
            Path(path).stat().st_mtime,
        )
        return str(known.get_token(scope).token)
    except (AzureError, OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


def certificate_ends(names: Names) -> datetime:
    """When our certificate runs out. Raises Unreachable where it can't be read."""
    name = names.certificate
    try:
        body = Path(setting(name)).read_bytes()
        return x509.load_pem_x509_certificate(body).not_valid_after_utc
    except (OSError, ValueError) as error:
        trouble = _("%(name)s can not be read: %(error)s.")
        kind = type(error).__name__
        raise Unreachable(trouble % {"name": name, "error": kind}) from error


@lru_cache(maxsize=8)
def _credential(tenant: str, client: str, path: str, _changed_at: float) -> Any:
    """Made anew when the file has changed."""
    # An authority of one's own (a sovereign cloud) is not asked Microsoft about.
    own = "AZURE_AUTHORITY_HOST" in os.environ
    return CertificateCredential(
        tenant_id=tenant,
        client_id=client,
        certificate_path=path,
        disable_instance_discovery=own,
        **PATIENCE,
    )
