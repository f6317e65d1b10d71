"""What the map lacks."""

from datetime import timedelta

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from tests.helpers.web import fetch, signed_in

pytestmark = pytest.mark.django_db


def test_the_map_tells_what_it_lacks(cast):
    day = acting.today()
    with acting_as(cast.ines):
        InformationSet.objects.create(
            authority=cast.gsn, name="Bare", personal_data="none"
        )
        SecurityClassification.objects.create(
            information_set=InformationSet.objects.get(name="Logs"),
            valid_from=day - timedelta(days=2),
            confidentiality=3,
            integrity=1,
            availability=1,
            review_due=day - timedelta(days=1),
        )
        CloudObject.objects.create(
            system=CloudObject.objects.first().system,
            kind="drive",
            designation="D-1",
            external_id="drive-1",
            authority=cast.gsn,
        )
    ines = signed_in(cast.ines)
    answer, queries = fetch(ines, "/coverage/")
    assert len(queries) <= 12, queries
    named = [[gap.name for gap in kind.first] for kind in answer.context["gaps"]]
    assert named == [[], ["D-1"], ["Bare"], ["Logs"]]
    assert "Logs" in ines.get("/").content.decode()
    fetch(signed_in(cast.karin), "/coverage/", status=403)
