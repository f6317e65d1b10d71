"""The proxy's settings that are delivered: what they must never say."""

import re
from pathlib import Path

import lockbox_site

CONF = (Path(lockbox_site.__file__).parent / "deploy/nginx/lockbox.conf").read_text()


def test_nothing_that_is_decoded_is_sent_back_in_a_header():
    """A %0d%0a in the address would begin another."""
    sent = re.findall(r"^\s*(?:return 30\d|rewrite|add_header) .*$", CONF, re.M)
    assert sent and not [line for line in sent if re.search(r"\$(document_)?uri", line)]


def test_no_link_by_which_somebody_chooses_a_password_is_written_down():
    logs = re.findall(r"^\s*access_log .*$", CONF, re.M)
    assert len(logs) == CONF.count("\nserver {") == 2
    assert all("if=$lockbox_is_told;" in line for line in logs)
    assert re.search(r"\$lockbox_is_told \{\s*~\^/password/ 0;", CONF)
