"""The editor of a ladder, “I take it” and a person's own devices, on a desk and on a phone:
axe finds nothing, nothing is wider than the window."""

import pytest
from django.urls import reverse

from requests_app.duty.ladders import read_queues
from requests_app.duty.steps import add_device, take_turn
from requests_app.duty.sweep.ladders import send_ladder_notices
from tests.background.conftest import (
    inbox,
    staffed,
)
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.ladders import ladder_of
from tests.helpers.phones import (
    Phone,
    key,
)

__all__ = ["inbox", "key", "look", "looker", "staffed"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]


def test_they_are_readable_on_a_desk_and_on_a_phone(
    staffed, look, key, inbox, settings
):
    cast, settings.ALLOWED_HOSTS = staffed, ["localhost"]
    subject = cast.registered()
    send_ladder_notices(cast.sweeper, read_queues())
    add_device(cast.karin, by=cast.karin, name="Min telefon", **Phone().keys())
    laid = ladder_of(cast)
    look.sign_in(cast.karin)
    turn = reverse("admin:take_turn", args=["secrecyreview", subject.pk, "review"])
    shown(look, "turn", turn)
    shown(look, "devices", reverse("admin:devices"))
    look.page.get_by_role("button", name="Spara numret").click()
    take_turn(subject, by=cast.jonas, act="review")
    shown(look, "taken", turn)
    look.sign_in(cast.per)
    shown(look, "ladders", reverse("admin:requests_app_noticeladder_changelist"))
    shown(
        look,
        "ladder",
        reverse("admin:requests_app_noticeladder_change", args=[laid.pk]),
    )
    shown(look, "new-ladder", reverse("admin:requests_app_noticeladder_add"))
    look.page.get_by_label("Avisera").first.select_option("")
    look.page.get_by_role("button", name="Spara", exact=True).first.click()
    shown(look, "wrong-ladder")
    assert look.wrong == []
