"""What the provider reads in the portal: number, outcome, reasons, appeal; twice."""

import pytest

from requests_app.cases.access.models import Delivery
from requests_app.cases.access.selectors import portal_comment
from tests.helpers.cases import decided_under

pytestmark = pytest.mark.django_db


def test_it_carries_number_outcome_reasons_and_how_to_appeal_in_both_languages(cast):
    less = {"motivation_for_recipient": "Sekretess enligt 21–40 kap. OSL."}
    made = decided_under(cast, "refused", "fl_full", **less)
    text = portal_comment("deny", [made])
    for said in (
        f"diarienummer {made.review.diary_number}.",
        "Grundskolenämnden avslår Microsofts begäran om åtkomst",
        made.motivation_for_recipient.text,
        "Beslutet kan överklagas till förvaltningsrätten",
        "inom tre veckor",
        f"In English: Decision {made.review.diary_number}. Grundskolenämnden refuses"
        " the request for access made by Microsoft.",
        "It may be appealed in writing",
    ):
        assert said in text, said
    assert made.motivation_internal.text not in text


def test_what_can_not_be_appealed_says_nothing_of_appeal(cast):
    text = portal_comment("approve", [decided_under(cast, "granted", "internal")])
    assert "överklagas" not in text and "appeal" not in text
    assert "Grundskolenämnden grants Microsoft access to the extent stated" in text


def test_a_reservation_is_told_with_whom_it_binds(cast):
    made = decided_under(cast, "granted_with_reservation", "internal")
    text = portal_comment("approve", [made])
    assert "Förbehåll:\n1. Åsa Öström: får inte röja uppgifterna." in text


def test_a_deny_tells_what_those_say_who_deny(cast):
    granted = decided_under(cast, "granted", "internal")
    text = portal_comment("deny", [granted])
    assert "Alla berörda myndigheter har inte medgett åtkomst" in text
    assert granted.review.diary_number not in text


def test_what_is_taken_back_is_not_told_as_granted(cast):
    granted = decided_under(cast, "granted", "internal")
    text = portal_comment("revoke", [granted])
    assert "Åtkomsten ska upphöra genast." in text and "medger" not in text
    assert "Access must end at once." in text


def test_the_answer_in_the_portal_is_that_comment(cast):
    made = decided_under(cast, "granted", "internal")
    text = Delivery.objects.get(access_request=made.review.access_request).text.text
    # How long it is comes before the English, which ends it.
    assert text.startswith("Åtkomst medges i två timmar; begäran gällde fyra timmar.")
    assert text.endswith(portal_comment("approve", [made]))
    assert "i två timmar" in text and " t " not in text
