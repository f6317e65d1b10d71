"""A review is registered once, by its own registrar, and closed when all is over."""

import pytest
from django.core.exceptions import PermissionDenied

from audit_app import acting
from requests_app.cases.review.steps import case
from requests_app.core.step import WrongState
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db


def test_the_registrar_registers_in_our_own_series(cast):
    first, second = cast.registered(number="EXSR1"), cast.registered(number="EXSR2")
    year = acting.today().year
    assert first.diary_number == f"GSN {year}-0001"
    assert second.diary_number == f"GSN {year}-0002"


def test_a_number_from_the_citys_diary_is_kept_as_typed(cast):
    subject = cast.new()
    case.register(subject, by=cast.lena, public_subject="A", diary_number="N 12/26")
    assert subject.diary_number == "N 12/26"
    assert cast.registered(number="EXSR2").diary_number.endswith("-0001")


def test_another_authoritys_registrar_does_not_register(cast):
    refused(
        PermissionDenied, case.register, cast.new(), by=cast.rut, public_subject="A"
    )


def test_a_review_is_registered_once(cast):
    error = refused(
        WrongState,
        case.register,
        cast.registered(),
        by=cast.lena,
        public_subject="B",
    )
    assert "GSN" in str(error)


def test_a_case_is_not_closed_while_access_runs(cast):
    subject = fresh(cast.answered())
    refused(WrongState, case.close, subject, by=cast.karin)
