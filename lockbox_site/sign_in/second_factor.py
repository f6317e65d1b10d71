"""One-time codes (RFC 6238) for local accounts, where people else sign in through the
identity provider. The secret is sealed with the installation's key, and each code is
good once."""

import time

import pyotp
from django.db import transaction
from pyotp.utils import strings_equal

from audit_app.acting import acting
from audit_app.ledger import Kind, record
from lockbox_site.models import SecondFactor, User
from requests_app.providers.http.secrets import WrongKey, seal, unseal

# Seconds that a code stands for, and how many codes before and after it will do.
STEP = 30
NEAR = 1


def new_secret() -> str:
    return pyotp.random_base32()


def address(person: User, secret: str) -> str:
    """What an app for one-time codes takes in."""
    codes = pyotp.TOTP(secret, name=person.username, issuer="Lockbox")
    return codes.provisioning_uri()


def fits(secret: str, code: str) -> int | None:
    """The step whose code it is, or None."""
    now = int(time.time()) // STEP
    for step in range(now - NEAR, now + NEAR + 1):
        if strings_equal(pyotp.HOTP(secret).at(step), code):
            return step
    return None


def register(person: User, secret: str) -> None:
    """From now on this app is the person's, and no earlier one."""
    values = {"secret": seal(secret), "last_step": 0}
    with acting(person):
        SecondFactor.objects.update_or_create(person=person, defaults=values)
        record("user.second_factor_registered", by=person, on=person, kind=Kind.AUTH)


def accepts(person: User, code: str) -> bool:
    """Is it a code of the person's app that has not been used?"""
    with transaction.atomic():
        rows = SecondFactor.objects.select_for_update(of=("self",))
        row = rows.filter(person=person).first()
        if row is None:
            return False
        try:
            step = fits(unseal(row.secret), code)
        except WrongKey:
            return False
        if step is None or step <= row.last_step:
            return False
        row.last_step = step
        with acting(person):
            row.save(update_fields=["last_step"])
    return True
