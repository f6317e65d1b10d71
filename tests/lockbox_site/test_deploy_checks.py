"""`check --deploy` and the settings: what is not as it must be is refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from lockbox_site.checks import faults_of
from lockbox_site.configuration import flag, hosts, mail_server
from tests import moment

pytestmark = pytest.mark.long

CLONE = Path(__file__).resolve().parents[2]
RECIPIENT = "age1qvy9742tzaadrw9pn6kmwe2u9sg3ztc5jy5pjvsvhajhk6ehn9rq2fjtct"
WELL = {
    "LOCKBOX_SECRET_KEY": "a-dummy-of-sufficient-length-0123456789-abcdefghijklmnop",
    "LOCKBOX_HOSTS": "lockbox.example.se",
    "LOCKBOX_PROXY": "1",
    "LOCKBOX_OIDC_ISSUER": "https://sign-in.example.se",
    "LOCKBOX_OIDC_CLIENT_ID": "lockbox",
    "LOCKBOX_OIDC_CLIENT_SECRET": "x",
    "DATABASE_URL": "postgresql://lockbox_owner@/lockbox?host=/nowhere",
    "APP_DATABASE_URL": "postgresql://lockbox_web@/lockbox?host=/nowhere",
    "AUDITOR_DATABASE_URL": "postgresql://lockbox_audit@/lockbox?host=/nowhere",
}


@pytest.fixture(autouse=True)
def at_rest(tmp_path, monkeypatch):
    """What each installation has beside it: a key for secrets, and for whom backups are."""
    (tmp_path / "sealing.key").write_text("a-dummy-of-sufficient-length-0123456789")
    (tmp_path / "sealing.key").chmod(0o600)
    (tmp_path / "backup.pub").write_text(RECIPIENT)
    monkeypatch.setitem(WELL, "LOCKBOX_SEALING_KEY", str(tmp_path / "sealing.key"))
    monkeypatch.setitem(WELL, "LOCKBOX_BACKUP_RECIPIENTS", str(tmp_path / "backup.pub"))


def said(**changes):
    """What the check says and whether it is content; None takes a variable away."""
    wanted = {name: value for name, value in {**WELL, **changes}.items() if value}
    process = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CLONE,
        env={"PATH": os.environ["PATH"], **moment.kept(), **wanted},
        capture_output=True,
        text=True,
    )
    return process.returncode, process.stderr


@pytest.mark.needs("age")
def test_each_fault_is_said(tmp_path):
    """One start of Django for all that is found by the same check."""
    status, text = said()
    assert (status, "lockbox." in text) == (0, False), text
    open_to_all = tmp_path / "azure.pem"
    open_to_all.write_text("key")
    open_to_all.chmod(0o644)
    mail = tmp_path / "mail"
    mail.write_text("smtps://lockbox:secret@mail.example.se")
    mail.chmod(0o644)
    status, text = said(
        LOCKBOX_HOSTS=None,
        LOCKBOX_PROXY=None,
        AUDITOR_DATABASE_URL=WELL["APP_DATABASE_URL"],
        LOCKBOX_SEAL_CERTIFICATE="/nowhere/seal.p12",
        AZURE_CLIENT_CERTIFICATE_PATH=str(open_to_all),
        LOCKBOX_MAIL_FROM="lockbox@example.se",
        LOCKBOX_MAIL_FILE=str(mail),
        LOCKBOX_OKTA_TOKEN_FILE=str(mail),
    )
    assert status == 1
    assert "E002) The auditor has a login of its own; “lockbox_web” is" in text
    assert "E003) LOCKBOX_HOSTS is not set" in text
    assert "W001) LOCKBOX_PROXY is not 1" in text
    assert (
        "LOCKBOX_SEAL_CERTIFICATE: /nowhere/seal.p12 can not be read: No such" in text
    )
    assert f"AZURE_CLIENT_CERTIFICATE_PATH: {open_to_all} is open to others" in text
    for name in ("LOCKBOX_MAIL_FILE", "LOCKBOX_OKTA_TOKEN_FILE"):
        assert f"{name}: {mail} is open to others" in text


def test_a_password_alone_is_an_error():
    status, text = said(LOCKBOX_OIDC_ISSUER=None)
    assert status == 1
    assert "E009) LOCKBOX_OIDC_ISSUER is not set: everybody signs in with" in text


@pytest.mark.needs("age")
def test_what_lies_on_a_disk_in_clear_is_an_error(tmp_path):
    status, text = said(LOCKBOX_SEALING_KEY=None, LOCKBOX_BACKUP_RECIPIENTS=None)
    assert status == 1
    assert "E010) LOCKBOX_SEALING_KEY names no file" in text
    assert "E011) LOCKBOX_BACKUP_RECIPIENTS names no file: backups are not" in text
    (tmp_path / "short").write_text("x")
    (tmp_path / "private").write_text("AGE-SECRET-KEY-1XX")
    status, text = said(
        LOCKBOX_SEALING_KEY=str(tmp_path / "short"),
        LOCKBOX_BACKUP_RECIPIENTS=str(tmp_path / "private"),
    )
    assert status == 1 and "E010) LOCKBOX_SEALING_KEY:" in text
    assert "E012) LOCKBOX_BACKUP_RECIPIENTS: no backup can be made:" in text


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("LOCKBOX_HTTPS", "ja", "LOCKBOX_HTTPS is “ja”: write 1 for yes, 0 for no."),
        ("LOCKBOX_HOSTS", "https://a.example", "write host names only"),
        ("LOCKBOX_MAIL", "smtp://a:b@mail.example", "would go over in the clear"),
        ("LOCKBOX_MAIL", "mail.example.se:25", "LOCKBOX_MAIL is a mail server"),
        ("LOCKBOX_MAIL", "smtp://mail.example.se", "LOCKBOX_MAIL_FROM is not set"),
        ("APP_DATABASE_URL", "postgresql://a:b/c@h/d", "with % / ? @ in a password"),
    ],
)
def test_what_can_not_be_meant_is_refused(name, value, refusal):
    status, text = said(**{name: value})
    assert status == 1 and refusal in text and "Traceback" not in text


@pytest.mark.parametrize("word", ["true", "1", "Yes", " on "])
def test_a_yes_is_a_yes(monkeypatch, word):
    """The finding: `true` switched the demand for TLS off."""
    monkeypatch.setenv("LOCKBOX_HTTPS", word)
    assert flag("LOCKBOX_HTTPS")
    monkeypatch.setenv("LOCKBOX_HTTPS", "off")
    assert not flag("LOCKBOX_HTTPS", default=True)
    monkeypatch.setenv("LOCKBOX_HOSTS", "a.example, b.example,")
    assert hosts("LOCKBOX_HOSTS", "") == ["a.example", "b.example"]


def test_a_mail_server_is_read_with_its_port_and_its_password(monkeypatch, tmp_path):
    assert mail_server("LOCKBOX_MAIL") == {}
    monkeypatch.setenv("LOCKBOX_MAIL", "smtp+tls://a%40b:p%2Fw@mail.example")
    found = mail_server("LOCKBOX_MAIL")
    assert (found["port"], found["use_tls"], found["use_ssl"]) == (587, True, False)
    assert (found["username"], found["password"]) == ("a@b", "p/w")
    (tmp_path / "mail").write_text("smtps://mail.example:2465\n")
    monkeypatch.setenv("LOCKBOX_MAIL_FILE", str(tmp_path / "mail"))
    found = mail_server("LOCKBOX_MAIL")
    assert (found["port"], found["use_ssl"]) == (2465, True)


def test_mail_may_go_into_files_to_try_it_out(monkeypatch):
    monkeypatch.setenv("LOCKBOX_MAIL", "file:///home/my%20mail")
    assert mail_server("LOCKBOX_MAIL")["file_path"] == "/home/my mail"
    for wrong in ("file://elsewhere/mail", "file:"):
        monkeypatch.setenv("LOCKBOX_MAIL", wrong)
        with pytest.raises(ImproperlyConfigured):
            mail_server("LOCKBOX_MAIL")


ON_ALL = pytest.mark.django_db(databases=["default", "auditor"])


@ON_ALL
def test_the_owners_login_is_not_the_applications():
    """The tests' own login owns the database, and only takes on the role."""
    (fault,) = faults_of("default")
    assert "login lockbox_owner owns the database" in fault
    assert "owns the database" in faults_of("auditor")[0]


@ON_ALL
def test_a_login_that_is_refused_is_said(monkeypatch):
    connections["auditor"].close()
    monkeypatch.setitem(connections["auditor"].settings_dict, "PORT", "1")
    (fault,) = faults_of("auditor")
    assert fault.startswith("auditor: no connection: ")
