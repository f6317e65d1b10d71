"""A name by which somebody tried to get in, at whichever door, as the ledger has it."""

import unicodedata
from typing import Any

from django.utils.crypto import salted_hmac

# Hexadecimal digits of the digest: as many whatever the text, and the same in the guard
# (audit_app/guards/ledger.sql).
DIGITS = 16


def tried_name(name: str, account: Any) -> dict[str, Any]:
    """The account's name, where it is one's. Any other text may be a password that was
    typed in the wrong box: of that its first letter is told, and a digest under the
    key of the installation, by which tries with the same text are seen to be the same.
    """
    if account is not None:
        return {"username": account.get_username(), "is_account": True}
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    if not text:
        return {"is_account": False}
    first = text[0] if text[0].isalnum() else ""
    typed = text.encode(errors="replace")
    digest = salted_hmac("lockbox tried name", typed, algorithm="sha256").hexdigest()
    return {"is_account": False, "tried": {"first": first, "digest": digest[:DIGITS]}}
