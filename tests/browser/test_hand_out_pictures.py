"""The pictures of docs/utlamnande.md. With LOCKBOX_PICTURES=docs/pictures they are drawn
there."""

import pytest

from requests_app.desk.sweep import sweep
from requests_app.disclosure.models import Redaction
from tests.browser.conftest import DESKTOP
from tests.browser.test_pictures import drawn as pictured
from tests.helpers.hand_outs import asked_for, delivered, drawn, with_a_name
from tests.helpers.web import page

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]


def test_the_pages_of_the_guide_are_whole(cast, visit):
    case = with_a_name(cast)
    first = delivered(cast, asked_for(cast, case))
    row = asked_for(cast, case)
    drawn(row, cast.lena)
    places = Redaction.objects.filter(of_document__request=row)
    place = next(one for one in places if "Rosengren" in one.words.text)
    sweep()
    lena = visit("lena")
    pictured(lena, "hand-out-request", page(row), DESKTOP)
    sheet = page(place.of_document, "sheet", place.page)
    pictured(lena, "hand-out-page", sheet, DESKTOP)
    pictured(lena, "hand-out-delivered", page(first), DESKTOP)
