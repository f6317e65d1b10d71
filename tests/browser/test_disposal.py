"""Disposal of cases, on a desk and on a phone: rules, days, a list with its answers, what
has gone. Axe finds nothing and nothing is wider than the window."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit_app import clock
from requests_app.background.case_disposal import carry_out
from requests_app.models import Disposal, DisposedCase
from requests_app.permissions.roles import today
from requests_app.workflow import disposal
from requests_app.workflow.disposal_end import end
from tests.browser.looking import look, looker, shown
from tests.helpers.disposals import (
    ask,
    closed_case,
    disposal_rule,
    fresh_list,
    years_later,
)
from tests.helpers.web import page, step_url

__all__ = ["look", "looker"]

pytestmark = [
    *(pytest.mark.long, pytest.mark.browser),
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def lists(cast):
    """One that is answered in part, and one that has been carried out."""
    disposal_rule(cast)
    disposal_rule(cast, matter="documents", years=None)
    for number in range(6):
        closed_case(cast, number=f"case {number}")
    with years_later():
        drawn = disposal.draw_up(by=cast.lena, authority=cast.gsn, until=today())
        items = list(drawn.items.all())
        late = {"until": today() + timedelta(days=900), "reason": "Forskning"}
        disposal.retain(drawn, by=cast.dora, items=items[:1], **late)
        disposal.answer(
            fresh_list(drawn), by=cast.lena, items=items[1:], answer="destroy"
        )
        disposal.propose(fresh_list(drawn), by=cast.lena)
        disposal.confirm(fresh_list(drawn), by=cast.karin)
        stays = carry_out(fresh_list(drawn), ask)
        end(fresh_list(drawn), by=cast.karin, stays=stays)
    for number in range(6, 10):
        closed_case(cast, number=f"case {number}")
    with years_later():
        waits = disposal.draw_up(by=cast.lena, authority=cast.gsn, until=today())
        items = list(waits.items.all())
        disposal.answer(
            fresh_list(waits), by=cast.lena, items=items[:2], answer="transfer"
        )
        disposal.retain(fresh_list(waits), by=cast.karin, items=items[2:3], **late)
    return fresh_list(drawn), fresh_list(waits)


def test_the_pages_of_disposal_are_readable(cast, look):
    with clock.may_be_set():
        ended, waits = lists(cast)
    look.sign_in(cast.lena)
    for name in ("disposalrule", "disposaldate", "disposal", "disposedcase"):
        shown(
            look,
            f"disposal-{name}",
            reverse(f"admin:requests_app_{name}_changelist"),
        )
    shown(look, "disposal-rule", page(cast.gsn.disposal_rules.latest("pk")))
    shown(look, "disposal-new", reverse("admin:requests_app_disposal_add"))
    shown(look, "disposal-ended", page(ended))
    shown(look, "disposal-waits", page(waits))
    for name in ("answer", "retain", "receive"):
        shown(look, f"disposal-{name}", step_url(waits, name))
    shown(look, "disposal-gone", page(DisposedCase.objects.earliest("pk")))
    assert Disposal.objects.count() == 2
