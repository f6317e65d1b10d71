"""A wrong name that was corrected is found nowhere any more: on no page that anybody
reaches from the case, in no search, no paper drawn since and no answer to a machine."""

import re
from collections import deque
from html import unescape

import pytest
from django.urls import reverse

from audit_app import acting
from requests_app.cases.access import clients
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import dialogue, file
from requests_app.cases.review.steps import case as steps_case
from requests_app.cases.review.steps import decision, people
from requests_app.cases.review.steps.decision import sheets_of
from requests_app.core.models import Content, as_text
from tests.helpers.caller import Caller
from tests.helpers.refusals import fresh
from tests.helpers.text_masks import corrected, holding
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db
NAME = "Wronglind Kvarnqvist"
# Links that lead from one case to everything else, and lists of the same pages.
FAR = ("logout", "/password", "jsi18n", "language", "static", "?", "#")
MOST = 150


def seeded(cast):
    case = cast.assigned(justification=f"Felsökning för {NAME}.")
    note = {"source": "", "happened_at": acting.now()}
    file.make_note(case, by=cast.karin, text=f"Ringde: {NAME}.", **note)
    dialogue.ask(fresh(case), by=cast.karin, text=f"Berörs {NAME}?")
    case = fresh(case)
    answers = f"Det rör {NAME}."
    cast.assess(case, ground_motivation=answers)
    cast.propose(fresh(case), motivation_internal=f"Skäl om {NAME}.")
    decision.decide(fresh(case), by=cast.bo, no_conflict=True)
    cast.confirm(Delivery.objects.get())
    decision.correct(fresh(case), by=cast.bo, text=f"Rättat: {NAME}.")
    return fresh(case)


def walked(person, start):
    """Every page that the person reaches by links from the case."""
    client, waiting, seen = signed_in(person), deque([start]), {start}
    while waiting and len(seen) < MOST:
        url = waiting.popleft()
        response = client.get(url)
        body = b"".join(response) if response.streaming else response.content
        yield url, unescape(body.decode("utf-8", errors="replace"))
        for link in re.findall(r'href="(/[^"]*)"', body.decode("utf-8", "replace")):
            if link not in seen and not any(part in link for part in FAR):
                seen.add(link)
                waiting.append(link)


def drawn(case):
    """What is set on each paper that is drawn of the decision from now on."""
    return str([sheet.document for sheet in sheets_of(case.decisions.get())])


def test_a_name_that_was_corrected_is_on_no_page(cast):
    case = seeded(cast)
    shown = [url for url, text in walked(cast.karin, page(case)) if NAME in text]
    assert page(case) in shown and page(case, "history") in shown
    assert len(holding(case, NAME)) > 5
    assert NAME in drawn(case)
    corrected(case, NAME, "Rättlund", by=cast.lena)
    assert holding(case, NAME) == []
    assert NAME not in drawn(case) and "Rättlund" in drawn(case)
    for person in (cast.karin, cast.lena, cast.bo, cast.agnes, cast.dora, cast.eva):
        held = [url for url, text in walked(person, page(case)) if NAME in text]
        assert held == [], person
    search = signed_in(cast.karin).get(reverse("admin:search"), {"q": "Kvarnqvist"})
    assert "Wronglind" not in search.content.decode()


def test_what_was_kept_stands_in_the_table_and_nowhere_else_to_be_shown(cast):
    case = seeded(cast)
    texts = Content.objects.filter(pk__in=holding(case, NAME))
    keys = list(texts.values_list("pk", flat=True))
    corrected(case, NAME, "Rättlund", by=cast.lena)
    for content in Content.objects.filter(pk__in=keys):
        assert NAME in as_text(content.original) and NAME not in content.text
        assert content.is_intact


@pytest.fixture
def caller(cast):
    return Caller(clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln"))


def test_a_provider_reads_what_was_corrected(cast, caller):
    sent = caller.apply(justification=f"Felsökning för {NAME}.")
    assert sent.status_code == 201
    case = AccessRequest.objects.get(external_id="P-1").reviews.get()
    steps_case.register(case, by=cast.lena, public_subject="A")
    people.assign(case, by=cast.per, person=cast.karin)
    dialogue.ask(case, by=cast.karin, text=f"Berörs {NAME}?")
    assert NAME in caller.get("/requests/P-1").content.decode()
    corrected(case, NAME, "Rättlund", by=cast.lena)
    answer = caller.get("/requests/P-1")
    assert answer.status_code == 200 and NAME not in answer.content.decode()
    for url, text in walked(cast.lena, page(case)):
        assert NAME not in text, url
