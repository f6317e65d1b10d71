"""Closed cases are taken out to the archive, and its receipt is of the same package."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.sealing import keys, sealer
from audit_app.verifying.program import TakenOut as Lines
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.papers.case import documents_of
from requests_app.cases.review.steps import case
from requests_app.core.step import WrongState, as_owner
from requests_app.records.archive import standards
from requests_app.records.models import ArchiveDelivery
from requests_app.records.steps import note_receipt, take_out
from tests.helpers.ledgers import configure, nobody
from tests.helpers.refusals import fresh
from tests.helpers.tampering import behind_our_back

pytestmark = pytest.mark.django_db


def closed(cast, number="EXSR1"):
    subject = cast.answered("refused", number=number)
    case.close(subject, by=cast.karin)
    return fresh(subject)


def on_a_named_list(case):
    table = "requests_app_secrecyreview"
    behind_our_back(
        table, f"update {table} set is_named_list = true where id = %s", case.pk
    )


def unpacked(file, folder):
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    (package,) = folder.iterdir()
    return package


def test_a_closed_case_is_taken_out_whole(cast, tmp_path):
    case = closed(cast)
    out = take_out(by=cast.lena, authority=cast.gsn, number=case.diary_number)
    folder = unpacked(out.file, tmp_path)
    assert standards.faults(folder) == []
    assert folder.name == out.delivery.number
    assert standards.digest_of(folder) == out.delivery.digest
    assert out.delivery.cases == [case.pk]
    assert str(out.delivery) == case.diary_number
    assert out.delivery.files == sum(path.is_file() for path in folder.rglob("*"))


def test_its_lines_are_proved_to_a_stranger(cast, settings, tmp_path):
    configure(settings, tmp_path)
    case = closed(cast)
    while sealer.seal_round(nobody):
        pass
    out = take_out(by=cast.lena, authority=cast.gsn, number=case.diary_number)
    (path,) = unpacked(out.file, tmp_path / "out").rglob("logg.jsonl")
    lines = Lines(io.BytesIO(path.read_bytes()), keys.known_keys())
    assert lines.faults == []
    assert lines.proved == lines.rows > 20


def test_a_year_is_what_was_registered_in_it_and_is_closed(cast):
    case = closed(cast)
    closed(cast, "EXSR2")
    cast.answered(number="EXSR3")
    out = take_out(
        by=cast.lena,
        authority=cast.gsn,
        year=timezone.localtime(case.registered_at).year,
    )
    assert len(out.delivery.cases) == 2
    assert str(out.delivery) == f"GSN {timezone.localtime(case.registered_at).year}"
    with pytest.raises(ValidationError, match="Inget ärende som registrerades 2020"):
        take_out(by=cast.lena, authority=cast.gsn, year=2020)


@pytest.mark.parametrize("chosen", [{}, {"year": 2026, "number": "GSN 2026-0001"}])
def test_a_year_or_a_number(cast, chosen):
    with pytest.raises(ValidationError, match="inte båda"):
        take_out(by=cast.lena, authority=cast.gsn, **chosen)


def test_what_is_open_or_not_to_be_known_is_said_as_what_is_not_there(cast):
    open_case = cast.answered()
    listed = closed(cast, "EXSR2")
    on_a_named_list(listed)
    for number in (open_case.diary_number, listed.diary_number, "GSN 2026-9999"):
        with pytest.raises(ValidationError, match=f"Inget avslutat .* {number}"):
            take_out(by=cast.lena, authority=cast.gsn, number=number)
    assert not ArchiveDelivery.objects.exists()


def test_only_registrars_of_the_authority(cast):
    case = closed(cast)
    for person in (cast.karin, cast.rut, cast.agnes):
        with pytest.raises(PermissionDenied):
            take_out(by=person, authority=cast.gsn, number=case.diary_number)


def test_many_are_taken_out_by_the_command(cast, monkeypatch):
    case = closed(cast)
    monkeypatch.setattr("requests_app.records.steps.MOST_AT_ONCE", 0)
    with pytest.raises(WrongState, match="archive_package"):
        take_out(by=cast.lena, authority=cast.gsn, number=case.diary_number)


def test_what_was_altered_outside_is_not_delivered(cast):
    case = closed(cast)
    _label, digest = documents_of(case)[0].texts[0]
    table = "requests_app_content"
    behind_our_back(table, f"update {table} set body = 'x' where digest = %s", digest)
    with pytest.raises(WrongState, match="inte längre vad som sparades"):
        take_out(by=cast.lena, authority=cast.gsn, number=case.diary_number)


def receipt_of(delivery, **more):
    return {
        "received_by": "Kommunarkivet, Eva Ek",
        "receipt": "A 2026:17",
        "received_at": acting.now(),
        "digest": f" {delivery.digest.upper()} ",
        **more,
    }


def later(**delta):
    return acting.now() + timedelta(**delta)


@pytest.fixture
def delivery(cast):
    case = closed(cast)
    return take_out(by=cast.lena, authority=cast.gsn, number=case.diary_number).delivery


def test_the_receipt_is_noted_once(cast, delivery):
    note_receipt(delivery, by=cast.lena, **receipt_of(delivery))
    kept = fresh(delivery)
    assert (kept.received_by, kept.receipt) == ("Kommunarkivet, Eva Ek", "A 2026:17")
    with pytest.raises(WrongState, match="redan kvitterat"):
        note_receipt(kept, by=cast.lena, **receipt_of(delivery))


@pytest.mark.parametrize(
    "field, value, why",
    [
        ("digest", lambda: "0" * 64, "ett annat paket än det här"),
        ("received_at", lambda: later(days=-1), "Paketet togs ut senare"),
        ("received_at", lambda: later(days=1), "inte hänt än"),
    ],
)
def test_a_receipt_of_something_else_is_refused(cast, delivery, field, value, why):
    with pytest.raises(ValidationError, match=why) as told:
        note_receipt(delivery, by=cast.lena, **receipt_of(delivery, **{field: value()}))
    assert field in told.value.message_dict
    assert not fresh(delivery).is_received


def test_the_database_holds_what_was_delivered(cast, delivery):
    for change in ({"digest": "1" * 64}, {"cases": []}, {"year": 2026}):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            acting_as(cast.lena),
        ):
            ArchiveDelivery.objects.filter(pk=delivery.pk).update(**change)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        acting_as(cast.lena),
    ):
        ArchiveDelivery.objects.filter(pk=delivery.pk).delete()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        acting_as(cast.lena),
    ):
        delivery.receipt = "1"
        delivery.save(update_fields=["receipt"])


def command(*words, **options):
    out = io.StringIO()
    with transaction.atomic(), as_owner():
        call_command("archive_package", *words, stdout=out, **options)
    return out.getvalue()


def test_the_command_takes_out_a_year_and_looks_at_it(cast, tmp_path):
    case = closed(cast)
    on_a_named_list(closed(cast, "EXSR2"))
    said = command("GSN", year=timezone.localtime(case.registered_at).year, to=tmp_path)
    delivery = ArchiveDelivery.objects.get()
    assert len(delivery.cases) == 2 and delivery.digest in said
    folder = tmp_path / delivery.number
    assert "It is whole." in command(verify=folder)
    (folder / "extra").write_text("x")
    with pytest.raises(CommandError, match="1 faults"):
        command(verify=folder)


@pytest.mark.parametrize(
    "words, options, why",
    [
        ((), {}, "Say the authority's code"),
        (("GSN",), {}, "Say the authority's code"),
        (("GSN",), {"to": "."}, "inte båda"),
        (("XYZ",), {"to": ".", "year": 2026}, "has no authority XYZ"),
        (("GSN",), {"to": ".", "case": "GSN 1"}, "Inget avslutat ärende"),
    ],
)
def test_the_command_says_what_is_wrong(cast, words, options, why, tmp_path):
    place = {"to": tmp_path} if "to" in options else {}
    with pytest.raises(CommandError, match=why):
        command(*words, **{**options, **place})
    assert not list(tmp_path.iterdir())
    assert not SecrecyReview.objects.filter(status="closed").exists()
