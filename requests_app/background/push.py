"""Notices to phones through their browsers (Web Push): sealed for the one browser
(RFC 8291), signed by our own key (RFC 8292), by no third party's account."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.conf import settings
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.jwk import ECKey

from audit_app import clock
from requests_app.background.channels import NotDelivered
from requests_app.models import PushDevice
from requests_app.providers.http import push_key, sending
from requests_app.providers.http.addresses import Refused
from requests_app.providers.http.secrets import WrongKey, unseal
from requests_app.providers.protocol import Unreachable
from requests_app.selectors.addresses import link_to
from requests_app.workflow.machine_accounts import SWEEP, machine_account
from requests_app.workflow.push_device import end_device

# What a push service answers of a browser that no longer wants anything.
GONE = (404, 410)


def show_on_devices(person: Any, message: Any) -> None:
    """On each of the person's devices. Raises NotDelivered where none took it, and
    Unreachable where no service was reached."""
    troubles: list[Exception] = []
    taken = 0
    for device in PushDevice.objects.filter(person=person.pk, ended_at=None):
        try:
            _show(device, message)
            taken += 1
        except (NotDelivered, Refused, WrongKey, Unreachable) as error:
            troubles.append(error)
    if not taken:
        raise troubles[0] if troubles else NotDelivered(_("No device is left."))


def _show(device: PushDevice, message: Any) -> None:
    url = unseal(device.address_sealed)
    keys = json.loads(unseal(device.keys_sealed))
    body = sealed(_body(message), keys["p256dh"], keys["auth"])
    address = sending.public_address(url)
    reply = sending.post(url, address, body, _headers(url, message))
    if reply.status in GONE:
        reason = _("The browser no longer takes notices.")
        end_device(device, by=machine_account(SWEEP), reason=str(reason))
    if not 200 <= reply.status < 300:
        raise NotDelivered(f"HTTP {reply.status}")


def _body(message: Any) -> bytes:
    link = link_to(message.item) if message.taken_by else message.take_link
    shown = {
        "title": message.title,
        "body": message.doubt,
        "link": link,
        "tag": hashlib.sha256(message.item.encode()).hexdigest()[:32],
    }
    return json.dumps(shown, ensure_ascii=False).encode()


def sealed(body: bytes, p256dh: str, auth: str, **fixed: Any) -> bytes:
    """For one browser alone (RFC 8291). `fixed`: salt and key, where they are known."""
    ours = fixed.pop("private_key", None) or ec.generate_private_key(ec.SECP256R1())
    return http_ece.encrypt(
        body, private_key=ours, dh=unpadded(p256dh), auth_secret=unpadded(auth), **fixed
    )


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _headers(url: str, message: Any) -> dict[str, str]:
    left = max(int((message.ends_at - clock.now()).total_seconds()), 60)
    return {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(left),
        "Urgency": "high",
        # A newer notice of the same takes the older one's place with the service.
        "Topic": hashlib.sha256(message.item.encode()).hexdigest()[:32],
        "Authorization": _vapid(url),
    }


def _vapid(url: str) -> str:
    try:
        key = push_key.private_key()
    except push_key.NoKey as error:
        raise NotDelivered(str(error)) from error
    parts = urlsplit(url)
    expires = clock.now() + timedelta(hours=12)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(expires.timestamp()),
        "sub": f"mailto:{settings.MAIL_FROM}" if settings.MAIL_FROM else link_to("/"),
    }
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    token = jwt.encode({"alg": "ES256"}, claims, ECKey.import_key(pem))
    return f"vapid t={token}, k={push_key.public_key()}"
