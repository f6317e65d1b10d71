"""The secrets that webhooks are signed with, made and sealed."""

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _


class WrongKey(Exception):
    """Sealed by an installation with another key."""


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises WrongKey where the installation's key is no longer the one it was."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise WrongKey(
            _("The webhook secret was sealed with another key: make a new one.")
        ) from error


def _box() -> Fernet:
    # Sealed with the installation's own key: the database alone does not sign.
    key = hashlib.sha256(b"lockbox webhook secrets\0" + settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key.digest()))
