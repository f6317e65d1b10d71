"""What is looked at afterwards, and confirmed anew, in a browser: as manager, lawyer,
auditor, at both widths, by axe-core."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from requests_app.cases.review.steps.afterwards import give_cause, sweep_request
from requests_app.duty.powers import confirm_one, recertify
from tests.admin.cases import looked_at_afterwards
from tests.browser.conftest import DESKTOP, PHONE, pictured
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,  # noqa: F401
    looker,  # noqa: F401
)
from tests.helpers.refusals import fresh
from tests.helpers.web import page

pytestmark = [pytest.mark.long, LOOKED_THROUGH]


def test_each_page_is_for_whoever_works_with_it(cast, look):  # noqa: F811
    decided, other = cast.answered(), cast.assigned(number="EXSR2")
    rows = looked_at_afterwards(cast, other, decided)
    lapsed = cast.assigned(number="EXSR3")
    with acting.at(lapsed.access_request.answer_deadline):
        sweep_request(lapsed.access_request, by=cast.sweeper)
        give_cause(fresh(lapsed).lapse, by=cast.per, cause="nobody")
    recertify(cast.sweeper)
    first = cast.per
    from requests_app.duty.powers import to_confirm

    lines = to_confirm(first)
    confirm_one(lines[0].row, by=first)
    confirmed = lines[0].row
    for name in ("per", "jonas", "agnes"):
        look.sign_in(getattr(cast, name))
        session = look.client.session
        session["last_here"] = (timezone.now() - timedelta(hours=1)).isoformat()
        session.save()
        for address in (
            "/",
            reverse("admin:notices"),
            reverse("admin:recertification"),
        ):
            shoot(look, name, address)
        for obj in (
            rows["subsequentreview"],
            rows["lapse"],
            decided,
            lapsed,
            confirmed,
        ):
            if look.client.get(page(obj)).status_code == 200:
                shoot(look, name, page(obj))
        for address in (
            page(rows["subsequentreview"], "step", "conclude"),
            page(rows["lapse"], "step", "cause"),
            reverse("admin:overview"),
            reverse("admin:months"),
            reverse("admin:requests_app_recertification_changelist"),
            reverse("admin:requests_app_subsequentreview_changelist"),
            reverse("admin:requests_app_lapse_changelist"),
        ):
            if look.client.get(address).status_code == 200:
                shoot(look, name, address)
    assert len(look.pictures) > 20


def shoot(look, name, address):  # noqa: F811
    """Look through it, and keep how it looks at both widths."""
    look.at(address)
    look.pictures = [*getattr(look, "pictures", []), address]
    place = address.strip("/").replace("/", "_") or "start"
    pictured(look.page, f"{name}-{place}", (DESKTOP, PHONE))
