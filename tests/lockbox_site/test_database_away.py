"""While the database is away a page says so, that nothing was changed and when to try
again; machines get the same in JSON."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def away(cast, monkeypatch):
    """Nobody listens where it was."""
    client = signed_in(cast.bo)
    client.raise_request_exception = False
    review = cast.proposed()
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", "1")
        yield client, review
        connection.close()


def words_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("path", ["/", "/login/", "/search/?q=x"])
def test_a_page_is_503_and_says_that_nothing_was_changed(away, path):
    answer = away[0].get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    shown = words_of(answer)
    assert "Databasen svarar inte. Inget har ändrats" in shown
    assert "inte känt" not in shown and "Det tog för lång tid" not in shown


def test_what_was_typed_before_any_write_is_kept(away):
    client, review = away
    bare = Client(raise_request_exception=False)
    bare.cookies = client.cookies
    text = "Tillägget om gallring saknas."
    answer = bare.post(step_url(review, "return"), {"comment": text})
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert "Inget har ändrats" in words_of(answer) and text in words_of(answer)


def test_a_reader_whose_connection_is_lost_midway_has_changed_nothing(cast):
    client = signed_in(cast.bo)
    client.raise_request_exception = False

    def lost(execute, sql, params, many, context):
        raise OperationalError("the connection is lost")

    with connection.execute_wrapper(lost):
        answer = client.get("/")
    assert answer.status_code == 503


def test_a_machine_is_told_in_json(away):
    answer = Client(raise_request_exception=False).get("/api/v1/requests")
    assert answer.status_code == 503 and "Retry-After" in answer.headers
