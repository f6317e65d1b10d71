"""What may happen to a request before its proposal or after it."""

from datetime import date, timedelta

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.models.freeze import Freeze
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from requests_app.registers.models.standing import StandingAssessment
from tests.helpers.standing import confirm_directly


def pupil_health():
    return InformationSet.objects.get(name="Pupil health")


def revoke(cast):
    row = StandingAssessment.objects.get(
        authority=cast.gsn, provider__name="Microsoft", information_set=None
    )
    row.revoked_by, row.revoked_at, row.revoked_reason = (
        cast.lena,
        acting.now(),
        "x",
    )
    with acting_as(cast.lena):
        row.save()


def of_its_own(cast, **dates):
    """An assessment of the set itself goes before that of the whole authority."""
    general = StandingAssessment.objects.filter(authority=cast.gsn).first()
    same = ("is_suitable", "factors", "suitability", "assignment")
    with acting_as(cast.ines):
        made = StandingAssessment.objects.create(
            **{name: getattr(general, name) for name in same},
            authority=cast.gsn,
            provider=cast.m365.product.provider,
            information_set=pupil_health(),
            made_by=cast.ines,
            **dates,
        )
    confirm_directly(made, by=cast.bo)


def expire(cast):
    yesterday = acting.today() - timedelta(days=1)
    of_its_own(cast, valid_from=date(2020, 1, 1), review_due=yesterday)


def not_begin(cast):
    tomorrow = acting.today() + timedelta(days=1)
    of_its_own(cast, valid_from=tomorrow, review_due=date(2099, 1, 1))


def freeze(cast):
    with acting_as(cast.ivar):
        Freeze.objects.create(
            authority=cast.gsn,
            product=cast.m365.product,
            reason="A leak",
            begins_at=acting.now(),
            made_by=cast.ivar,
        )


def classify(cast):
    with acting_as(cast.ines):
        SecurityClassification.objects.create(
            information_set=pupil_health(),
            valid_from=acting.today(),
            confidentiality=4,
            integrity=2,
            availability=2,
        )


HAPPENS = {
    "nothing": (lambda cast: None, {}),
    "revoked": (revoke, {"reliance": "revoked"}),
    "expired": (expire, {"reliance": "expired"}),
    "not begun": (not_begin, {"reliance": "missing"}),
    "frozen": (freeze, {"frozen": ("A leak",)}),
    "class 4": (classify, {"highest_class": 4}),
}
