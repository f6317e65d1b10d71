"""How the invented city comes about, and what of it may wait."""

import builtins
import io

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connections

from audit_app import acting
from lockbox_site import processes
from lockbox_site.demo import city
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.cases.review.steps import decision


class Terminal(io.StringIO):
    def isatty(self):
        return True


def followed(stream, total):
    turns = []
    work = (turns.append(number) for number in range(total))
    processes.follow(work, total, "Building", OutputWrapper(stream))
    assert turns == list(range(total))
    return stream.getvalue()


def test_in_a_pipe_each_quarter_is_a_line():
    text = followed(io.StringIO(), 9)
    assert text == (
        "Building: 3 of 9\nBuilding: 5 of 9\nBuilding: 7 of 9\nBuilding: 9 of 9\n"
    )
    assert followed(io.StringIO(), 1) == "Building: 1 of 1\n"


def test_on_a_terminal_one_line_is_drawn_over_and_wiped_in_the_end():
    drawn = followed(Terminal(), 2).split("\r\033[K")
    assert drawn == ["", "Building: 1 of 2", "Building: 2 of 2", ""]


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_city_that_was_broken_off_is_not_taken_for_whole(cast, settings):
    settings.LOCAL = True
    with pytest.raises(CommandError, match="make destroy"):
        call_command("demo")


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_clock_that_a_killed_demo_left_set_is_set_no_more_at_the_next_start():
    count = "select count(*) from audit_app_setclock"
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into audit_app_setclock default values")
        acting.set_no_more()
        cursor.execute(count)
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(databases=["default", "owner"])
def test_documents_left_for_later_are_as_if_drawn_up_with_the_decision(cast):
    made = decision.decide(cast.proposed(), by=cast.bo, no_conflict=True)
    assert not made.documents.exists()
    city.draw_up()
    rows = made.documents.all()
    assert {row.version for row in rows} == set(DecisionDocument.Version.values)
    assert {row.made_at for row in rows} == {made.decided_at}
    assert {row.history.get().history_user for row in rows} == {str(cast.bo)}


@pytest.mark.django_db(databases=["default", "owner"])
def test_whoever_stops_waits_for_no_more_than_the_document_being_drawn(cast):
    made = decision.decide(cast.proposed(), by=cast.bo, no_conflict=True)
    with pytest.raises(KeyboardInterrupt):
        city.draw_up(interrupted)
    assert not made.documents.exists()


def interrupted():
    raise KeyboardInterrupt


def without_pango(name, *args, real=builtins.__import__, **kwargs):
    if name == "weasyprint":
        print("WeasyPrint could not import some external libraries.")
        raise OSError("cannot load library 'libpango-1.0-0'")
    return real(name, *args, **kwargs)


def test_what_the_machine_lacks_for_documents_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(city, "find_library", lambda name: f"lib{name}.so.0")
    assert city.hindrance() == ""
    monkeypatch.setattr(city, "find_library", lambda _name: None)
    assert "apt-get install libharfbuzz-subset0" in city.hindrance()
    monkeypatch.setattr("builtins.__import__", without_pango)
    assert "apt-get install libpango-1.0-0" in city.hindrance()
    assert capsys.readouterr().out == ""
