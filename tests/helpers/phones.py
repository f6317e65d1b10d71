"""The phone of a person: a browser's half of Web Push, and the key that we are known by."""

import base64
import json

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command

from requests_app.duty.sweep.channels import unpadded

ENDPOINT = "https://hook.example/push/abc123"


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Phone:
    """A browser's half: its keys, and what it reads."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        point = self.key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self.p256dh, self.auth = text(point), text(b"0123456789abcdef")

    def read(self, body):
        auth = unpadded(self.auth)
        return json.loads(
            http_ece.decrypt(body, private_key=self.key, auth_secret=auth)
        )

    def keys(self, endpoint=ENDPOINT):
        return {"endpoint": endpoint, "p256dh": self.p256dh, "auth": self.auth}


@pytest.fixture
def key(tmp_path, settings):
    path = tmp_path / "push.pem"
    call_command("web_push_key", path)
    settings.PUSH_KEY = str(path)
    settings.ALLOWED_HOSTS = ["lockbox.stad.example", "testserver"]
    return path
