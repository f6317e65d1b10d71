"""Packages published by one authority and read in elsewhere: proved, or refused."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction

from audit_app.acting import acting_as
from audit_app.verifying.program import main
from requests_app.core import two_persons
from requests_app.core.two_persons import RegisterChange
from requests_app.disclosure.publication import offered, publish, reasons_entry, revoke
from requests_app.registers.models.changes import Original, Publication
from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.models.information import InformationSet
from requests_app.registers.packages import CONTRACTS, PEOPLE, believed
from tests.helpers.ledgers import configure
from tests.helpers.packages import settled, taken
from tests.helpers.publications import believing, published, sealed_file
from tests.helpers.refusals import refused, refuses
from tests.helpers.two_persons import listed_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(settings, tmp_path):
    return configure(settings, tmp_path).public


@pytest.fixture
def elsewhere(cast, key):
    """A file of an installation of which nothing is left here but its public key."""
    with transaction.atomic():
        text = sealed_file(published(cast))
        transaction.set_rollback(True)
    assert not Publication.objects.exists()
    return text


def test_what_one_publishes_another_reads_in_as_drafts(cast, key, elsewhere):
    believing(cast, cast.gsn, key)
    package = believed(elsewhere, cast.gsn)
    assert (package.publisher, package.edition) == ("Grundskolenämnden", 1)
    with acting_as(cast.ines):
        for row in InformationSet.objects.filter(authority=cast.gsn):
            row.name = f"Egen {row.name}"
            row.save()
    before = InformationSet.objects.filter(authority=cast.gsn).count()
    rows = taken(cast.ines, cast.gsn, "information-sets", package=package)
    assert rows and all(row.state == "new" and not row.errors for row in rows)
    assert settled(cast.ivar, cast.gsn) == len(rows)
    after = InformationSet.objects.filter(authority=cast.gsn).count()
    assert after == before + len(rows)


def test_a_stranger_checks_it_without_us(elsewhere, key, tmp_path, capsys):
    path = tmp_path / "package.json"
    path.write_text(elsewhere)
    assert main(["--package", str(path), "--key", str(key)]) == 0
    assert "of Grundskolenämnden" in capsys.readouterr().out
    call_command("verify_package", str(path), "--key", str(key))
    path.write_text(elsewhere.replace('"edition": 1', '"edition": 2'))
    assert main(["--package", str(path), "--key", str(key)]) == 1
    assert "changed" in capsys.readouterr().out
    with pytest.raises(CommandError, match="changed"):
        call_command("verify_package", str(path), "--key", str(key))


def _proof(body, **more):
    return {**body, "proof": {**body["proof"], **more}}


TAMPERED = {
    "title": lambda b: {**b, "package": {**b["package"], "title": "Annat"}},
    "no proof": lambda b: {"package": b["package"]},
    "line": lambda b: _proof(b, line=b["proof"]["line"].replace("insert", "update")),
    "detail": lambda b: _proof(b, detail=b["proof"]["detail"] + " "),
    "path": lambda b: _proof(b, path=[]),
    "half": lambda b: _proof(b, leaf=None),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_has_been_changed_is_refused_in_a_sentence(cast, key, elsewhere, name):
    believing(cast, cast.gsn, key)
    changed = TAMPERED[name](json.loads(elsewhere))
    with pytest.raises(ValidationError, match="har ändrats"):
        believed(json.dumps(changed), cast.gsn)


def test_an_unknown_publisher_is_refused_in_a_sentence(cast, key, elsewhere):
    with pytest.raises(ValidationError, match="Ingen som Grundskolenämnden litar på"):
        believed(elsewhere, cast.gsn)
    row = believing(cast, cast.gsn, key, name="Någon annan")
    with pytest.raises(ValidationError, match="nyckeln är Någon annan"):
        believed(elsewhere, cast.gsn)
    row.is_active = False
    refuses("two persons", row.save, cast.per)


@pytest.mark.parametrize("name", ["assignment", "processor_agreement", "person"])
def test_a_package_that_holds_a_contract_or_names_somebody(cast, key, elsewhere, name):
    believing(cast, cast.gsn, key)
    body = json.loads(elsewhere)
    body["package"]["entries"][0]["values"][name] = "x"
    with pytest.raises(ValidationError, match="aldrig i ett paket"):
        believed(json.dumps(body), cast.gsn)


def test_nothing_that_is_published_is_ones_own(cast):
    row = published(cast, *(one.key for one in offered(cast.gsn)))
    kinds = {entry["kind"] for entry in json.loads(row.body.text)["entries"]}
    assert kinds >= {"information-sets", "delegations", "standing-assessments"}
    for word in CONTRACTS | PEOPLE:
        assert f'"{word}"' not in row.body.text
    assert "Test" not in row.body.text


def test_nobody_publishes_alone_and_not_what_is_for_others(cast):
    rows = offered(cast.gsn)
    terms = {"name": "x", "title": "X", "rows": rows}
    refused(PermissionDenied, publish, cast.gsn, by=cast.per, **terms)
    change = publish(cast.gsn, by=cast.lena, **terms)
    assert not Publication.objects.exists()
    refused(PermissionDenied, two_persons.confirm, change, by=cast.lena)
    refused(PermissionDenied, two_persons.confirm, change, by=cast.rut)
    two_persons.confirm(change, by=cast.bo)
    row = Publication.objects.get()
    row.title = "Annat"
    refuses("stays as it was", row.save, cast.lena)


def test_a_set_on_a_named_list_is_not_offered(cast):
    listed = listed_set(cast, cast.karin)
    assert listed.name not in [one.title for one in offered(cast.gsn)]


def test_reasons_are_tested_as_the_paper_of_a_stranger(cast):
    case = cast.registered()
    held = CloudObject.objects.filter(authority=cast.gsn).first()
    for text in (
        "Karin Test har prövat.",
        "Ärendet gäller 19121212-1212.",
        f"Enligt {case.diary_number} är det olämpligt.",
        f"Objektet {held.designation} lämnas inte ut.",
        "Skriv till kurator@skola.example.",
    ):
        entry = reasons_entry("Avslag", text, "OSL 10 kap. 2 a §")
        with pytest.raises(ValidationError, match="Avslag|personnummer"):
            published(cast, "none", texts=[entry])
    good = reasons_entry("Avslag", "Det är olämpligt.", "OSL 10 kap. 2 a §")
    row = published(cast, "none", texts=[good])
    assert "Det är olämpligt" in row.body.text


def test_the_same_name_again_is_a_new_edition_and_one_is_revoked_by_two(cast):
    first, second = published(cast), published(cast)
    assert (first.edition, second.edition) == (1, 2)
    change = revoke(first, by=cast.lena, reason="Fel lagrum")
    first.refresh_from_db()
    assert first.revoked_on is None
    two_persons.confirm(change, by=cast.karin)
    first.refresh_from_db()
    assert first.revoked_reason == "Fel lagrum"
    assert RegisterChange.objects.filter(confirmed_at=None).count() == 0
    assert not Original.objects.exists()
