"""Personal data in texts of a case: corrected (GDPR 16) and restricted (18), while what
was kept can still be proved; whoever was given them before is told (19)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from audit_app import acting
from audit_app.models import LedgerEntry
from audit_app.personal_numbers import MASK
from requests_app.cases.intake.models.file import FileNote
from requests_app.cases.intake.steps import dialogue, file
from requests_app.cases.review.models.masks import MaskedText, TextMask
from requests_app.cases.review.steps import afterwards
from requests_app.core.models import Content, as_text
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import everything_for
from requests_app.desk.search import search
from requests_app.disclosure.steps.request import lift_restriction, tell_recipient
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.text_masks import corrected, holding, restricted
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db
WRONG, RIGHT = "Wronglind Kvarnqvist", "Rättlund Kvarnström"


def noted(cast, text=f"Ringde: {WRONG} hör av sig i morgon.", **more):
    case = cast.assigned(**more)
    file.make_note(case, by=cast.karin, text=text, source="", happened_at=acting.now())
    return case


def test_a_corrected_text_reads_with_the_right_words_and_keeps_what_was(cast):
    case = noted(cast)
    kept = FileNote.objects.get(review=case).text
    mask = corrected(case, WRONG, RIGHT, by=cast.lena)
    text = fresh(kept).text
    assert WRONG not in text and f"[rättat {acting.today()}: {RIGHT}]" in text
    assert WRONG in as_text(fresh(kept).original)
    assert fresh(kept).is_intact and mask.stands
    assert LedgerEntry.objects.filter(event="text_mask.corrected").exists()


def test_the_wrong_words_go_wherever_a_line_breaks_and_nothing_else_does(cast):
    case = noted(cast, "wronglind\nKVARNQVISTS bil. Sandwronglind Kvarnqvist.")
    corrected(case, WRONG, by=cast.karin)
    text = FileNote.objects.get(review=case).text.text
    assert text == f"[rättat {acting.today()}]S bil. Sandwronglind Kvarnqvist."


def test_a_search_finds_the_right_words_and_not_the_wrong_ones(cast):
    case = noted(cast)
    assert search(cast.karin, "Kvarnqvist").hits
    corrected(case, WRONG, RIGHT, by=cast.lena)
    assert not search(cast.karin, "Kvarnqvist").hits
    hit = search(cast.karin, "Kvarnström").hits[0]
    assert hit.review == case and "Kvarnström" in hit.excerpt
    assert search(cast.karin, "Ringde").hits and WRONG not in str(
        search(cast.karin, "Ringde").hits
    )


def test_a_text_is_corrected_twice(cast):
    case = noted(cast)
    corrected(case, WRONG, RIGHT, by=cast.lena)
    digests = holding(case, RIGHT)
    corrected(case, RIGHT, "Lind", by=cast.lena, texts=digests)
    text = FileNote.objects.get(review=case).text.text
    assert RIGHT not in text and WRONG not in text and "Lind" in text
    assert not search(cast.karin, "Kvarnström").hits


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("words", {"words": "Nobody Atall"}),
        ("right", {"right": f"{WRONG} junior"}),
        ("ground", {"ground": f"Heter inte {WRONG}."}),
        ("texts", {"texts": ["f" * 64]}),
        ("texts", {"texts": []}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(cast, field, values):
    case, values = noted(cast), dict(values)
    sought = values.pop("words", WRONG)
    values = {"texts": holding(case, WRONG), **values}
    with pytest.raises(ValidationError) as error:
        corrected(case, sought, by=cast.lena, **values)
    assert set(error.value.error_dict) == {field}
    assert not TextMask.objects.exists()


def correct_as(case, *, by):
    corrected(case, WRONG, RIGHT, by=by)


def test_whoever_does_not_read_the_case_corrects_nothing(cast):
    case = noted(cast)
    for person in (cast.dora,):
        refused(PermissionDenied, correct_as, case, by=person)


def correct_restricted(case, *, by):
    corrected(case, "Begränsad", by=by)


def test_a_restricted_text_is_read_with_a_basis_until_the_person_is_told(cast):
    case = noted(cast)
    mask = restricted(case, WRONG, by=cast.lena)
    note = FileNote.objects.get(review=case).text
    assert WRONG not in note.text and "artikel 18" in note.text
    assert WRONG not in words(signed_in(cast.karin).get(page(case)))
    refused(ValidationError, correct_restricted, case, by=cast.lena)
    for day in (acting.today() + timedelta(1), acting.today() - timedelta(1)):
        values = {"reason": "Utrett", "subject_told_on": day}
        refused(ValidationError, lift_restriction, fresh(mask), by=cast.lena, **values)
    lift_restriction(
        fresh(mask), by=cast.lena, reason="Utrett", subject_told_on=acting.today()
    )
    assert WRONG in fresh(note).text
    again = {"reason": "Utrett", "subject_told_on": acting.today()}
    refused(WrongState, lift_restriction, fresh(mask), by=cast.lena, **again)


def test_what_was_corrected_stays_so_below_a_restriction(cast):
    case = noted(cast)
    corrected(case, WRONG, RIGHT, by=cast.lena)
    mask = restricted(case, RIGHT, by=cast.lena)
    lift_restriction(
        fresh(mask), by=cast.lena, reason="Utrett", subject_told_on=acting.today()
    )
    text = FileNote.objects.get(review=case).text.text
    assert RIGHT in text and WRONG not in text


def test_what_was_kept_is_read_with_a_basis_that_is_recorded(cast):
    case = noted(cast)
    mask = corrected(case, WRONG, RIGHT, by=cast.lena)
    url = page(mask).replace("/change/", "/original/")
    client = signed_in(cast.agnes)
    assert WRONG not in words(client.get(url))
    assert WRONG not in words(client.post(url, {"basis": ""}))
    reads = LedgerEntry.objects.filter(event="text_mask.original_read")
    assert not reads.exists()
    basis = "Klagomål till IMY av 121212-1212"
    assert WRONG in words(client.post(url, {"basis": basis}))
    assert reads.get().facts["basis"] == f"Klagomål till IMY av {MASK}"
    assert signed_in(cast.karin).get(url).status_code == 403


def test_whoever_was_given_the_words_is_to_be_told_and_ticked_off(cast):
    case = cast.assigned()
    dialogue.ask(fresh(case), by=cast.karin, text=f"Gäller det {WRONG}?")
    refusal = refused(ValidationError, correct_unknowing, case, by=cast.lena)
    provider = case.access_request.connection.product.provider.name
    assert provider in str(refusal.error_dict["is_known"])
    mask = corrected(case, WRONG, RIGHT, by=cast.lena)
    notice = mask.notices.get()
    assert notice.recipient == provider and notice.told_at is None
    task = next(row for row in everything_for(cast.lena) if "tell" in row.step_url)
    assert provider in task.name
    assert provider in words(signed_in(cast.lena).get(page(mask)))
    tell_recipient(fresh(mask), by=cast.lena, notice=notice, how="E-post till dem")
    assert fresh(notice).told_by == cast.lena
    assert not any("tell" in row.step_url for row in everything_for(cast.lena))
    shown = words(signed_in(cast.lena).get(page(mask)))
    assert "E-post till dem" in shown and "&lt;time" not in shown
    paste = signed_in(cast.karin).get(page(case)).content.decode()
    copied = paste.split('<pre class="paste"')[1].split("</pre>")[0]
    assert RIGHT in copied and str(cast.lena) not in copied
    refuses("told once", lambda: notice.save(), cast.bo)


def correct_unknowing(case, *, by):
    corrected(case, WRONG, RIGHT, by=by, is_known=False)


def test_a_stopped_case_is_corrected_by_nobody_and_the_request_says_so(cast):
    case = noted(cast)
    afterwards.stop(fresh(case), by=cast.karin, level="suspected")
    refused(PermissionDenied, correct_as, case, by=cast.lena)
    asked = asked_by_a_data_subject(cast, kind="rectification")
    url = reverse("admin:requests_app_datasubjectrequest_mask", args=[asked.pk])
    shown = words(signed_in(cast.lena).post(url, {"number": case.diary_number}))
    assert "stoppat ärende" in shown


def test_the_form_says_beside_its_field_what_is_wrong_and_keeps_what_was_typed(cast):
    case = noted(cast)
    client = signed_in(cast.lena)
    url = step_url(case, "correct-data")
    typed = {"texts": holding(case, WRONG), "words": "Finns Inte", "ground": "Pass."}
    response = client.post(url, {**typed, "seen": fresh(case).version, "do": "1"})
    assert "Orden står inte i" in words(response)
    assert "Finns Inte" in response.content.decode()


def test_the_database_masks_no_text_otherwise_than_its_mask_says(cast):
    case = noted(cast)
    mask = corrected(case, WRONG, RIGHT, by=cast.lena)
    row = mask.texts.get()
    original, other = row.original_id, row.reads_id
    texts = Content.objects
    for match, act in (
        ("newest mask", lambda: texts.filter(pk=original).update(reads_as=None)),
        ("newest mask", lambda: texts.filter(pk=other).update(reads_as=original)),
        ("stays as it was", lambda: texts.filter(pk=original).update(stored=b"x")),
        ("", lambda: texts.filter(pk=original).delete()),
        ("", lambda: MaskedText.objects.filter(pk=row.pk).delete()),
    ):
        refuses(match, act, cast.lena)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_was_kept_agrees_with_the_record_all_the_same(cast):
    case = noted(cast)
    corrected(case, WRONG, RIGHT, by=cast.lena)
    mask = restricted(case, RIGHT, by=cast.lena)
    lift_restriction(
        fresh(mask), by=cast.lena, reason="Utrett", subject_told_on=acting.today()
    )
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(
            "select * from lockbox_altered(%s, %s)", [case.access_request_id, [case.pk]]
        )
        assert cursor.fetchall() == []
    assert all(content.is_intact for content in Content.objects.all())
    call_command("check_record")
