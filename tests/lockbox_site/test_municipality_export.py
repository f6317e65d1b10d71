"""All that one municipality has goes out whole, by itself, and is checked by a stranger;
nothing of another goes along."""

import json
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from audit_app.sealing import sealer
from lockbox_site.municipality import exported, undeclared
from requests_app.cases.review.models.decision import Proposal
from requests_app.core.municipality import Municipality
from tests.helpers.ledgers import configure, nobody
from tests.helpers.people import give
from tests.lockbox_site.test_backup_encrypted import a_key
from tests.permissions.hidden import SECRET
from tests.permissions.neighbours import neighbours

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]
OURS, THEIRS, SMALLEST = "999900-0004", "999900-0012", "999900-0020"
NUMBERS = (OURS, THEIRS, SMALLEST)


@pytest.fixture
def towns(cast, settings, tmp_path):
    """Three of them, with cases, and a ledger that is sealed."""
    cast.answered(number="SEEN1")
    neighbours(cast)
    key = configure(settings, tmp_path)
    while sealer.seal_round(nobody):
        pass
    return key


def taken_out(number, tmp_path, **whose):
    tmp_path.mkdir(exist_ok=True)
    path = tmp_path / f"{number}.tar"
    call_command("municipality_export", str(path), **whose or {"municipality": number})
    folder = tmp_path / number
    with tarfile.open(path) as tar:
        tar.extractall(folder, filter="data")
    return folder


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def whole_text(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"\n".join(path.read_bytes() for path in files).decode(errors="replace")


def by_a_stranger(folder, key):
    program = folder.parent / "verify_ledger.pyz"
    program.write_bytes(sealer.verifier())
    command = [sys.executable, program, "--whole", folder, "--key", str(key.public)]
    return subprocess.run(command, capture_output=True, text=True)


def test_each_goes_out_whole_and_nothing_of_another_with_it(towns, tmp_path):
    folders = {number: taken_out(number, tmp_path) for number in NUMBERS}
    for number, folder in folders.items():
        seen = by_a_stranger(folder, towns)
        assert seen.returncode == 0, seen.stdout + seen.stderr
        assert " 0 rows" not in seen.stdout
        names = set(Municipality.objects.values_list("organisation_number", flat=True))
        tables = "".join(
            path.read_text("utf-8") for path in (folder / "tables").iterdir()
        )
        assert not {other for other in names - {number} if other in tables}
    assert SECRET not in whole_text(folders[OURS])
    assert SECRET in whole_text(folders[THEIRS])
    assert "Karin" not in whole_text(folders[THEIRS])


def keys_in(folders):
    """By table, those of all of them."""
    keys = {}
    for folder in folders:
        for table, about in manifest_of(folder)["tables"].items():
            if not about.get("is_shared"):
                lines = (folder / about["file"]).read_text("utf-8").splitlines()
                told = [str(json.loads(line)[about["key"]]) for line in lines]
                keys.setdefault(table, []).extend(told)
    return keys


def test_nothing_is_lost_between_them(towns, tmp_path):
    """Each row of each table is in one of them, and in one alone."""
    keys = keys_in(taken_out(number, tmp_path) for number in NUMBERS)
    for model in exported():
        told = keys[model._meta.db_table]
        there = set(map(str, model._base_manager.values_list("pk", flat=True)))
        assert len(told) == len(set(told)), model
        # Accounts that sign what no person does are nobody's.
        is_machine = model._meta.label == "lockbox_site.User"
        lost = there - set(told)
        assert not lost or is_machine, (model, lost)


def test_what_is_lent_is_with_both_sides_and_each_has_its_own(cast, towns, tmp_path):
    board = Municipality.objects.get(organisation_number=THEIRS).authorities.get()
    role = give(cast, cast.dora, "dpo", board)
    for number in (OURS, THEIRS):
        folder = taken_out(number, tmp_path)
        assert by_a_stranger(folder, towns).returncode == 0
        path = folder / "tables" / "requests_app_roleassignment.jsonl"
        keys = [json.loads(line)["id"] for line in path.read_text().splitlines()]
        assert role.pk in keys
        beyond = (folder / "beyond.jsonl").read_text()
        names = {json.loads(line)["name"] for line in beyond.splitlines()}
        assert names & {str(board), "Dora Test"}
    assert (SECRET in whole_text(tmp_path / OURS)) is False


def summed_anew(folder):
    sums = folder / "SHA256SUMS"
    sums.unlink()
    paths = [path for path in folder.rglob("*") if path.is_file()]
    sums.write_text(
        "".join(
            f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
            for path in paths
        )
    )


@pytest.mark.parametrize("what", ["row", "content", "line", "more", "pointer"])
def test_what_was_touched_is_found(towns, tmp_path, what):
    folder = taken_out(OURS, tmp_path)
    review = folder / "tables" / "requests_app_secrecyreview.jsonl"
    if what == "more":
        (folder / "tables" / "stray.jsonl").write_text("{}\n")
    elif what == "row":
        review.write_text(review.read_text().replace('"status":"', '"status":"x'))
    elif what == "pointer":
        review.write_text("")
    elif what == "content":
        next((folder / "files").iterdir()).write_bytes(b"another")
    else:
        ledger = folder / "ledger.jsonl"
        lines = ledger.read_text().splitlines(keepends=True)
        ledger.write_text("".join(lines[:3] + lines[4:]))
    assert by_a_stranger(folder, towns).returncode == 1
    if what != "more":
        # Whoever makes the sums anew is found by the ledger, or by what points there.
        summed_anew(folder)
        seen = by_a_stranger(folder, towns)
        assert seen.returncode == 1, seen.stdout
        assert "as it was written" not in seen.stdout


@pytest.mark.needs("age")
def test_it_is_encrypted_as_backups_are(towns, settings, tmp_path, capsys):
    private, public = a_key(tmp_path, "ours")
    settings.BACKUP_RECIPIENTS = str(public)
    path = tmp_path / "town.tar.age"
    call_command("municipality_export", str(path), municipality=THEIRS)
    assert SECRET.encode() not in path.read_bytes()
    with pytest.raises(CommandError, match="--identity names the file with its key"):
        call_command("municipality_export", str(path), verify=True)
    call_command("municipality_export", str(path), verify=True, identity=private)
    assert "It is whole." in capsys.readouterr().out


def test_what_can_not_be_is_said(towns, tmp_path):
    path = tmp_path / "town.tar"
    with pytest.raises(CommandError, match="Say whose"):
        call_command("municipality_export", str(path))
    with pytest.raises(CommandError, match="No municipality has the number"):
        call_command("municipality_export", str(path), municipality="1")
    path.write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        call_command("municipality_export", str(path), municipality=OURS)
    assert path.read_text() == "mine"
    with pytest.raises(CommandError, match="is no such file"):
        call_command("municipality_export", str(path), verify=True)
    with pytest.raises(CommandError, match="Not a directory"):
        call_command("municipality_export", str(path / "no.tar"), municipality=OURS)


def test_every_model_says_whose_its_rows_are():
    assert undeclared() == []


def test_a_new_model_that_does_not_is_red():
    class Stray(models.Model):
        proposal = models.ForeignKey(Proposal, models.PROTECT, null=True)

        class Meta:
            app_label = "requests_app"
            db_table = "requests_app_stray"

        def __str__(self):
            return ""

    try:
        assert undeclared() == ["requests_app_stray"]
    finally:
        del apps.all_models["requests_app"]["stray"]
        apps.clear_cache()


def test_the_readme_names_every_file(towns, tmp_path):
    folder = taken_out(SMALLEST, tmp_path)
    text = Path(folder / "LAS-MIG.md").read_text("utf-8")
    assert f"Byxle {SECRET}" in text
    for path in folder.iterdir():
        assert path.name in text or path.name == "LAS-MIG.md"
