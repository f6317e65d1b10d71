"""A place to practise: what it is told, what it marks, and that nothing leaves it."""

import io
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse
from pypdf import PdfReader

from lockbox_site import configuration, practice
from lockbox_site.practice import SCHEMA
from requests_app.cases.intake.models.review import Stage
from requests_app.cases.review.papers import render
from tests import moment

CLONE = Path(__file__).resolve().parents[2]
PAGE = (
    "<html><head><title>Desk</title></head><body class='x'><h1>Desk</h1></body></html>"
)


def python(code, **variables):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=CLONE,
        env={"PATH": os.environ["PATH"], **moment.kept(), **variables},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "told",
    [
        "LOCKBOX_MAIL",
        "LOCKBOX_LEDGER_KEY",
        "LOCKBOX_SEALING_KEY",
        "LOCKBOX_PUSH_KEY",
        "LOCKBOX_OIDC_ISSUER",
        "LOCKBOX_MAILBOX",
        "AZURE_TENANT_ID",
        "APP_DATABASE_URL",
    ],
)
def test_whoever_practises_is_told_nothing_of_the_real_one(told):
    variables = {configuration.VARIABLE: "/nowhere", told: "x"}
    process = python("import lockbox_site.settings", **variables)
    assert process.returncode and f"Take away {told}." in process.stderr


def test_its_folder_is_written_from_the_root():
    process = python("import lockbox_site.settings", LOCKBOX_PRACTICE="here")
    assert process.returncode and "written from the root" in process.stderr


def test_the_mark_is_called_as_no_login():
    """What a login makes goes into the schema of its name, where there is one."""
    guide = (CLONE / "docs/installation.md").read_text()
    logins = re.findall(r"create role (\w+)", guide)
    assert "lockbox_practice" in logins and SCHEMA not in logins


WAYS = {
    "tcp": "socket.create_connection(('127.0.0.1', {port}), 3)",
    "connect": "socket.socket().connect_ex(('127.0.0.1', {port}))",
    "udp": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
    "name": "socket.getaddrinfo('example.org', 443)",
    "http": "import httpx; httpx.get('http://127.0.0.1:{port}')",
    "urllib": "import urllib.request as r; r.urlopen('http://127.0.0.1:{port}')",
    "smtp": "import smtplib; smtplib.SMTP('127.0.0.1', {port}, timeout=3)",
    "imap": "import imapclient; imapclient.IMAPClient('127.0.0.1', {port}, timeout=3)",
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out(way):
    """Real libraries, and somebody who listens: nobody knocks."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        code = WAYS[way].format(port=listener.getsockname()[1])
        shutting = (
            "from lockbox_site.configuration import shut_outside; shut_outside(); "
        )
        process = python(f"{shutting}import socket; {code}")
        assert process.returncode and "nothing goes out of it" in process.stderr
        with pytest.raises(BlockingIOError):
            listener.accept()
        # And where nothing is shut, they do.
        if way in ("tcp", "connect"):
            assert python(f"import socket; {code}").returncode == 0
            listener.accept()[0].close()


def test_a_page_says_it_at_its_top_and_in_its_title(settings):
    settings.ROOT_URLCONF = "tests.lockbox_site.practice_urls"
    response = HttpResponse(PAGE, headers={"Content-Language": "sv"})
    response.headers["Content-Length"] = str(len(PAGE))
    practice.mark(response)
    text = response.content.decode()
    assert "<title>ÖVNING · Desk</title>" in text
    assert text.index("Övning – inget här är på riktigt") < text.index("<h1>")
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert "practice.css" in text.partition("</head>")[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('attachment; filename="a.pdf"', 'attachment; filename="OVNING-a.pdf"'),
        ("attachment; filename=proof", "attachment; filename=OVNING-proof"),
        (
            "attachment; filename*=utf-8''%C3%A5.csv",
            "attachment; filename*=utf-8''OVNING-%C3%A5.csv",
        ),
    ],
)
def test_a_file_says_it_in_its_name(before, after):
    response = HttpResponse(b"x", headers={"Content-Disposition": before})
    response.headers["Content-Type"] = "application/pdf"
    practice.mark(response)
    assert response.headers["Content-Disposition"] == after


def test_a_paper_says_it_across_each_sheet(settings, laid_out):
    settings.PRACTICE = "/nowhere"
    sheets = "<p>one</p><p style='break-before: page'>two</p>"
    html = f"<html lang='sv'><head><title>x</title></head><body>{sheets}</body></html>"
    pages = PdfReader(io.BytesIO(render.pdf_of(html))).pages
    assert len(pages) == 2
    assert all("ÖVNING" in page.extract_text() for page in pages)


@pytest.mark.django_db
def test_its_numbers_are_of_no_real_series(cast, settings):
    settings.SERIES_BEGINS = "ÖVA "
    case = cast.registered()
    assert case.diary_number.startswith(f"ÖVA {case.authority.code} ")


@pytest.mark.parametrize(
    ("begun", "stage", "page"),
    [
        ("new", Stage.REGISTRATION, "register"),
        ("registered", Stage.ASSIGNMENT, "assign"),
        ("assigned", Stage.ASSESSMENT, "assess"),
        ("assessed", Stage.PROPOSAL, "propose"),
        ("proposed", Stage.DECISION, "decide"),
        ("decided", Stage.ANSWER, "confirm"),
        ("answered", Stage.ACCESS, "change"),
    ],
)
@pytest.mark.django_db
def test_the_first_case_is_led_from_stage_to_stage(cast, begun, stage, page):
    """As its own page has them: the guide knows no state of its own."""
    case = getattr(cast, begun)()
    case.access_request.refresh_from_db()
    lessons = practice.lessons(case)
    states = [lesson.state for lesson in lessons]
    assert states == ["done"] * stage + ["now"] + [""] * (len(Stage) - stage - 1)
    assert lessons[stage].address.strip("/").endswith(page)
