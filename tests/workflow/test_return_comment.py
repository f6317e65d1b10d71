"""Comments on a returned proposal: at what they concern, ticked off, never lost."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.html import escape

from audit_app import acting
from requests_app.cases.review.law.facts import assessment_with_texts
from requests_app.cases.review.models.decision import ReturnComment
from requests_app.cases.review.papers.decision import shown_comments
from requests_app.cases.review.steps import proposal
from requests_app.core.step import WrongState, save
from tests.helpers.passages import passages_of
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def returned(cast, about=("motivation_internal", "answer_N10"), **more):
    """A proposal that is returned with a comment at each of these."""
    subject = cast.proposed(**more)
    comments = {
        row.key: f"Kommentar om {row.about}"
        for row in passages_of(subject)
        if row.about in about
    }
    assert comments
    proposal.return_proposal(subject, by=cast.bo, comments=comments, no_conflict=True)
    return subject


def shown(subject):
    return shown_comments(subject, assessment_with_texts)


def test_each_paragraph_and_answer_can_be_commented_on(cast):
    subject = cast.proposed()
    rows = passages_of(subject)
    comments = {row.key: f"Om {number}" for number, row in enumerate(rows)}
    proposal.return_proposal(subject, by=cast.bo, comments=comments, no_conflict=True)
    found = [(row.row.about, row.row.quote.text, row.is_gone) for row in shown(subject)]
    assert found == [(row.about, row.text, False) for row in rows]
    assert {row.written_by for row in subject.return_comments.all()} == {cast.bo}
    # Wherever it can be changed, it is said there too; all of them are said above.
    client = signed_in(cast.karin)
    for step in ("assess", "propose"):
        form = client.get(step_url(subject, step)).context["form"]
        html = client.get(step_url(subject, step)).content.decode()
        for number, row in enumerate(rows):
            is_here = row.about in form.fields
            found = html.count(f">Om {number}</p>") + html.count(f"<p>Om {number}</p>")
            assert found == 1 + is_here, (step, row.about)
    case = words(client.get(page(subject)))
    assert all(f"Om {number}" in case for number in range(len(rows)))


def test_what_is_gone_when_it_is_sent_is_refused_at_its_row(cast):
    subject = cast.proposed()
    error = refused(
        ValidationError,
        proposal.return_proposal,
        subject,
        by=cast.bo,
        comments={"0123456789abcdef": "Fel stycke", "": ""},
        no_conflict=True,
    )
    assert list(error.error_dict) == ["at_0123456789abcdef"]
    url = step_url(subject, "return")
    sent = {
        "seen": subject.version,
        "no_conflict": "on",
        "comment": "",
        "at_0123456789abcdef": "Fel stycke",
        "quoted_0123456789abcdef": "Så stod det",
        "do": "1",
    }
    answer = signed_in(cast.bo).post(url, sent)
    html = answer.content.decode()
    assert answer.context["form"].errors["at_0123456789abcdef"]
    assert "Fel stycke" in html and "Så stod det" in html
    assert 'id="id_at_0123456789abcdef_error"' in html
    assert not ReturnComment.objects.exists()


def test_it_is_said_somewhere_what_is_to_be_changed(cast):
    subject = cast.proposed()
    error = refused(
        ValidationError,
        proposal.return_proposal,
        subject,
        by=cast.bo,
        comment=" ",
        no_conflict=True,
    )
    assert list(error.error_dict) == ["comment"]


def test_they_are_ticked_off_where_the_work_is_done(cast):
    subject = returned(cast)
    first, second = subject.return_comments.all()
    cast.assess(subject, settled=[second])
    second.refresh_from_db()
    assert second.settled_by == cast.karin and second.settled_at
    assert second.history.count() == 2
    cast.propose(subject, settled=[first])
    first.refresh_from_db()
    assert first.settled_by == cast.karin


def test_they_are_ticked_off_on_a_page_of_their_own(cast):
    subject = returned(cast)
    url = step_url(subject, "tick-off")
    client = signed_in(cast.karin)
    assert client.post(url, {"do": "1"}).context["form"].errors["settled"]
    every = [row.pk for row in subject.return_comments.all()]
    sent = {"do": "1", "seen": subject.version, "settled": every}
    assert client.post(url, sent).status_code == 302
    assert not subject.return_comments.filter(settled_at=None).exists()
    subject.refresh_from_db()
    refused(WrongState, proposal.tick_off, subject, by=cast.karin, settled=[])


def test_only_who_works_on_it_ticks_off(cast):
    subject = returned(cast)
    rows = list(subject.return_comments.all())
    refused(PermissionDenied, proposal.tick_off, subject, by=cast.bo, settled=rows)


def test_what_is_not_ticked_off_is_told_and_the_text_that_is_gone_is_quoted(cast):
    subject = returned(cast, about=("motivation_internal",))
    quote = subject.return_comments.first().quote.text
    client = signed_in(cast.karin)
    assert "får beslutsfattaren veta" in words(client.get(step_url(subject, "propose")))
    cast.propose(subject, motivation_internal="Helt andra skäl.")
    assert all(row.is_gone for row in shown(subject))
    decider = words(signed_in(cast.bo).get(step_url(subject, "decide")))
    assert "handläggaren inte har bockat av" in decider
    assert "Kommentar om motivation_internal" in decider and escape(quote) in decider
    assert "en text som inte finns kvar" in decider


def test_the_database_keeps_them_as_they_were_written(cast):
    subject = returned(cast)
    row, other = subject.return_comments.all()
    cast.assess(subject, settled=[row])

    def write(comment, **values):
        return lambda: save(fresh(comment), **values)

    refuses("ticked off once", write(row, settled_by=cast.karin), cast.karin)
    now = {"settled_at": acting.now()}
    refuses("own name", write(other, settled_by=cast.bo, **now), cast.karin)
    refuses("stays as it was", write(other, about="answer_N0"), cast.karin)
    other.pk, other._state.adding = None, True
    other.proposal = cast.propose(subject)
    refuses("while its proposal", other.save, cast.bo)


def test_a_proposal_taken_back_keeps_them(cast):
    subject = returned(cast)
    cast.propose(subject)
    proposal.withdraw_proposal(subject, by=cast.karin, reason="x")
    assert len(shown(subject)) == 2
