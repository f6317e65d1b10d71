"""The data protection officer's desk: clocks and numbers, and nothing of content."""

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import people
from requests_app.disclosure.steps.request import tell_recipient
from requests_app.oversight.steps import acts
from requests_app.oversight.steps.incidents import record_breach
from tests.cast import hours
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.people import engage
from tests.helpers.refusals import fresh
from tests.helpers.text_masks import corrected
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db
DESK = reverse("admin:data_protection")
SECRET = "Repair a corrupted item"
WRONG, RIGHT = "Wronglind Kvarnqvist", "Rättlund Kvarnström"


def overseen(cast):
    """One of each that the desk shows."""
    case = cast.answered()
    act = {"happened_at": acting.now(), "action": "read", "object_name": "x@y.example"}
    acts.record_act(case, by=cast.karin, **act)
    breach = record_breach(
        cast.gsn,
        by=cast.ivar,
        known_at=hours(-1),
        what_happened="A lost disk",
        affected="x",
    )
    return case, breach, asked_by_a_data_subject(cast)


def test_it_shows_what_waits_with_clocks_and_no_content(cast):
    case, breach, asked = overseen(cast)
    answer = signed_in(cast.dora).get(DESK)
    desk, shown = answer.context["desk"], words(answer)
    ((row, runs_out),) = desk.requests
    assert row == asked and runs_out.ends_at == asked.due_at
    assert {duty.kind for duty, _clock in desk.duties} == {"gdpr33", "gdpr34"}
    assert len(desk.duties) == 4  # of the deviation and of the breach
    assert [row.review for row, _clock in desk.deviations] == [case]
    assert desk.breaches == [breach] and desk.opened == []
    for address in (page(asked), page(breach), page(desk.deviations[0][0])):
        assert address in answer.content.decode()
    assert SECRET not in shown and "Anna Berg" not in shown
    (gsn,) = (row for row in desk.processing if row.authority == cast.gsn)
    assert (gsn.open_reviews + gsn.ended_reviews, gsn.consents) == (1, 0)


def test_what_is_held_open_stands_there_until_it_is_given_back(cast):
    case = cast.assigned()
    people.open_content(case, by=cast.dora, reason="x")
    dora = signed_in(cast.dora)
    assert dora.get(DESK).context["desk"].opened == [case]
    people.shut_content(fresh(case), by=cast.dora)
    assert dora.get(DESK).context["desk"].opened == []


def test_recipients_to_be_told_stand_there_until_somebody_has_told_them(cast):
    case = cast.assigned()
    provider = case.access_request.connection.product.provider.name
    dialogue.ask(fresh(case), by=cast.karin, text=f"Gäller det {WRONG}?")
    corrected(case, WRONG, RIGHT, by=cast.lena)
    dora = signed_in(cast.dora)
    answer = dora.get(DESK)
    (mask,) = answer.context["desk"].untold
    assert (mask.review, mask.untold) == (case, 1)
    assert f"{case}: Rätta" in words(answer) and page(case) in answer.content.decode()
    assert WRONG not in words(answer) and provider not in words(answer)
    elsewhere = signed_in(engage(cast, "disa", "dpo", cast.snc))
    assert elsewhere.get(DESK).context["desk"].untold == []
    people.open_content(fresh(case), by=cast.dora, reason="x")
    assert provider in words(dora.get(page(mask)))
    tell_recipient(mask, by=cast.lena, notice=mask.notices.get(), how="x")
    assert dora.get(DESK).context["desk"].untold == []


def test_it_is_the_officers_alone_and_leaves_a_line(cast):
    for who in (cast.karin, cast.lena, cast.agnes, cast.per):
        assert signed_in(who).get(DESK).status_code == 403
    other = signed_in(cast.dora).get(DESK).context["desk"]
    assert [row.authority for row in other.processing] == [cast.gsn]
    line = LedgerEntry.objects.filter(kind="read", actor_id=cast.dora.pk).last()
    assert line is not None and "data" in str(line.event)
