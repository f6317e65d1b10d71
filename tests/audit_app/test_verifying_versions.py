"""The program for strangers, on versions: who signed them, and what they left."""

import re

import pytest

from audit_app.verifying.program import main
from requests_app.cases.intake.models.review import SecrecyReview
from tests.audit_app.sealed_ledger import sealed_twice
from tests.audit_app.test_verifying_dump import of, rewritten

REVIEW, REVIEWS = "requests_app_secrecyreview", "requests_app_historicalsecrecyreview"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), sealed_twice(tmp_path_factory.mktemp("w")) as w:
        w.text = w.dump.read_bytes()
        yield w


@pytest.fixture
def look(world, tmp_path, capsys):
    def look(dump):
        path = tmp_path / "changed.sql"
        path.write_bytes(dump)
        code = main(["--dump", str(path), "--key", str(world.key.public)])
        return code, capsys.readouterr().out

    return look


def middle(world):
    version = SecrecyReview.objects.using("owner").get(pk=world.review).history.all()[2]
    return lambda row: row["history_id"] == str(version.pk).encode()


def test_untouched_they_are_whole(world, look):
    code, said = look(world.text)
    assert code == 0, said


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("history_user_id", b"999999", "is signed by another"),
        ("case_officer_id", b"999999", "case_officer_id is not what this line tells"),
        ("history_date", b"2026-01-01 10:00:00+00", "has another time or reason"),
        ("history_change_reason", b"As agreed", "has another time or reason"),
    ],
)
def test_one_in_the_middle_is_compared_with_all_that_is_known(
    world, look, column, value, told
):
    changed = rewritten(
        world.text, REVIEWS, lambda row: row | {column: value}, middle(world)
    )
    code, said = look(changed)
    assert code == 1 and told in said and said.endswith("1 faults.\n"), said


def test_two_that_have_changed_places_are_told(world, look):
    review = SecrecyReview.objects.using("owner").get(pk=world.review)
    one, other = (str(row.pk).encode() for row in review.history.all()[1:3])
    places = {one: other, other: one}
    changed = rewritten(
        world.text,
        REVIEWS,
        lambda row: row | {"history_id": places[row["history_id"]]},
        lambda row: row["history_id"] in places,
    )
    code, said = look(changed)
    assert code == 1 and "is out of its place" in said, said


def test_a_password_that_nobody_chose_is_told(world, look):
    changed = rewritten(
        world.text,
        "lockbox_site_user",
        lambda row: row | {"password": b"x"},
        lambda row: row["username"] == b"bo",
    )
    code, said = look(changed)
    assert code == 1 and "password is not what this line tells" in said, said


def test_a_table_without_the_trigger_is_compared_and_told(world, look):
    trigger = rb"CREATE CONSTRAINT TRIGGER audit_history [^;]* ON public\.%s [^;]*;\n"
    without, times = re.subn(trigger % REVIEW.encode(), b"", world.text)
    assert times == 1
    changed = rewritten(
        without, REVIEW, lambda row: row | {"status": b"x"}, of(world.review)
    )
    code, said = look(changed)
    assert code == 1 and said.endswith("2 faults.\n"), said
    assert "status is not what this line tells" in said
    assert f"{REVIEW} is held to {REVIEWS} by no trigger" in said
