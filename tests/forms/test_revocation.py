"""The form of a revocation names the law only where that law applies."""

import pytest

from requests_app.cases.access.models import AccessGrant
from tests.helpers.two_persons import by_two
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db
BY_LAW = "Grund (37 § andra stycket FL)"


@pytest.mark.parametrize(
    ("regime", "kind", "label"),
    [
        ("fl_full", "board", BY_LAW),
        ("fl_full", "company", "Grund för återkallelsen"),
        ("kl_legality", "board", "Grund för återkallelsen"),
        ("internal", "board", "Grund för återkallelsen"),
    ],
)
def test_fl_37_is_named_only_where_that_law_applies(cast, regime, kind, label):
    if regime != cast.gsn.regime:
        by_two(cast.gsn, cast.per, cast.pia, regime=regime, kind=kind)
    subject = cast.answered()
    grant = AccessGrant.objects.get(access_request=subject.access_request)
    for row in (subject, grant):
        form = signed_in(cast.bo).get(step_url(row, "revoke")).context["form"]
        assert str(form["ground"].label) == label
        assert ("hearing" in form.fields) == (label == BY_LAW)
        assert bool(form["reason_for_recipient"].initial) != (label == BY_LAW)
