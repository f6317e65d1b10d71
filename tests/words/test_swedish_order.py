"""å, ä and ö end the alphabet, whatever the database knows of languages."""

import pytest
from django.db import connection
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.cases.review.forms.people import RerouteForm, RouteForm
from requests_app.core.step import machine_account
from requests_app.core.words.texts import by_name
from requests_app.registers.models.cloud import CloudObject, CloudSystem
from requests_app.registers.models.information import InformationSet
from tests.helpers.engagement import add_authority
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db

NAMES = ("Övrigt", "Ärenden", "Zoo", "Åtgärder", "elevhälsa", "Évenemang", "Ånga")
SORTED = ["elevhälsa", "Évenemang", "Zoo", "Ånga", "Åtgärder", "Ärenden", "Övrigt"]


@pytest.fixture
def named(cast):
    with acting_as(cast.ines):
        for name in NAMES:
            InformationSet.objects.create(
                authority=cast.gsn, name=name, personal_data="ordinary"
            )
            CloudObject.objects.create(
                system=CloudSystem.objects.first(),
                kind="site",
                designation=name,
                external_id=name,
                authority=cast.gsn,
            )
    return signed_in(cast.ines)


def of_names(rows):
    return [str(row) for row in rows if str(row) in NAMES]


@pytest.mark.parametrize("model", [InformationSet, CloudObject])
def test_lists_are_in_swedish_order_by_themselves_and_by_their_columns(named, model):
    opts = model._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    for asked, expected in (("", SORTED), ("?o=0", SORTED), ("?o=-0", SORTED[::-1])):
        shown = named.get(url + asked).context["cl"].result_list
        assert of_names(shown) == expected, asked


def test_what_is_chosen_from_is_in_swedish_order(cast, named):
    asked = "?app_label=requests_app&model_name=cloudobjectinformationset"
    asked += "&field_name=information_set&term="
    told = named.get(reverse("admin:autocomplete") + asked).json()["results"]
    assert [row["text"] for row in told if row["text"] in NAMES] == SORTED
    with acting_as(machine_account("system")):
        for name in NAMES:
            add_authority(name[:4].upper(), name)
    loose = cast.request(objects=("x@y.example",))
    route = RouteForm(subject=loose, by=cast.nils)
    reroute = RerouteForm(subject=cast.new(), by=cast.lena)
    assert of_names(route.fields["authority"].queryset) == SORTED
    assert of_names(reroute.fields["authority"].queryset) == SORTED


def test_the_list_of_objects_is_read_by_its_index(cast):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        sql, told = by_name(CloudObject.objects.all()).query.sql_with_params()
        cursor.execute(f"explain {sql}", told)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "cloudobject_swedish" in plan and "Sort" not in plan
