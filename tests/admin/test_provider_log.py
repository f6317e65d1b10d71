"""Logs of providers on pages: how far they are read, and what is missing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit_app import acting
from lockbox_site import watch
from requests_app.core.two_persons import RegisterChange
from requests_app.oversight.models import LogGap, LogPosition, ProviderLog
from requests_app.oversight.sweep import log_troubles, read_logs
from tests.background.test_logs import act, read
from tests.helpers.example_provider import standin
from tests.helpers.people import engage
from tests.helpers.web import fields_of, page, signed_in, step_url, upkeep_of, words

__all__ = ["standin"]

pytestmark = pytest.mark.django_db
LIST = "/requests_app/providerlog/"


@pytest.fixture
def guard(cast):
    return engage(cast, "gunilla", "information_security", cast.nis)


def gap_in(cast, standin):
    since = timezone.now() - timedelta(days=3)
    missing = [since.isoformat(), (since + timedelta(hours=5)).isoformat()]
    standin.pages = [{"acts": [act("1"), act("2")], "missing": missing}]
    read(cast)
    return LogGap.objects.get()


def test_the_list_says_how_far_each_log_is_read_and_what_is_missing(
    cast, standin, guard
):
    gap = gap_in(cast, standin)
    shown = words(signed_in(guard).get(LIST))
    assert "example" in shown
    assert 'class="field-acts">2</td>' in shown
    assert 'class="field-gaps_open">1</td>' in shown
    of_one = words(signed_in(guard).get(page(gap.log)))
    assert gap.why in of_one and page(gap) in of_one


def test_a_gap_waits_for_who_guards_and_is_explained_once(cast, standin, guard):
    gap = gap_in(cast, standin)
    (line,) = [item for item in upkeep_of(guard) if item.name == str(gap)]
    assert line.step_url == step_url(gap, "explain")
    client = signed_in(guard)
    empty = client.post(step_url(gap, "explain"), {"explanation": ""})
    assert empty.status_code == 200
    client.post(step_url(gap, "explain"), {"explanation": "Deras portal: inget."})
    gap.refresh_from_db()
    assert gap.explained_by == guard and gap.explanation.text == "Deras portal: inget."
    assert not [item for item in upkeep_of(guard) if item.name == str(gap)]
    assert "Deras portal: inget." in words(client.get(page(gap)))
    again = client.post(step_url(gap, "explain"), {"explanation": "En gång till"})
    assert again.status_code == 409
    gap.refresh_from_db()
    assert gap.explanation.text == "Deras portal: inget."


def test_who_does_not_run_the_connection_sees_no_gap(cast, standin, guard):
    gap = gap_in(cast, standin)
    assert signed_in(cast.ivar).get(page(gap)).status_code == 404
    assert signed_in(cast.karin).get(page(gap)).status_code in (403, 404)
    dpo = engage(cast, "dagmar", "dpo", cast.nis)
    assert signed_in(dpo).get(page(gap)).status_code == 200
    assert signed_in(dpo).get(step_url(gap, "explain")).status_code == 403


def test_reading_is_switched_off_by_two(cast, standin, guard):
    read(cast)
    log = ProviderLog.objects.get()
    manager = engage(cast, "nora", "it_manager", cast.nis)
    client = signed_in(manager)
    typed = fields_of(client, log, is_read="")
    client.post(page(log), {**typed, "_reason": "Den byts ut."})
    log.refresh_from_db()
    assert log.is_read
    change = RegisterChange.objects.get()
    second = engage(cast, "nisse", "it_manager", cast.nis)
    signed_in(second).post(page(change, "step", "confirm"), {"do": "1"})
    log.refresh_from_db()
    assert not log.is_read
    assert signed_in(guard).post(page(log), typed).status_code in (403, 404)


def test_a_log_that_fails_is_said_where_a_silent_provider_is(cast, standin):
    manager = engage(cast, "nora", "it_manager", cast.nis)
    standin.pages = [503]
    read_logs(cast.intake)
    (line,) = log_troubles({cast.nis.pk})
    assert "har aldrig kunnat läsas" in line and "503" in line
    assert log_troubles({cast.gsn.pk}) == []
    assert line in words(signed_in(manager).get("/"))
    assert watch.findings()["logs"].state == "ok"
    LogPosition.objects.update(failures=8)
    assert watch.findings()["logs"].state == "unreadable"
    standin.pages = [[]]
    with acting.at(timezone.now() + timedelta(hours=2)):
        read_logs(cast.intake)
    assert log_troubles() == [] and watch.findings()["logs"].state == "ok"
