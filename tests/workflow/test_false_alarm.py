"""An alarm that was false is ended as one, where what it tells is looked at again."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from audit_app.models import LedgerEntry
from audit_app.reconcile import Finding, What
from requests_app.cases.review.alteration import alterations_of
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.step import SWEEP, machine_account
from requests_app.oversight.steps.incidents import conclude_alteration
from requests_app.oversight.sweep import _keep
from tests.cast import Cast
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, signed_in, words

DETAIL, REVIEW = "audit_app_ledgerdetail", "requests_app_secrecyreview"


@pytest.fixture
def case(cast: Cast):
    return cast.registered()


@pytest.fixture
def alarm(case):
    """As two moments told it that were taken for one."""
    lines = LedgerEntry.objects.filter(object_type=REVIEW, object_id=str(case.pk))
    line = lines.filter(kind="change").latest("id")
    # As told of the row of the line, so that it stands on a case.
    finding = Finding(What.VERSION, REVIEW, str(case.pk), line.pk, "x")
    assert _keep(finding, machine_account(SWEEP))
    return Alteration.objects.get()


def conclude(cast, alarm):
    conclude_alteration(
        alarm, by=cast.ivar, outcome="false_alarm", conclusion="Two moments"
    )


def test_what_is_concluded_to_be_false_is_no_more_on_the_case(cast, case, alarm):
    assert len(alterations_of(case).disagreements) == 1
    conclude(cast, alarm)
    assert alterations_of(case).disagreements == []
    text = words(signed_in(cast.agnes).get(reverse("admin:audit_outside")))
    assert "befanns vara ett falskt larm" in text
    its_page = signed_in(cast.ivar).get(page(alarm)).content.decode()
    assert "det som är registrerat stämmer" in its_page
    told = LedgerEntry.objects.filter(event="alteration.concluded").latest("id")
    assert "false_alarm" in told.detail.body


def test_what_does_not_agree_now_either_is_no_false_alarm(cast, case, alarm):
    history = "requests_app_historicalsecrecyreview"
    behind_our_back(
        history, f"update {history} set status = 'closed' where id = %s", case.pk
    )
    with pytest.raises(ValidationError, match="larmet var falskt"):
        conclude(cast, alarm)
    alarm.refresh_from_db()
    assert alarm.concluded_at is None and alarm.outcome == ""


def test_what_no_line_shows_is_no_false_alarm(cast, case):
    by = machine_account(SWEEP)
    assert _keep(Finding(What.GONE, "audit_app_sealedleaf", "7", 7), by)
    with pytest.raises(ValidationError, match="larmet var falskt"):
        conclude(cast, Alteration.objects.get())
