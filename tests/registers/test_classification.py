"""Classifications read in: levels, days, doubles."""

from datetime import date

import pytest

from requests_app.core import two_persons
from requests_app.core.two_persons import changes_to_settle
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from requests_app.registers.steps import bring_in
from requests_app.registers.tables.information import REGISTERS
from tests.helpers.snapshot import snapshot
from tests.helpers.tables import CLASSES, SETS, errors_of_rows, look, url
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db


def test_levels_and_days_are_checked(cast):
    rows = (
        "GSN;Pupil health;2026-02-01;5;1;1;;;\n"
        "GSN;Servers;2026-13-01;1;1;1;;;\n"
        "GSN;Logs;2024-01-01;1;1;1;;;\n"
        "GSN;Logs;2026-02-01;1;1;1;;;2027-02-01\n"
    )
    told = errors_of_rows("classifications", CLASSES + rows, cast.ines)
    assert all(told[:3]) and told[3] == ""
    good = CLASSES + "GSN;Logs;2026-02-01;3;1;1;;;2027-02-01\n"
    bring_in(good, by=cast.ines, register=REGISTERS["classifications"], reason="x")
    row = SecurityClassification.objects.get(valid_from=date(2026, 2, 1))
    assert row.review_due == date(2027, 2, 1)


@pytest.mark.parametrize("level", ["5", "-1", "2,5", "hög", "", "99999999999"])
def test_a_wrong_level_is_told_and_no_row_is_read_in(cast, level):
    good = "GSN;Logs;2026-02-01;3;1;1;;;\n"
    wrong = f"GSN;Servers;2026-02-01;{level};1;1;;;\n"
    ines = signed_in(cast.ines)
    before = snapshot(ledger=False)
    told = {"text": CLASSES + good + wrong, "reason": "x", "import": "1"}
    answer = ines.post(url("classifications"), told)
    assert [row.state for row in answer.context["results"]] == ["new", "wrong"]
    assert answer.context["results"][1].errors[0].startswith("Konfidentialitet: ")
    assert snapshot(ledger=False) == before


def test_doubled_classifications_and_doubled_codes_are_told_apart(cast):
    twice = "GSN;Logs;2026-02-01;1;1;1;;;\nGSN;LOGS;2026-02-01;2;1;1;;;\n"
    first, second = errors_of_rows("classifications", CLASSES + twice, cast.ines)
    assert first == "" and "2" in second
    row = "GSN;;School meals;;1.2;ordinary;nej;OSL-18-8|OSL-18-8\n"
    bring_in(
        SETS + row, by=cast.ines, register=REGISTERS["information-sets"], reason="x"
    )
    assert InformationSet.objects.get(name="School meals").provision_links.count() == 1


def test_a_classification_in_latin_1_is_read_as_it_was_meant(cast):
    text = CLASSES + "GSN;Logs;2026-02-01;3;1;1;;Årlig översyn;\n"
    ines = signed_in(cast.ines)
    answer = look(ines, "classifications", text.encode("latin-1"))
    assert "Windows-1252" in answer.content.decode()
    told = {"text": answer.context["form"].data["text"], "reason": "x", "import": "1"}
    assert ines.post(url("classifications"), told).status_code == 302
    made = SecurityClassification.objects.get(valid_from=date(2026, 2, 1))
    assert made.reason == "Årlig översyn"


def test_a_lower_class_that_is_read_in_waits_for_a_second_person(cast):
    rows = "GSN;Logs;2026-02-01;1;1;1;;;\nGSN;Logs;2026-03-01;4;1;1;;;\n"
    terms = {"by": cast.ines, "register": REGISTERS["classifications"], "reason": "x"}
    states = [line.state for line in bring_in(CLASSES + rows, **terms)]
    assert states == ["waits", "new"]
    change = changes_to_settle(cast.ivar).get()
    assert change.reason and change.new_values["confidentiality"] == 1
    logs = InformationSet.objects.get(name="Logs").classifications
    assert not logs.filter(confidentiality=1).exists()
    two_persons.confirm(change, by=cast.ivar)
    assert logs.filter(confidentiality=1).exists()
