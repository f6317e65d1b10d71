"""What was typed is kept for its author, and given back."""

import pytest
from django.core import signing
from django.test import Client

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.review import ListedReview
from requests_app.cases.review.steps import afterwards
from requests_app.core import drafts
from requests_app.core.people.models import Draft
from requests_app.oversight.models import Deviation, IncidentDuty
from requests_app.oversight.steps import acts
from tests.cast import PASSWORD, hours
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db


def typed_after_sign_out(cast, subject, step="note", **fields):
    """The form is opened, the sign-in runs out, and the form is sent."""
    client = signed_in(cast.karin)
    form = client.get(step_url(subject, step))
    ticket = form.context["ticket"]
    client.session.flush()
    sent = {"ticket": ticket, "do": "1", "seen": "0", **fields}
    return client, client.post(step_url(subject, step), sent)


def test_what_was_typed_is_kept_for_its_author_until_it_is_sent(cast):
    subject = cast.assigned()
    words = {"text": "Ringde Ann", "source": "Ann"}
    client, answer = typed_after_sign_out(cast, subject, **words)
    assert answer.status_code == 302 and answer.url.startswith("/login/")
    url, draft = step_url(subject, "note"), Draft.objects.get()
    assert draft.person == cast.karin and draft.fields["text"] == ["Ringde Ann"]
    assert set(draft.fields) == {"text", "source", "seen"}
    assert b"?draft=1" not in signed_in(cast.lena).get(url).content
    assert b"Ringde Ann" not in signed_in(cast.lena).get(url + "?draft=1").content
    client.post(answer.url, {"username": "karin", "password": PASSWORD})
    assert b"?draft=1" in client.get(url).content
    again = client.get(url + "?draft=1")
    assert b"Ringde Ann" in again.content and not again.context["form"].errors
    now = {"happened_at_0": "2026-01-02", "happened_at_1": "10:00"}
    assert client.post(url, {**words, **now, "do": "1"}).status_code == 302
    assert not Draft.objects.exists()


def test_what_was_typed_can_be_thrown_away_and_goes_by_itself(cast):
    subject = cast.assigned()
    client, _ = typed_after_sign_out(cast, subject, text="x")
    client.force_login(cast.karin)
    path = {"path": step_url(subject, "note")}
    assert signed_in(cast.bo).post("/drafts/forget/", path).status_code == 404
    assert client.post("/drafts/forget/", path).url == path["path"]
    assert not Draft.objects.exists()
    typed_after_sign_out(cast, subject, text="y")
    with acting.at(hours(24 * 6.9)):
        drafts.forget_old_drafts()
        assert Draft.objects.exists()
    with acting.at(hours(24 * 7.1)):
        drafts.forget_old_drafts()
    assert not Draft.objects.exists()


def test_nothing_is_kept_of_what_security_protection_may_cover(cast):
    subject = cast.assigned()
    _, answer = typed_after_sign_out(
        cast, subject, "assess", answer_N3="suspected", motivation_N0="Radarn"
    )
    assert not Draft.objects.exists()
    typed_after_sign_out(cast, subject, "assess", answer_N3="no", motivation_N0="x")
    typed_after_sign_out(cast, subject, text="y")
    other = cast.assigned(number="2")
    typed_after_sign_out(cast, other, text="z")
    client = signed_in(cast.karin)
    ticket = client.get(step_url(subject, "note")).context["ticket"]
    assert Draft.objects.count() == 3
    afterwards.stop(subject, by=cast.karin, level="suspected")
    assert Draft.objects.get().fields["text"] == ["z"]
    client.session.flush()
    client.post(step_url(subject, "note"), {"ticket": ticket, "text": "senare"})
    assert Draft.objects.count() == 1


def test_a_ticket_of_ones_own_making_keeps_nothing(cast):
    subject = cast.assigned()
    forged = signing.dumps([cast.bo.pk, "/", "", 0], key="another", salt=drafts.SALT)
    for ticket in ("", "x", forged):
        _, answer = typed_after_sign_out(cast, subject, ticket=ticket, text="x")
        assert answer.url.startswith("/login/") and not Draft.objects.exists()


def test_a_ticket_in_another_browser_writes_over_nothing(cast):
    """The finding: who has seen the page of a form filled in its owner's for a week."""
    subject = cast.assigned()
    client, _answer = typed_after_sign_out(cast, subject, text="mitt eget")
    client.force_login(cast.karin)
    url = step_url(subject, "note")
    ticket = client.get(url).context["ticket"]
    stranger = Client()
    stranger.get("/login/")
    for headers in ({}, {"X-Lockbox-Desk": "1"}):
        sent = {"ticket": ticket, "text": "inplanterat", "keep": "draft"}
        stranger.post(url, sent, headers=headers)
        assert Draft.objects.get().fields["text"] == ["mitt eget"]


def test_a_form_from_before_another_sign_in_is_kept_too(cast):
    subject = cast.assigned()
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.karin)
    ticket = client.get(step_url(subject, "note")).context["ticket"]
    sent = {"ticket": ticket, "text": "Kvar", "csrfmiddlewaretoken": "a" * 64}
    answer = client.post(step_url(subject, "note"), sent)
    assert answer.status_code == 302 and answer.url == step_url(subject, "note")
    assert Draft.objects.get().fields == {"text": ["Kvar"]}
    plain = client.post(step_url(subject, "note"), {"text": "x"})
    assert plain.status_code == 403


BY_ITSELF = {"X-Lockbox-Desk": "itself"}
TYPES = {"X-Lockbox-Desk": "1"}


@pytest.mark.parametrize("is_anew", [False, True])
def test_a_page_that_is_signed_out_keeps_only_what_is_typed_there(cast, is_anew):
    """Its sign-in has ended, or another has begun in another tab of the browser."""
    subject = cast.assessed()
    url = step_url(subject, "propose")
    client = Client(enforce_csrf_checks=is_anew)
    client.force_login(cast.karin)
    ticket = client.get(url).context["ticket"]
    if is_anew:
        client.force_login(cast.jonas)
    else:
        client.session.flush()
    typed = {"ticket": ticket, "csrfmiddlewaretoken": "a" * 64, "granted_scope": "x"}
    entries = LedgerEntry.objects.filter(event__startswith="step.").count()
    answer = client.post(url, {**typed, "keep": "look"}, headers=BY_ITSELF)
    assert answer.status_code == 401 and answer.json()["kept"] is None
    assert not Draft.objects.exists()
    answer = client.post(url, {**typed, "keep": "draft"}, headers=TYPES)
    assert answer.status_code == 401 and answer.json()["kept"] is True
    assert Draft.objects.get().person == cast.karin
    answer = client.post(url, {**typed, "keep": "draft", "ticket": ""}, headers=TYPES)
    assert answer.status_code == 401 and answer.json()["kept"] is False
    assert LedgerEntry.objects.filter(event__startswith="step.").count() == entries


@pytest.mark.parametrize("sent", [{"keep": "draft"}, {"keep": "1"}])
def test_signed_out_no_draft_is_kept_before_security_protection_is_answered(cast, sent):
    subject = cast.assigned()
    typed_after_sign_out(cast, subject, "assess", motivation_N0="Radarn", **sent)
    assert not Draft.objects.exists()
    typed_after_sign_out(
        cast, subject, "assess", motivation_N0="Radarn", answer_N3="no", **sent
    )
    assert Draft.objects.exists()


def test_what_was_typed_elsewhere_is_offered_where_one_is_signed_in_already(cast):
    subject = cast.assigned()
    here = signed_in(cast.karin)
    here.get("/")
    typed_after_sign_out(cast, subject, text="Ringde Ann")
    assert b"?draft=1" in here.get(step_url(subject, "note")).content


# Who begins what, and a field of its form.
BEGUN = {
    "breach": ("dora", "what_happened"),
    "datasubjectrequest": ("dora", "wording"),
    "disclosurerequest": ("lena", "wording"),
    "freeze": ("ivar", "reason"),
    "replayrun": ("karin", "since"),
    "contractclient": ("sam", "name"),
    "boardreport": ("lena", "meeting_on"),
    "transparencyreport": ("lena", "place"),
    "archivedelivery": ("lena", "number"),
}


@pytest.mark.parametrize("model", BEGUN)
def test_what_somebody_begins_is_kept_as_what_they_do_to_a_case(cast, model):
    who, field = BEGUN[model]
    client, url = signed_in(getattr(cast, who)), f"/requests_app/{model}/add/"
    ticket = client.get(url).context["ticket"]
    client.session.flush()
    client.post(url, {"ticket": ticket, "do": "1", field: "2026-01-31"})
    client.force_login(getattr(cast, who))
    again = client.get(url)  # at once: there is no other draft of what is not there yet
    assert again.context["draft"] and not again.context["draft_waits"]
    assert b"2026-01-31" in again.content and not again.context["form"].errors


def test_an_address_by_which_anybody_writes_in_a_channel_is_kept_nowhere(cast):
    page = signed_in(cast.per).get("/requests_app/noticechannel/add/")
    assert page.context["form"].is_secret and "ticket" not in page.context


def test_a_stop_leaves_nothing_behind_on_any_page_about_the_request(cast):
    subject = cast.answered()
    far = {"happened_at": hours(-100), "action": "x"}
    acts.record_act(subject, by=cast.karin, **far)
    about = [subject, subject.access_request, ListedReview.objects.get(pk=subject.pk)]
    about += [Deviation.objects.get(), *IncidentDuty.objects.all()]
    for row in about:
        path = step_url(row, "any")
        ticket = drafts.ticket_of(cast.karin, path, row)
        assert drafts.keep_sent(ticket, {"text": ["x"]})
    other = cast.assigned(number="EXSR2")
    path = step_url(other, "note")
    ticket = drafts.ticket_of(cast.karin, path, other)
    assert drafts.keep_sent(ticket, {"text": ["x"]})
    subject.refresh_from_db()
    afterwards.stop(subject, by=cast.lena, level="suspected")
    assert [row.path for row in Draft.objects.all()] == [path]
