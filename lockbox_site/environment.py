"""Environment variables read as what they mean, or refused in a sentence."""

import os

from django.core.exceptions import ImproperlyConfigured

YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def flag(name: str, default: bool = False) -> bool:
    """Raises ImproperlyConfigured for anything that is neither yes nor no: what was
    meant to demand TLS must not switch it off."""
    word = os.environ.get(name, "").strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    if word:
        raise ImproperlyConfigured(f"{name} is “{word}”: write 1 for yes, 0 for no.")
    return default


def hosts(name: str, default: str) -> list[str]:
    """Host names separated by commas. Raises ImproperlyConfigured for addresses."""
    words = [word.strip() for word in os.environ.get(name, default).split(",")]
    for word in filter(None, words):
        if "/" in word or " " in word:
            raise ImproperlyConfigured(
                f"{name} holds “{word}”: write host names only, separated by commas,"
                " such as lockbox.example.se."
            )
    return [word for word in words if word]
