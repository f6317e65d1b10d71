"""Prints the OpenAPI document of the contract API, of an installation with no name."""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockbox_site.settings")

import django

django.setup()

from requests_app.api.site import api  # noqa: E402 — it needs Django

print(json.dumps(api.served_at("https://lockbox.example.se/", ""), indent=2))
