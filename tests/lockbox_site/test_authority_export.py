"""All that one authority has goes out whole, by itself, and is checked by a stranger;
nothing of another of the same municipality goes along."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from audit_app.acting import acting_as
from audit_app.sealing import sealer
from lockbox_site.models import User
from lockbox_site.municipality import exported, ways_of
from requests_app.cases.intake.models.request import RequestedObject
from requests_app.cases.review.steps import case
from requests_app.core.models import Content
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority
from requests_app.core.step import as_owner
from requests_app.core.two_persons import RegisterChange, confirm, save_or_propose
from requests_app.registers.models.cloud import CloudObject, Provider, ProviderProduct
from tests.cast import LOG
from tests.helpers.ledgers import configure, nobody
from tests.lockbox_site.test_municipality_export import (
    OURS,
    by_a_stranger,
    keys_in,
    manifest_of,
    summed_anew,
    whole_text,
)
from tests.lockbox_site.test_municipality_export import taken_out as taken_out_by
from tests.permissions.hidden import SECRET, of_another_authority

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]
CODES = ("GSN", "SNC", "NIS")
# Of which rows are nobody's but its municipality's.
OF_MUNICIPALITY = (User, RegisterChange)


def sealed():
    while sealer.seal_round(nobody):
        pass


@pytest.fixture
def boards(cast, settings, tmp_path):
    """Three of a municipality, two with cases of their own, and a ledger that is
    sealed."""
    cast.answered(number="SEEN1", justification="Kråkvinkel")
    with transaction.atomic(), acting_as(cast.cilla):
        of_another_authority(cast)
    key = configure(settings, tmp_path)
    sealed()
    return key


def taken_out(code, tmp_path):
    return taken_out_by(code, tmp_path, authority=f"{OURS}/{code}")


def test_each_goes_out_whole_and_nothing_of_another_with_it(boards, tmp_path):
    folders = {code: taken_out(code, tmp_path) for code in CODES}
    for folder in folders.values():
        seen = by_a_stranger(folder, boards)
        assert seen.returncode == 0, seen.stdout + seen.stderr
    assert SECRET not in whole_text(folders["GSN"])
    assert SECRET in whole_text(folders["SNC"])
    assert "Kråkvinkel" in whole_text(folders["GSN"])
    assert "Kråkvinkel" not in whole_text(folders["SNC"])


def test_nothing_is_lost_between_them(cast, boards, tmp_path):
    """Each row of each table is in one of them; and in one alone, but for what is of a
    request that one runs and another tries."""
    keys = keys_in(taken_out(code, tmp_path) for code in CODES)
    for model in exported(Authority):
        table, ways = model._meta.db_table, ways_of(model, Authority)
        told = keys[table]
        there = set(map(str, model._base_manager.values_list("pk", flat=True)))
        is_by_agreement = len(ways) > 1 or model is Content
        assert len(told) == len(set(told)) or is_by_agreement, model
        # People are the municipality's, and so is what providers are changed to.
        lost = there - set(told)
        assert not lost or model in OF_MUNICIPALITY, (model, lost)


def test_what_no_authority_has_alone_is_named():
    """A new table that leads to a municipality and to none of its authorities is put
    here, or says whose its rows are."""
    none = {*exported()} - {*exported(Authority)}
    assert none == {Municipality, Provider, ProviderProduct}


def test_what_has_become_anothers_goes_with_that_and_is_no_fault(
    cast, boards, tmp_path
):
    subject = cast.registered(number="MOVED")
    case.reroute(subject, by=cast.lena, authority=cast.snc, reason="Theirs")
    mapped = CloudObject.objects.get(external_id=LOG)
    with acting_as(cast.per):
        change = save_or_propose(_moved(mapped, cast.snc), by=cast.per, reason="Theirs")
    assert change is None or confirm(change, by=cast.pia) is None
    assert CloudObject.objects.get(pk=mapped.pk).authority == cast.snc
    sealed()
    ours, theirs = (taken_out(code, tmp_path) for code in ("GSN", "SNC"))
    for folder in (ours, theirs):
        seen = by_a_stranger(folder, boards)
        assert seen.returncode == 0, seen.stdout + seen.stderr
    named = RequestedObject.objects.get(access_request__external_id="MOVED")
    for row in (mapped, named):
        table = row._meta.db_table
        assert str(row.pk) not in keys_in([ours])[table]
        assert str(row.pk) in keys_in([theirs])[table]
    # Taking away what is ours still is a fault.
    _without(ours, "requests_app_cloudobject")
    seen = by_a_stranger(ours, boards)
    assert "the ledger tells of it, and it is not there" in seen.stdout


def test_its_readme_names_every_file_and_what_is_not_in_it(boards, tmp_path, capsys):
    folder = taken_out("GSN", tmp_path)
    text = (folder / "LAS-MIG.md").read_text("utf-8")
    assert "# Grundskolenämnden, Exempelstad" in text
    assert "leverantörerna och" in text and "%(" not in text
    for path in folder.iterdir():
        assert path.name in text or path.name == "LAS-MIG.md"
    beyond = (folder / "beyond.jsonl").read_text("utf-8")
    names = {json.loads(line)["name"] for line in beyond.splitlines()}
    assert {"Karin Test", "Exempelstad"} <= names and "Cilla Test" not in names
    call_command("municipality_export", str(tmp_path / "GSN.tar"), verify=True)
    out = capsys.readouterr().out
    assert f"Grundskolenämnden ({OURS}/GSN)" in out and "It is whole." in out


def test_what_can_not_be_is_said(boards, tmp_path):
    path = str(tmp_path / "GSN.tar")
    with pytest.raises(CommandError, match="No authority has the code XYZ"):
        call_command("municipality_export", path, authority="XYZ")
    call_command("municipality_export", path, authority="GSN")
    options = {"manager": "per", "decision": "KF 1", "municipality": OURS}
    refused = pytest.raises(CommandError, match="The file is Grundskolenämnden's")
    with transaction.atomic(), as_owner(), refused:
        call_command("municipality_leave", path, **options)


def _moved(row, authority):
    row.authority, row.branch = authority, None
    return row


def _without(folder, table):
    """A row of it is gone, and all sums are right again."""
    manifest = manifest_of(folder)
    about = manifest["tables"][table]
    path = folder / about["file"]
    rows = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(rows[1:]), "utf-8")
    about["rows"] -= 1
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    summed_anew(folder)
