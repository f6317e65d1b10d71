"""For how long a certificate of ours is good."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.providers.protocol import Standing

# As long before its end is somebody told.
TIME_TO_RENEW = timedelta(days=30)


def certificate_is_valid(path: str, name: Any = None) -> Standing:
    """Whether the first certificate of a PEM file is good for 30 days more."""
    name = name or _("Our certificate is good for 30 days more")
    try:
        certificate = x509.load_pem_x509_certificate(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        trouble = _("The certificate can not be read: %(error)s.")
        return Standing(name, trouble % {"error": type(error).__name__})
    ends, now = certificate.not_valid_after_utc, clock.now()
    day = f"{ends:%Y-%m-%d}"
    if ends <= now:
        return Standing(name, _("It ended %(day)s.") % {"day": day})
    if ends <= now + TIME_TO_RENEW:
        return Standing(name, _("It ends %(day)s: renew it.") % {"day": day})
    return Standing(name)
