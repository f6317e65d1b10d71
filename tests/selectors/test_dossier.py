"""What a person is shown of a case."""

import pytest

from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import InformationSet
from requests_app.selectors.dossier.dossier import Dossier
from requests_app.selectors.dossier.of_review import dossier
from requests_app.workflow import freeze
from requests_app.workflow.step import note
from tests.cast import MAILBOX, SITE
from tests.helpers.people import give

pytestmark = pytest.mark.django_db


def seen(person, subject) -> Dossier:
    return dossier(person, subject, permissions.involvement(person, subject))


def test_another_authoritys_freeze_tells_nothing_of_a_review_one_may_not_see(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    subject = request.reviews.get(authority=cast.gsn)
    held = InformationSet.objects.get(authority=cast.snc)
    with acting(cast.per):
        give(cast, cast.ivar, "information_security", cast.snc)
    freeze.freeze(
        by=cast.ivar, authority=cast.snc, reason="Secret reason", information_set=held
    )
    assert seen(cast.karin, subject).freezes == []
    assert [row.reason for row in seen(cast.ivar, subject).freezes] == ["Secret reason"]


def test_who_decides_at_another_authority_is_not_named(cast):
    """Their refusal orders the answer of the request that both review."""
    request = cast.request(objects=(MAILBOX, SITE))
    ours = request.reviews.get(authority=cast.gsn)
    theirs = request.reviews.get(authority=cast.snc)
    with acting(cast.didrik):
        note("delivery.ordered", on=request, by=cast.didrik)
    assert "Didrik Test" not in {event.by for event in seen(cast.karin, ours).events}
    assert "Didrik Test" in {event.by for event in seen(cast.cilla, theirs).events}
