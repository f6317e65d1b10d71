"""The proxy's settings that are delivered: what they must never say."""

import re
from pathlib import Path

from django.urls import get_resolver, reverse

import lockbox_site
from lockbox_site import web

CONF = (Path(lockbox_site.__file__).parent / "deploy/nginx/lockbox.conf").read_text()


def test_nothing_that_is_decoded_is_sent_back_in_a_header():
    """A %0d%0a in the address would begin another."""
    sent = re.findall(r"^\s*(?:return 30\d|rewrite|add_header) .*$", CONF, re.M)
    assert sent and not [line for line in sent if re.search(r"\$(document_)?uri", line)]


def test_every_way_to_say_who_one_is_has_its_rate():
    """Each call of /sign-in/ asks the identity provider, and waits for it."""
    limited = re.search(r"location ~ (\S+) \{\s*limit_req ", CONF)
    assert limited
    names = ("admin:login", "sign_in_elsewhere", "signed_in_elsewhere", "oauth_token")
    for name in names:
        assert re.match(limited[1], reverse(name)), name


def test_every_door_for_machines_has_its_rate():
    limited = re.findall(r"location ~ (\S+) \{\s*limit_req ", CONF)
    for start in (*web.EVENTS, *map(reverse, ("add_checkpoint", "public_ledger"))):
        is_hidden = re.search(rf"location = {start} \{{[^}}]*deny all;", CONF)
        assert is_hidden or any(re.match(one, start) for one in limited), start


def test_no_address_with_a_secret_in_it_is_written_down():
    logs = re.findall(r"^\s*access_log .*$", CONF, re.M)
    assert len(logs) == CONF.count("\nserver {") == 3
    for line in logs:
        assert "if=$lockbox_is_told;" in line or line.strip() == "access_log off;"
    (untold,) = re.findall(r"\$lockbox_is_told \{\s*~(\S+) +0;", CONF)
    with_secret = [
        route
        for route in map(str, (one.pattern for one in get_resolver().url_patterns))
        if re.search(r"<\w*:?(token|secret)>", route)
    ]
    assert len(with_secret) == 2
    assert all(re.match(untold, f"/{route}") for route in with_secret), with_secret


def test_it_answers_to_its_own_name_alone():
    """The finding: whoever asked for any name was led on, or another site answered."""
    others, *own = CONF.split("\nserver {")[1:]
    assert "default_server" in others and "return 421;" in others
    assert len(own) == 2
    for server in own:
        assert "include /etc/lockbox/nginx/name.conf;" in server
        assert "server_name" not in server and "default_server" not in server


def test_visitors_of_an_upgrade_are_told_in_two_languages():
    (page,) = re.findall(r"location @away \{(.*?)\n    \}", CONF, re.S)
    assert "Retry-After" in page
    assert 'lang="sv"' in page and '<section lang="en">' in page
    assert "//" not in page.replace("<!doctype", "")
    # nginx takes no longer word.
    assert len(page.encode()) < 4096
