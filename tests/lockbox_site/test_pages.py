"""What holds for every address of the site."""

import pytest
from django.test import Client

from lockbox_site.configuration import version
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db


def test_a_shortened_address_leads_to_the_registers(cast):
    client = signed_in(cast.karin)
    for app in ("requests_app", "lockbox_site"):
        assert client.get(f"/{app}/").headers["Location"] == "/registers/"


def test_the_content_security_policy_allows_nothing_unsafe(cast):
    policy = signed_in(cast.karin).get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy


def test_each_page_says_which_release_it_is_to_who_is_signed_in(cast):
    told = f"Lockbox, version {version()}"
    assert told in words(signed_in(cast.karin).get("/"))
    assert told not in words(Client().get("/login/"))
