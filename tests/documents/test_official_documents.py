"""A decision to hand out official documents is no access of a processor's."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from requests_app.cases.access.models import Delivery
from requests_app.cases.access.selectors import portal_comment
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import decision
from tests.helpers.cases import decided_under
from tests.helpers.refusals import fresh
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def test_they_are_handed_out_and_not_for_a_time_or_on_instructions(cast):
    document = document_of(
        decided_under(cast, "granted", "fl_full", tf="yes"), full=True
    )
    assert document.order == (
        "Grundskolenämnden lämnar ut de begärda allmänna handlingarna till Microsoft i"
        " följande omfattning."
    )
    assert [label for label, _value in document.extent] == ["Objekt", "Omfattning"]
    assert document.notes == ()
    named = [rule.citation for rule in document.rules]
    assert named[-1] == "2 kap. 2 § tryckfrihetsförordningen"
    assert not any("dataskydd" in citation for citation in named)


def test_a_part_of_them_is_handed_out_whatever_the_product_can_answer(cast):
    made = decided_under(
        cast, "partially_granted", "fl_full", tf="yes", granted_scope="Sidan 1."
    )
    document = document_of(made, full=False)
    assert document.order.startswith("Grundskolenämnden lämnar ut de begärda allmänna")
    assert document.order.endswith("I övrigt avslås begäran.")
    assert document.extent[-1] == ("Omfattning", "Sidan 1.")
    assert not document.invitation and document.appeal
    assert "lämnar ut" in portal_comment(Delivery.Answer.DENY, [made])


def test_that_they_are_handed_out_is_not_open_to_review_of_legality(cast):
    """How such a decision is appealed stands in OSL; then KL 13 does not apply."""
    made = decided_under(cast, "granted", "kl_legality", tf="yes")
    assert document_of(made, full=True).remark == ""


def test_one_that_is_dismissed_is_dismissed_as_what_it_was(cast):
    made = decided_under(cast, "dismissed", "fl_full", tf="yes")
    order = document_of(made, full=False).order
    assert "avvisar den begäran om att få ta del av allmänna handlingar som" in order


def test_they_are_handed_out_in_english_too(cast):
    made = decided_under(cast, "granted", "fl_full", tf="yes")
    text = portal_comment(Delivery.Answer.APPROVE, [made])
    assert (
        "discloses to Microsoft the official documents" in text and "access" not in text
    )


def test_they_come_without_conditions(cast):
    """OSL 10:14: a reservation alone limits what is done with them."""
    conditions = [ConditionTerm("no_copying", "Inget kopieras.")]
    with pytest.raises(ValidationError) as caught:
        decided_under(cast, "granted", "fl_full", tf="yes", conditions=conditions)
    assert list(caught.value.error_dict) == ["conditions"]


def test_who_asks_need_not_be_known(cast):
    """TF 2:18: neither to be granted them, nor to have the request tried."""
    subject = cast.assigned()
    answers = {"N0.tf": "yes"}
    cast.assess(subject, genuine="no", answers=answers)
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        cast.propose(subject, outcome="dismissed")
    assert list(caught.value.error_dict) == ["outcome"]
    shown = signed_in(cast.karin).get(step_url(subject, "propose"))
    assert shown.context["form"].fields["outcome"].initial == "granted"
    cast.propose(subject)


def test_nobody_is_asked_for_how_long_and_no_page_tells(cast):
    subject = cast.assigned()
    cast.assess(subject, answers={"N0.tf": "yes"})
    karin = signed_in(cast.karin)
    shown = karin.get(step_url(subject, "propose"))
    asked = shown.context["form"].fields
    assert not {"granted_minutes", "kinds", "other_conditions"} & set(asked)
    typed = {
        "outcome": "granted",
        "granted_scope": "Sidan 1.",
        "motivation_internal": "x",
        "leaves_out": "no",
        "no_conflict": "on",
        "do": "1",
    }
    answer = karin.post(step_url(subject, "propose"), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    for shown in (page(subject), step_url(subject, "decide")):
        text = words(signed_in(cast.bo).get(shown))
        assert "Sidan 1." in text and "timmar</" not in text
        assert "<dt>Åtkomst</dt>" not in text
    decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert "<dt>Åtkomst</dt>" not in words(karin.get(page(subject)))
