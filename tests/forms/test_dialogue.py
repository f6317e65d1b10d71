"""A question for a portal."""

import pytest

from requests_app.cases.intake.steps import dialogue
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db


def test_a_question_for_a_portal_is_text_to_copy(cast):
    subject = cast.assessed()
    dialogue.ask(subject, by=cast.karin, text="Vilka loggar?")
    text = signed_in(cast.karin).get(page(subject)).content.decode()
    card = text[text.index('id="dialogue"') :]
    assert '<pre class="paste">' in card and "EXSR1" in card[: card.index("</pre>")]
