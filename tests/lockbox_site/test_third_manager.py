"""With two managers only, the start page asks for a third, and neither goes before."""

import pytest

from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import WrongState
from requests_app.organisation import steps
from tests.helpers.people import engage, enter
from tests.helpers.refusals import refused
from tests.helpers.web import post_form, signed_in, words

pytestmark = pytest.mark.django_db
ASKS = "En tredje som bekräftar roller"


def test_the_second_of_two_managers_goes_when_a_third_is_confirmed(cast):
    pia = RoleAssignment.objects.get(person=cast.pia)
    for person in (cast.per, cast.pia):
        assert ASKS in words(signed_in(person).get("/"))
    assert ASKS not in words(signed_in(cast.lena).get("/"))
    for step in (steps.end_role, steps.suspend_role):
        refused(WrongState, step, pia, by=cast.per, reason="Slutar")
    answer = post_form(cast.per, pia, valid_to="2099-01-01")
    assert "en tredje person" in str(answer.context["adminform"].form.errors)
    third = enter(cast, cast.eva, "it_manager", by=cast.per)
    refused(WrongState, steps.end_role, pia, by=cast.per, reason="Slutar")
    steps.confirm_role(third, by=cast.pia)
    assert ASKS not in words(signed_in(cast.per).get("/"))
    steps.end_role(pia, by=cast.per, reason="Slutar")
    assert ASKS in words(signed_in(cast.per).get("/"))


def test_who_stands_in_counts_as_a_third(cast):
    for name in ("nina", "vera"):
        engage(cast, name, "it_manager", cast.nis)
    assert ASKS not in words(signed_in(cast.per).get("/"))
    pia = RoleAssignment.objects.get(person=cast.pia)
    steps.end_role(pia, by=cast.per, reason="Slutar")
