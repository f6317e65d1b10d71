"""/metrics and the log: for programs that watch, without a word of any case."""

import io
import json
import logging
import re
import subprocess
from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from audit_app.acting import request_id
from audit_app.models import LedgerEntry
from lockbox_site.configuration import JsonLines, version
from lockbox_site.web import TOLD
from requests_app.core.models import Heartbeat
from requests_app.desk.sweep import sweep
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-watch"
EXPRESSIONS = re.findall(
    r"^ +expr: (.*)$",
    (
        settings.BASE_DIR / "lockbox_site/deploy/prometheus/lockbox.rules.yml"
    ).read_text(),
    re.M,
)


@pytest.fixture
def scrape(settings):
    settings.METRICS_TOKEN = TOKEN

    def scrape():
        answer = Client(headers={"host": "10.0.0.7"}).get(
            "/metrics", headers={"authorization": f"Bearer {TOKEN}"}
        )
        assert answer.status_code == 200
        text = answer.content.decode()
        rows = [
            sample
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        ]
        return text, {
            (row.name.removeprefix("lockbox_"), *row.labels.values()): row.value
            for row in rows
        }

    return scrape


def test_the_example_of_alerts_names_figures_that_there_are(scrape):
    text, _rows = scrape()
    figures = set(re.findall(r"^# TYPE (\w+)", text, re.M))
    named = set(re.findall(r"\blockbox_\w+", " ".join(EXPRESSIONS)))
    assert len(named) > 5 and named <= figures


@pytest.mark.needs("promtool")
def test_prometheus_own_check_finds_nothing(scrape):
    text, _rows = scrape()
    good = promtool(text)
    assert (good.returncode, good.stderr) == (0, "")
    bad = promtool(text.replace("# HELP", "# NOTE", 1))
    assert bad.returncode != 0


def promtool(text):
    return subprocess.run(
        ["promtool", "check", "metrics"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_waits_and_what_is_in_trouble_is_counted(
    cast, scrape, django_assert_num_queries
):
    review = cast.proposed()
    sweep()
    Heartbeat.objects.filter(name="round").update(
        at=timezone.now() - timedelta(minutes=9), failures=2
    )
    text, found = scrape()
    assert found["database_up",] == 1 and found["release", version()] == 1
    assert found["round_age_seconds",] >= 540 and found["round_failures",] == 2
    assert found["reviews", "proposed"] == 1 and found["requests", "in_review"] == 1
    assert 0 < found["shortest_time_left_seconds",] <= 12 * 3600
    assert found["outbox_waiting", "answer"] == 0
    assert {name for name, *_label in found} <= set(TOLD)
    for secret in (review.diary_number, review.public_subject, cast.bo.last_name):
        assert secret and secret not in text
    with django_assert_num_queries(21):
        scrape()


def test_without_the_token_there_is_no_such_page(cast, scrape, settings):
    scrape()
    client = signed_in(cast.karin)
    for given in ("", "Bearer ", "Bearer another", f"Basic {TOKEN}"):
        assert (
            client.get("/metrics", headers={"authorization": given}).status_code == 404
        )
    settings.METRICS_TOKEN = ""
    assert (
        client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    )


def test_a_line_of_the_log_is_json_with_level_and_request():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("lockbox.test")
    logger.addHandler(handler)
    token = request_id.set("0" * 32)
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logger.exception("åäö %s", 1)
    finally:
        request_id.reset(token)
        logger.removeHandler(handler)
    (line,) = stream.getvalue().splitlines()
    told = json.loads(line)
    assert told["level"] == "ERROR" and told["request"] == "0" * 32
    assert told["message"] == "åäö 1" and "ValueError" in told["traceback"]


def test_a_sign_in_that_failed_stands_in_the_log_with_its_address(cast, caplog):
    """And without the name that was tried: it may be a password in the wrong box."""
    for _time in range(6):
        Client(REMOTE_ADDR="192.0.2.7").post(
            "/login/", {"username": "hemligt", "password": "x"}
        )
    lines = [
        row.getMessage() for row in caplog.records if "sign-in" in row.getMessage()
    ]
    assert lines == [
        *["sign-in refused from 192.0.2.7"] * 5,
        "sign-in braked from 192.0.2.7",
    ]


def test_the_proxys_number_of_a_request_stands_in_the_ledger(cast, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    number = "0123456789abcdef" * 2
    for given in (number, "<script>"):
        Client().post(
            "/login/",
            {"username": "nobody", "password": "x"},
            headers={"x-request-id": given},
        )
    first, second = LedgerEntry.objects.filter(event="user.sign_in_refused")
    assert {first.request_id, second.request_id} > {number}
    assert "<script>" not in (first.request_id, second.request_id)


def test_what_has_run_out_goes_with_the_next_round(cast):
    now = timezone.now()
    for name, age in (("old", 1), ("new", -1)):
        when = now - timedelta(days=age)
        Session.objects.create(session_key=name, session_data="", expire_date=when)
        Token.objects.create(type="at", hash=name, expires_at=when)
    sweep()
    assert [row.session_key for row in Session.objects.all()] == ["new"]
    assert [row.hash for row in Token.objects.all()] == ["new"]
