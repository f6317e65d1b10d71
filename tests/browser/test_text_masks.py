"""Texts that are corrected or restricted, on a desk and on a phone: axe finds nothing,
nothing is wider than the window."""

import pytest
from django.urls import reverse

from audit_app import acting
from requests_app.cases.intake.steps import dialogue, file
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.refusals import fresh
from tests.helpers.text_masks import corrected, restricted
from tests.helpers.web import page, step_url

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]
WRONG = "Wronglind Kvarnqvist"


def test_corrected_and_restricted_texts_are_looked_at(cast, look):
    case = cast.assigned()
    note = {"source": "", "happened_at": acting.now()}
    file.make_note(case, by=cast.karin, text=f"Ringde: {WRONG}.", **note)
    dialogue.ask(fresh(case), by=cast.karin, text=f"Gäller det {WRONG}?")
    asked = asked_by_a_data_subject(cast, kind="rectification")
    mask = corrected(case, WRONG, "Rättlund", by=cast.lena, request=asked)
    held = restricted(case, "Ringde", by=cast.lena)
    look.sign_in(cast.lena)
    name = "admin:requests_app_datasubjectrequest_mask"
    for label, path in (
        ("correct", step_url(case, "correct-data")),
        ("restrict", step_url(case, "restrict-texts")),
        ("mask", page(mask)),
        ("tell", step_url(mask, "tell")),
        ("lift", step_url(held, "lift")),
        ("original", page(mask).replace("/change/", "/original/")),
        ("list", reverse("admin:requests_app_textmask_changelist")),
        ("request", page(asked)),
        ("to-case", reverse(name, args=[asked.pk])),
        ("case", page(case)),
    ):
        shown(look, f"text-mask-{label}", path)
    assert look.wrong == []
