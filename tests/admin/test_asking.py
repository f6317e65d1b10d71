"""The pages of opinions, notes and files; bad files; and what was typed, given back."""

import io
import zipfile

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit_app import clock
from audit_app.models import LedgerEntry
from requests_app.background import sweep
from requests_app.forms.file_types import type_of
from requests_app.forms.step import PlainText
from requests_app.forms.uploads import LARGEST_FILE, BoundedUpload
from requests_app.models import Attachment, Content, RoleAssignment, UnsentForm
from requests_app.workflow import consultation, dialogue, stop, unsent_form
from tests.cast import MAILBOX, PASSWORD, hours
from tests.helpers.web import in_english, page, signed_in, step_url

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n..."


def asked(cast, subject, **changes):
    fields = {"question": "Vad finns i lådan?", "due_at": hours(4), **changes}
    rows = RoleAssignment.objects.filter(person=cast.ines)
    return consultation.consult(subject, by=cast.karin, people=rows, **fields)[0]


def test_the_asked_person_finds_it_and_sees_nothing_else_of_the_case(cast):
    subject = cast.assigned()
    made = asked(cast, subject)
    ines = signed_in(cast.ines)
    start = ines.get("/").content.decode()
    assert step_url(made, "answer") in start and "Vad finns i lådan?" in start
    pages = [ines.get(url) for url in (page(made), step_url(made, "answer"))]
    for told in (*(answer.content.decode() for answer in pages), start):
        for hidden in (subject.diary_number, "EXSR1", MAILBOX, "corrupted", "Mailbox"):
            assert hidden not in told
    assert ines.get(page(subject)).status_code == 404
    assert ines.get(page(made, "history")).status_code == 404
    given = {"do": "1", "opinion": "Journaler", "no_conflict": "on", "seen": "0"}
    assert ines.post(step_url(made, "answer"), given).status_code == 302
    told = signed_in(cast.bo).get(page(subject)).content.decode()
    assert "Journaler" in told and "Ines Test" in told


def test_the_objects_are_named_where_the_question_says_so_and_late_is_late(cast):
    made = asked(cast, subject := cast.assigned(), shows_objects=True)
    with clock.at(hours(5)):
        told = signed_in(cast.ines).get(page(made)).content.decode()
        assert MAILBOX in told and "tag stop" in told
        card = signed_in(cast.karin).get(page(subject)).content.decode()
        assert b"opinion is overdue" in in_english(cast.karin).get("/").content
        assert b"opinion is overdue" not in in_english(cast.ines).get("/").content
    assert "tag stop" in card[card.index('id="consultations"') :]


def send(cast, subject, name, body):
    file = SimpleUploadedFile(name, body)
    url = step_url(subject, "attach")
    return signed_in(cast.karin).post(url, {"title": "Loggen från i går", "file": file})


def packed(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    "name, body, kind",
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PNG", b"\x89PNG\r\n\x1a\n.", "image/png"),
        ("a.jpeg", b"\xff\xd8\xff.", "image/jpeg"),
        ("a.log", "Å i dag\r\n".encode("cp1252"), "text/plain"),
        ("a.eml", b"From: a@b.example\r\nSubject: x\r\n\r\nHej", "message/rfc822"),
        ("a.docx", packed("word/document.xml"), "document"),
        ("a.xlsx", packed("xl/workbook.xml"), "sheet"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le"), "outlook"),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_bytes(name, body, kind):
    found = type_of(name, body)
    assert found.fits and found.media_type.endswith(kind)
    assert not type_of("a.exe", body).fits


@pytest.mark.parametrize(
    "name, body",
    [
        ("a.pdf", b"\x89PNG\r\n\x1a\n."),
        ("a.txt", PDF),
        ("a.exe", b"MZ\x90\x00"),
        ("a.docx", packed("word/document.xml", "word/vbaProject.bin")),
        ("a.docx", packed("other.txt")),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Word"),
        ("a.txt", b"\x00\x01"),
        ("a", PDF),
        ("tom.txt", b""),
        ("stor.pdf", PDF + bytes(LARGEST_FILE)),
    ],
)
def test_a_bad_file_is_refused_and_the_title_stays(cast, name, body):
    subject = cast.assigned()
    kept = Content.objects.count()
    answer = send(cast, subject, name, body)
    assert answer.status_code == 200 and answer.context["form"].errors["file"]
    assert "Loggen från i går" in answer.content.decode()
    assert Content.objects.count() == kept


def test_a_file_is_kept_and_fetched_on_record_and_never_run(cast):
    subject = cast.assigned()
    assert send(cast, subject, "../ö <b>.pdf", PDF).status_code == 302
    made = Attachment.objects.get()
    url = reverse(
        "admin:requests_app_secrecyreview_attachment", args=[subject.pk, made.pk]
    )
    agnes = signed_in(cast.agnes)
    assert url in agnes.get(page(subject)).content.decode()
    answer = agnes.get(url)
    assert answer.content == PDF and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    line = LedgerEntry.objects.filter(event="attachment.read").get()
    assert (line.kind, line.actor_name) == ("read", "Agnes Test")
    for name in ("ines", "per", "cilla", "sam"):
        assert signed_in(getattr(cast, name)).get(url).status_code == 404, name
    other = cast.assigned(number="2")
    wrong = url.replace(f"/{subject.pk}/", f"/{other.pk}/", 1)
    assert agnes.get(wrong).status_code == 404
    assert agnes.get(page(subject, "history")).status_code == 200
    stop.stop(subject, by=cast.karin, level="yes")
    assert agnes.get(url).status_code == 404


def test_a_question_for_a_portal_is_text_to_copy(cast):
    subject = cast.assessed()
    dialogue.ask(subject, by=cast.karin, text="Vilka loggar?")
    told = signed_in(cast.karin).get(page(subject)).content.decode()
    card = told[told.index('id="dialogue"') :]
    assert '<pre class="paste">' in card and "EXSR1" in card[: card.index("</pre>")]


def test_text_from_a_word_processor_becomes_plain(cast):
    pasted = "\ufeff\u201cEtt\u201d\u00a0§\u00a05\u200b\x0bTvå\r\n\uf0b7\tTre\u00ad\u2028Fyra\x1efem"
    assert PlainText().clean(pasted) == "“Ett” § 5\nTvå\n•\tTre\nFyra-fem"


# -- What was typed ------------------------------------------------------------------


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
    url, draft = step_url(subject, "note"), UnsentForm.objects.get()
    assert draft.person == cast.karin and draft.fields["text"] == ["Ringde Ann"]
    assert set(draft.fields) == {"text", "source"}
    assert b"?draft=1" not in signed_in(cast.lena).get(url).content
    assert b"Ringde Ann" not in signed_in(cast.lena).get(url + "?draft=1").content
    client.post(answer.url, {"username": "karin", "password": PASSWORD})
    assert b"?draft=1" in client.get(url).content
    again = client.get(url + "?draft=1")
    assert b"Ringde Ann" in again.content and not again.context["form"].errors
    now = {"happened_at_0": "2026-01-02", "happened_at_1": "10:00"}
    assert client.post(url, {**words, **now, "do": "1"}).status_code == 302
    assert not UnsentForm.objects.exists()


def test_what_was_typed_can_be_thrown_away_and_goes_by_itself(cast):
    subject = cast.assigned()
    client, _ = typed_after_sign_out(cast, subject, text="x")
    client.force_login(cast.karin)
    path = {"path": step_url(subject, "note")}
    assert signed_in(cast.bo).post("/draft/forget/", path).status_code == 404
    assert client.post("/draft/forget/", path).url == path["path"]
    assert not UnsentForm.objects.exists()
    typed_after_sign_out(cast, subject, text="y")
    with clock.at(hours(24 * 6.9)):
        sweep.forget_old_unsent_forms()
        assert UnsentForm.objects.exists()
    with clock.at(hours(24 * 7.1)):
        sweep.forget_old_unsent_forms()
    assert not UnsentForm.objects.exists()


def test_nothing_is_kept_of_what_security_protection_may_cover(cast):
    subject = cast.assigned()
    _, answer = typed_after_sign_out(
        cast, subject, "assess", answer_N3="suspected", motivation_N0="Radarn"
    )
    assert not UnsentForm.objects.exists()
    typed_after_sign_out(cast, subject, "assess", answer_N3="no", motivation_N0="x")
    typed_after_sign_out(cast, subject, text="y")
    other = cast.assigned(number="2")
    typed_after_sign_out(cast, other, text="z")
    client = signed_in(cast.karin)
    ticket = client.get(step_url(subject, "note")).context["ticket"]
    assert UnsentForm.objects.count() == 3
    stop.stop(subject, by=cast.karin, level="suspected")
    assert UnsentForm.objects.get().fields["text"] == ["z"]
    client.session.flush()
    client.post(step_url(subject, "note"), {"ticket": ticket, "text": "senare"})
    assert UnsentForm.objects.count() == 1


def test_a_ticket_of_ones_own_making_keeps_nothing(cast):
    subject = cast.assigned()
    forged = signing.dumps(
        [cast.bo.pk, "/", "", 0], key="another", salt=unsent_form.SALT
    )
    for ticket in ("", "x", forged):
        _, answer = typed_after_sign_out(cast, subject, ticket=ticket, text="x")
        assert answer.url.startswith("/login/") and not UnsentForm.objects.exists()


def test_a_form_from_before_another_sign_in_is_kept_too(cast):
    from django.test import Client

    subject = cast.assigned()
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.karin)
    ticket = client.get(step_url(subject, "note")).context["ticket"]
    sent = {"ticket": ticket, "text": "Kvar", "csrfmiddlewaretoken": "a" * 64}
    answer = client.post(step_url(subject, "note"), sent)
    assert answer.status_code == 302 and answer.url == step_url(subject, "note")
    assert UnsentForm.objects.get().fields == {"text": ["Kvar"]}
    plain = client.post(step_url(subject, "note"), {"text": "x"})
    assert plain.status_code == 403


def test_a_file_that_is_too_large_fills_no_memory_and_no_disk(cast):
    subject = cast.assigned()
    answer = send(cast, subject, "stor.pdf", PDF + bytes(LARGEST_FILE))
    came = answer.wsgi_request.FILES["file"]
    assert came.size > LARGEST_FILE and not hasattr(came, "temporary_file_path")
    handler, part = BoundedUpload(), bytes(LARGEST_FILE // 25)
    handler.new_file("file", "stor.pdf", "application/pdf", None)
    passed = [handler.receive_data_chunk(part, n) for n in range(30)]
    assert passed.count(None) == 5
    told = handler.file_complete(30 * len(part))
    assert told.size == 30 * len(part) and told.read() == b""
