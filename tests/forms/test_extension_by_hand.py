"""More time for an access that is open, typed in from the provider's portal."""

import pytest
from django.contrib.auth import get_user_model

from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.selectors import near_doubles
from tests.helpers.people import engage, give
from tests.helpers.request_form import send_request
from tests.helpers.web import errors, page, signed_in, words

pytestmark = pytest.mark.django_db
MORE = "EXSR418822"


def entered(cast, number):
    answer = send_request(cast, name="eva", extends=number)
    assert answer.status_code == 302, errors(answer)
    return AccessRequest.objects.get(external_id=MORE)


def test_it_is_linked_to_what_it_extends_and_no_double_of_it(cast):
    first = cast.answered(number="FIRST").access_request
    request = entered(cast, " first ")
    assert request.extends == first
    assert first not in near_doubles(cast.lena, request)
    shown = words(signed_in(cast.lena).get(page(request.reviews.get())))
    assert "förlänger FIRST (åtkomst pågår)" in shown


def test_that_what_it_extends_is_revoked_is_said(cast):
    first = cast.answered(number="FIRST").access_request
    why = {"reason": "x", "reason_for_recipient": "x"}
    delivery.revoke(first.grants.get(), by=cast.bo, **why)
    request = entered(cast, "FIRST")
    shown = words(signed_in(cast.lena).get(page(request.reviews.get())))
    assert "FIRST (åtkomst pågår, medgivandet återkallat)" in shown


@pytest.mark.parametrize(
    ("state", "number", "told"),
    [
        ("decided", "NONE", "har det numret"),
        ("refused", "FIRST", "ingen åtkomst som kan förlängas"),
    ],
)
def test_what_gave_no_access_can_not_be_extended(cast, state, number, told):
    cast.answered(state, number="FIRST") if state == "refused" else cast.decided()
    engage(cast, "nadja", "registrar", cast.nis)
    cast.nadja = get_user_model().objects.get(username="nadja")
    give(cast, cast.nadja, "registrar", cast.gsn)
    answer = send_request(cast, name="nadja", extends=number)
    assert told in str(errors(answer)["extends"])
    assert not AccessRequest.objects.filter(external_id=MORE).exists()
