"""However many changes of roles there are: none is left out."""

import pytest
from django.urls import reverse

from requests_app.core.people.models import RoleAssignment
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import signed_in

pytestmark = pytest.mark.usefixtures("undone")
ROLES = "requests_app_historicalroleassignment"
NUMBER = 6_000


def test_page_and_file_have_them_all(cast):
    """A city with many people, in all its years."""
    role = RoleAssignment.objects.filter(person=cast.karin).order_by("pk")[0]
    first = role.history.latest("history_id").pk
    fields = [field.column for field in role.history.model._meta.concrete_fields]
    values = ["n" if name == "history_id" else name for name in fields]
    behind_our_back(
        ROLES,
        f"insert into {ROLES} ({', '.join(fields)}) select {', '.join(values)}"
        f" from {ROLES} old, generate_series(1000001, %s) n where history_id = %s",
        1_000_000 + NUMBER,
        first,
    )
    client, url = signed_in(cast.agnes), reverse("admin:audit_roles")
    count = client.get(url).context["count"]
    answer = client.get(url, {"as": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert count > NUMBER and text.endswith(f"# Slut: {count} rader.\r\n")
