"""Information sets read in."""

import pytest

from requests_app.registers.models.information import InformationSet
from requests_app.registers.steps import bring_in
from requests_app.registers.tables.information import REGISTERS
from tests.helpers.tables import SETS, errors_of_rows

pytestmark = pytest.mark.django_db


def test_information_sets_come_with_their_provisions(cast):
    row = "GSN;;School meals;;1.2;ordinary;nej;OSL-23-2-st1|OSL-18-8\n"
    table = REGISTERS["information-sets"]
    bring_in(SETS + row, by=cast.ines, register=table, reason="x")
    made = InformationSet.objects.get(name="School meals")
    assert made.provision_links.count() == 2
    odd = SETS + row.replace("OSL-18-8", "OSL-99-9")
    assert "OSL-99-9" in errors_of_rows("information-sets", odd, cast.ines)[0]
