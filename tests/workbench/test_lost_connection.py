"""The connection is lost in the middle: nobody is told "done" for what is not, nor "not
done" for what is."""

from contextlib import suppress

import pytest
from django.contrib.messages import get_messages
from django.db import Error, connection, transaction

from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.papers import render
from requests_app.cases.review.steps import decision
from requests_app.core.drafts import resubmission
from tests.helpers.others import after_commit, end_backend
from tests.helpers.web import as_read, page, signed_in, step_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anew():
    """After the test the connection is whole again."""
    yield
    connection.close()


def press_decide(cast, review):
    client = signed_in(cast.bo)
    client.raise_request_exception = False
    answer = client.post(step_url(review, "decide"), {"no_conflict": "on"})
    connection.close()
    return answer


def says_done(answer):
    return [message.level_tag for message in get_messages(answer.wsgi_request)]


def test_the_backend_ends_while_the_document_is_drawn(cast, monkeypatch, anew):
    """The finding: "The decision has been made", and there was none."""
    review = cast.proposed()
    write = render.render_to_string

    def lost(*args):
        monkeypatch.setattr(render, "render_to_string", write)
        end_backend()
        return write(*args)

    monkeypatch.setattr(render, "render_to_string", lost)
    answer = press_decide(cast, review)
    assert (answer.status_code, says_done(answer)) == (302, ["success"])
    assert Decision.objects.count() == 1
    assert SecrecyReview.objects.get().status == "decided"


@pytest.mark.parametrize("act", ["decide", "correct"])
def test_what_follows_the_commit_turns_nothing_into_a_failure(cast, act, anew):
    review = cast.decided() if act == "correct" else cast.proposed()
    client = signed_in(cast.bo)
    client.raise_request_exception = False
    # Looked at before: that writes lines of its own.
    sent = {"no_conflict": "on", "text": "x"}
    sent["as_read"] = as_read(client.get(step_url(review, act)))
    after_commit(1, end_backend)
    answer = client.post(step_url(review, act), sent)
    connection.close()
    assert (answer.status_code, says_done(answer)) == (302, ["success"])
    assert answer.url == page(review)
    assert Decision.objects.count() == 1
    assert SecrecyReview.objects.get().status == "decided"


def test_an_error_page_says_nothing_that_it_does_not_know(cast, anew):
    review = cast.proposed()
    client = signed_in(cast.bo)
    client.raise_request_exception = False
    text = "Tillägget om gallring av kopiorna saknas i förslaget."
    url = step_url(review, "return")

    def lost(execute, sql, params, many, context):
        if "requests_app_proposal" in sql and sql.startswith("UPDATE"):
            end_backend()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(lost):
        answer = client.post(url, {"no_conflict": "on", "comment": text})
    connection.close()
    shown = " ".join(answer.content.decode().split())
    assert answer.status_code == 500
    assert "titta på ärendet" in shown and "inget har ändrats" not in shown
    assert text in shown, "what was typed can be copied"
    assert SecrecyReview.objects.get().status == "proposed"


def test_a_step_that_swallows_the_loss_is_not_done(cast, anew):
    """Whatever stands in a step, Django's silent rollback is not taken for success."""
    review = cast.proposed()
    with pytest.raises(Error), acting_as(cast.bo):
        decision.decide(review, by=cast.bo, no_conflict=True)
        with suppress(Error), transaction.atomic():
            end_backend()
            Decision.objects.count()
    connection.close()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", ["client_secret", "token", "new_password1"])
def test_a_secret_is_neither_shown_nor_sent_again(rf, name):
    typed = {name: "s" * 40, "csrfmiddlewaretoken": "c" * 40, "comment": "w" * 40}
    shown = resubmission(rf.post("/oauth/token", typed), may_resend=True)
    assert not shown["can_resend"]
    assert shown["typed"] == [("comment", "w" * 40)]
