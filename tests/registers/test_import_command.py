"""A register filled by a process of its own, as people run it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from lockbox_site.scratch import environment
from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.models.information import InformationSet
from tests.cast import PASSWORD
from tests.helpers.tables import OBJECTS, SETS

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def run(register, file, by, *more, password=PASSWORD):
    """Its exit code and what the terminal showed."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, MANAGE, "import_register", register, file]
        + ["--by", by, "--reason", "The map", *more],
        env=environment(connection.settings_dict["NAME"]),
        stdin=child,
        stdout=child,
        stderr=child,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(child), os.O_RDWR)),
    )
    os.close(child)
    shown = ""
    while True:
        try:
            piece = os.read(parent, 1000).decode()
        except OSError:  # the terminal is gone with its process
            break
        shown += piece
        if shown.endswith("password: "):
            os.write(parent, f"{password}\n".encode())
    os.close(parent)
    return process.wait(), shown


def test_objects_and_sets_are_brought_in_by_whoever_keeps_them(cast, tmp_path):
    file = tmp_path / "objects.csv"
    rows = [f"GSN;;M365;;mailbox;T-{n};t{n}@x.example;\n" for n in range(3)]
    file.write_text(OBJECTS + "".join(rows))
    code, shown = run("objects", file, "per")
    assert code == 0, shown
    assert "3 of 3" in shown and "0 were there already" in shown
    assert CloudObject.objects.filter(designation__startswith="T-").count() == 3
    assert "3 were there already" in run("objects", file, "per")[1]

    sets = tmp_path / "sets.csv"
    sets.write_text(f"{SETS}GSN;;Library loans;;;ordinary;no;\n")
    code, shown = run("information-sets", sets, "ines")
    assert code == 0, shown
    assert InformationSet.objects.filter(name="Library loans").exists()


def test_what_can_not_be_brought_in_is_said_and_nothing_is_written(cast, tmp_path):
    file = tmp_path / "objects.csv"
    file.write_text(OBJECTS + "GSN;;M365;;mailbox;T-1;t1@x.example;\nGSN;;M36")
    code, shown = run("objects", file, "per")
    assert code != 0
    assert "row 3" in shown and "nothing has been written" in shown
    assert "password is wrong" in run("objects", file, "per", password="other")[1]
    assert "keep no rows" in run("objects", file, "karin")[1]
    assert "No such file" in run("objects", tmp_path / "gone.csv", "per")[1]
    assert not CloudObject.objects.filter(designation__startswith="T-").exists()


def test_a_register_of_systems_becomes_sets_and_classifications(cast, tmp_path):
    file = tmp_path / "systems.csv"
    head = "system;handlingstyp;process;personuppgifter;sekretess;lagrum;k;r;t;s;datum;motivering\n"
    rows = [
        "Procapita;Elevakt;3.1;special;ja;23 kap. 2 § OSL;3;2;2;1;2026-01-15;Enligt KLASSA\n",
        "Arkivet;Elevakt;3.1;special;ja;23:2;3;2;2;1;2026-01-15;Enligt KLASSA\n",
        "Procapita;Skolskjuts;3.4;ordinary;nej;;1;1;1;;2026-01-15;\n",
    ]
    file.write_text(head + "".join(rows))
    shape = ("--shape", "systems", "--authority", "GSN")
    code, shown = run("information-sets", file, "ines", *shape)
    assert code == 0, shown
    made = InformationSet.objects.get(name="Elevakt")
    assert made.description == "Procapita, Arkivet"
    codes = {link.provision.code for link in made.provision_links.all()}
    assert codes and all(code.startswith("OSL-23-2-") for code in codes)
    assert str(made.classifications.get()) == "K3 R2 T2 S1"

    file.write_text(
        head + "".join(rows).replace("3;2;2;1", "9;2;2;1").replace("Elevakt", "Ny")
    )
    code, shown = run("information-sets", file, "ines", *shape)
    assert code != 0 and "row 2" in shown
    assert not InformationSet.objects.filter(name="Ny").exists()


def test_a_file_that_was_cut_in_the_middle_says_so(cast, tmp_path):
    file = tmp_path / "objects.csv"
    file.write_text(OBJECTS + 'GSN;;M365;;mailbox;T-1;"t1@x.exa')
    code, shown = run("objects", file, "per")
    assert code != 0
    assert "filen slutar mitt i en cell" in shown


def test_a_file_that_is_no_utf_8_is_said_to_be_none(cast, tmp_path):
    file = tmp_path / "sets.csv"
    file.write_bytes(f"{SETS}GSN;;Elevvård;;;ordinary;no;\n".encode("cp1252"))
    code, shown = run("information-sets", file, "ines")
    assert code == 0 and "Windows-1252" in shown
    assert InformationSet.objects.filter(name="Elevvård").exists()
