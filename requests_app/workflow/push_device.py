"""How a person is reached on the phone: told, and taken back, by themselves."""

import base64
import binascii
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import PhoneNumber, PushDevice
from requests_app.models.push_device import PHONE_NUMBER
from requests_app.providers.http.addresses import Refused, place_of
from requests_app.providers.http.secrets import seal
from requests_app.workflow.machine_accounts import SWEEP
from requests_app.workflow.step import note, require, save, step

MOST_DEVICES = 10


@step
def add_device(
    person: Any, *, by: Any, name: str, endpoint: str, p256dh: str, auth: str
) -> PushDevice:
    """In one's own name only. Raises ValidationError for an address inside our network
    and for keys that are none."""
    require(by.pk == person.pk)
    try:
        host = place_of(endpoint).host
    except Refused as error:
        raise ValidationError({"endpoint": str(error)}) from error
    _refuse_no_keys(p256dh, auth)
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    if PushDevice.objects.filter(digest=digest).exists():
        raise ValidationError(_("This browser has been added already."))
    devices = PushDevice.objects.filter(person=person.pk, ended_at=None)
    if devices.count() >= MOST_DEVICES:
        raise ValidationError(_("You have as many devices as can be: end one first."))
    device = PushDevice(
        person=person,
        name=name,
        host=host,
        address_sealed=seal(endpoint),
        keys_sealed=seal(json.dumps({"p256dh": p256dh, "auth": auth})),
        digest=digest,
        made_at=clock.now(),
    )
    save(device)
    note("device.added", on=device, by=by)
    return device


def _refuse_no_keys(p256dh: str, auth: str) -> None:
    try:
        point, secret = (_decoded(text) for text in (p256dh, auth))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        if len(secret) != 16:
            raise ValueError
    except (ValueError, binascii.Error) as error:
        text = _("The browser told no keys that a notice could be sealed with.")
        raise ValidationError({"endpoint": text}) from error


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _may_end(user: Any, device: PushDevice) -> bool:
    return device.person_id == user.pk or user.username == SWEEP


def _has_ended(_user: Any, device: PushDevice) -> str:
    return _("The device has ended: add it anew.") if device.ended_at else ""


@step(may=_may_end, hindrance=_has_ended)
def end_device(device: PushDevice, *, by: Any, reason: str) -> None:
    """Nothing more is shown there."""
    save(device, ended_at=clock.now(), end_reason=reason[:60])
    note("device.ended", on=device, by=by)


@step
def tell_number(person: Any, *, by: Any, number: str) -> PhoneNumber:
    """One's own number for text messages; empty for none."""
    require(by.pk == person.pk)
    row = PhoneNumber.objects.filter(person=person.pk).first()
    row = row or PhoneNumber(person=person)
    if number:
        PHONE_NUMBER(number)
    save(row, number_sealed=seal(number) if number else "")
    note("number.told", on=row, by=by)
    return row
