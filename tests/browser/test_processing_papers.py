"""Papers on the processing, protecting a name and what is asked for before going live:
on a desk and on a phone, axe finds nothing and nothing is wider than the window."""

import pytest
from django.urls import reverse

from requests_app.privacy.models import ProcessingPaper
from requests_app.privacy.papers import say_today
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.processing_papers import paper_by_two
from tests.helpers.two_persons import proposed
from tests.helpers.web import page, signed_in, step_url

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]

ADD = "admin:requests_app_processingpaper_add"


def test_they_are_readable_on_a_desk_and_on_a_phone(cast, look):
    paper = paper_by_two(cast, "record")
    waiting = ProcessingPaper(authority=cast.gsn, kind="staff")
    say_today(waiting)
    change = proposed(waiting, cast.per)
    look.sign_in(cast.dora)
    shown(look, "papers", reverse("admin:processing_papers"))
    form = reverse(ADD, query={"authority": cast.gsn.pk, "kind": "retention"})
    shown(look, "paper-new", form)
    shown(look, "paper", page(paper))
    shown(look, "paper-waits", page(change))
    look.sign_in(cast.per)
    shown(look, "papers-lacking", reverse("admin:go_live", args=[cast.gsn.pk]))
    look.sign_in(cast.sam)
    karin = cast.karin
    shown(look, "protect", step_url(karin, "protect"))
    form = {"alias": "Handläggare 7", "username": "u7"}
    signed_in(cast.sam).post(step_url(karin, "protect"), form)
    shown(look, "protected", page(karin))
    assert look.wrong == []
