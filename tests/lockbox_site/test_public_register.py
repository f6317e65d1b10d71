"""The public register holds what the public may read of each case, and no more."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.review.steps import afterwards, case, people
from tests.helpers.web import fetch, lines, signed_in, words

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:public_register")
CSV = reverse("admin:public_register_export")


def taken_out(person, **asked):
    answer = signed_in(person).get(CSV, asked)
    assert answer.status_code == 200
    text = answer.content.decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert heading == [
        *("Diarienummer", "Kom in", "Avsändare"),
        *("Offentlig ärendemening", "Status", "Beslut fattat"),
    ]
    return {row[0]: row[1:] for row in rows}


def test_it_tells_day_number_sender_and_public_subject_of_each_case(cast):
    subject = cast.decided()
    cast.new(number="UNREGISTERED")
    day = acting.today().isoformat()
    row = [day, "Microsoft", "Access", "beslutat", day]
    assert taken_out(cast.agnes) == {subject.diary_number: row}
    shown = words(signed_in(cast.lena).get(PAGE))
    for cell in (subject.diary_number, day, "Microsoft", "Access", "beslutat"):
        assert cell in shown
    # The protected subject and the outcome are nobody's to read there.
    assert "Mailbox" not in shown and "Bifall" not in shown


def test_of_a_named_list_and_of_a_stop_it_tells_number_and_day_alone(cast):
    listed, stopped = cast.assigned(number="1"), cast.assigned(number="2")
    people.close_list(listed, by=cast.bo, reason="A staff matter")
    afterwards.stop(stopped, by=cast.karin, level="yes")
    left_out = [acting.today().isoformat(), "utelämnat", "utelämnat", "", ""]
    assert taken_out(cast.lena) == {
        listed.diary_number: left_out,
        stopped.diary_number: left_out,
    }
    shown = words(signed_in(cast.lena).get(PAGE))
    assert listed.diary_number in shown and stopped.diary_number in shown
    assert "Access" not in shown and "Stoppad" not in shown
    assert shown.count("5 kap. 2 § andra stycket OSL") == 2


def test_a_case_that_ended_is_closed_and_nothing_tells_why(cast):
    subject = cast.answered("refused")
    case.close(subject, by=cast.karin)
    assert taken_out(cast.lena)[subject.diary_number][3] == "avslutat"


def test_it_is_of_one_authority_and_of_the_days_that_are_asked_for(cast):
    subject = cast.registered()
    this_day = acting.today()
    assert subject.diary_number in taken_out(cast.lena, since=this_day, until=this_day)
    yesterday = this_day - timedelta(days=1)
    assert not taken_out(cast.lena, since=yesterday, until=yesterday)
    # Another authority's is no choice of theirs.
    answer = signed_in(cast.rut).get(PAGE, {"authority": cast.gsn.pk})
    assert subject.diary_number not in words(answer)
    assert "authority" in answer.context["form"].errors
    assert signed_in(cast.rut).get(CSV, {"authority": cast.gsn.pk}).status_code == 302
    assert not taken_out(cast.rut)


@pytest.mark.parametrize(
    ("since", "until"), [("2026-02-02", "2026-02-01"), ("2024-01-01", "2026-01-01")]
)
def test_days_that_are_none_are_told_beside_the_field(cast, since, until):
    answer = signed_in(cast.lena).get(PAGE, {"since": since, "until": until})
    assert "until" in answer.context["form"].errors


def test_who_reads_it_and_who_takes_it_out_is_on_record(cast):
    cast.registered()
    signed_in(cast.lena).get(PAGE)
    taken_out(cast.agnes)
    read, out = LedgerEntry.objects.filter(
        event__startswith="public_register"
    ).order_by("id")
    assert (read.kind, read.actor_id) == ("read", cast.lena.pk)
    assert (out.kind, out.actor_id) == ("export", cast.agnes.pk)
    assert read.authority_id == out.authority_id == cast.gsn.pk


def test_a_formula_is_no_formula_in_the_file(cast):
    subject = cast.new()
    case.register(subject, by=cast.lena, public_subject="=1+1")
    assert taken_out(cast.lena)[subject.diary_number][2] == "'=1+1"


def test_it_takes_as_many_queries_however_long_it_is(cast):
    cast.registered(number="1")
    client = signed_in(cast.lena)
    fetch(client, PAGE)
    _page, one = fetch(client, PAGE)
    for number in "234":
        cast.registered(number=number)
    _page, four = fetch(client, PAGE)
    assert len(one) == len(four) <= 12, lines(four)
