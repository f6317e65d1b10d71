"""What must be in place, a ticket with consents, and scope beside need: in a browser."""

import pytest
from django.urls import reverse

from audit_app import acting
from requests_app.cases.intake.steps import file
from requests_app.oversight.readiness import note_readiness
from requests_app.providers.protocol import Standing
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,  # noqa: F401
    looker,  # noqa: F401
    shown,
)
from tests.helpers.tickets import ticket_of
from tests.helpers.web import page

pytestmark = [pytest.mark.long, LOOKED_THROUGH]
STANDING = [
    Standing("Prenumerationens begäranden går att lista"),
    Standing(
        "Vår identitet är godkännare på prenumerationen",
        "Rollen saknas: ge den nu, när en begäran väl har kommit är det för sent.",
    ),
    Standing("Customer Lockbox är påslaget i klientorganisationen"),
]


def test_what_must_be_in_place_is_for_whoever_runs_it(cast, look):  # noqa: F811
    ticket = ticket_of(cast)
    note_readiness(cast.azure, STANDING, by=cast.sweeper, is_all=True)
    look.sign_in(cast.eva)
    look.at(reverse("admin:readiness"))
    assert "Rollen saknas" in look.page.content()
    shown(look, "ready")
    look.at("/")
    assert "Inte redo för en begäran" in look.page.content()
    shown(look, "start")
    look.case(ticket)
    look.at(page(ticket))
    shown(look, "ticket")


def test_scope_stands_beside_need_for_whoever_works_the_case(cast, look):  # noqa: F811
    subject = cast.assigned(support_case="118032014183770")
    file.note_need(
        subject,
        by=cast.karin,
        text="Brevlådans loggar för den 3 november, inte innehållet i breven.",
        source="Supportärendet, per telefon med leverantörens tekniker",
        happened_at=acting.now(),
    )
    look.sign_in(cast.karin)
    look.at(page(subject))
    assert "inte innehållet i breven" in look.page.content()
    look.page.locator("#scope details summary").click()
    shown(look, "scope")
    look.case(subject)
    look.case(subject.access_request)
