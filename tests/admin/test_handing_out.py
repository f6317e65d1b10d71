"""Handing out as it is typed and looked at: what is wrong is said beside it, and a case
that somebody may not know of reads as one that there is none of."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from audit_app import acting
from requests_app.cases.intake.steps import file
from requests_app.cases.review.steps import case as steps_case
from requests_app.disclosure.masking.process import how_looked
from requests_app.disclosure.models import (
    DisclosedDocument,
    DisclosureRequest,
    Redaction,
)
from requests_app.disclosure.steps import document
from tests.cast import SITE, provision
from tests.helpers.hand_outs import (
    asked_for,
    delivered,
    drawn,
    handed_over,
    judged,
    with_a_name,
)
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import fetch, page, signed_in, step_url

pytestmark = pytest.mark.django_db
ADD = reverse("admin:requests_app_disclosurerequest_add")


@pytest.fixture
def case(cast):
    return with_a_name(cast)


def test_a_case_that_may_not_be_known_of_reads_as_one_that_is_not(cast, case):
    """The same words, whether it does not exist or is another authority's."""
    theirs = cast.new(number="other", objects=(SITE,))
    steps_case.register(theirs, by=cast.rut, public_subject="x")
    assert theirs.authority == cast.snc and theirs.diary_number
    answers = set()
    for number in ("GSN 1999-0001", theirs.diary_number):
        response = signed_in(cast.lena).post(ADD, typed(cast, case=number))
        answers.add(tuple(response.context["form"].errors["case"]))
    assert len(answers) == 1 and not DisclosureRequest.objects.exists()


def typed(cast, **changes):
    words = {"authority": cast.gsn.pk, "channel": "mail", "wording": "Akten, tack"}
    moment = {"received_at_0": "2026-03-01", "received_at_1": "10:00"}
    return {**words, **moment, "reply_to": "", "case": "", **changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wording": "Jag är 19121212-1212"}, "wording"),
        ({"reply_to": "Anna, 19121212-1212"}, "reply_to"),
        ({"channel": "x"}, "channel"),
        ({"wording": " "}, "wording"),
    ],
)
def test_what_is_wrong_is_said_beside_it(cast, changes, field):
    response = signed_in(cast.lena).post(ADD, typed(cast, **changes))
    assert field in response.context["form"].errors
    assert not DisclosureRequest.objects.exists()


def test_who_handles_it_and_who_does_not(cast, case):
    row = asked_for(cast, case)
    one = row.documents.untested().first()
    for who in (cast.per, cast.dora, cast.agnes, cast.didrik):
        refused(PermissionDenied, document.hand_out_whole, one, by=who)
        assert signed_in(who).get(ADD).status_code == 403
    assert signed_in(cast.agnes).get(page(row)).status_code == 200
    for who in (cast.per, cast.dora, cast.didrik):
        assert signed_in(who).get(page(row)).status_code in (403, 404)


def test_pages_are_read_and_judged_in_the_browsers_form(cast, case):
    row = asked_for(cast, case)
    place = Redaction.objects.filter(of_document__in=drawn(row, cast.lena)).first()
    one = place.of_document
    client = signed_in(cast.lena)
    url = page(one, "sheet", place.page)
    shown = client.get(url)
    assert shown.status_code == 200 and b"<image" in shown.content
    assert client.get(page(one, "picture", place.page))["Content-Type"] == "image/png"
    assert client.get(page(one, "sheet", 99)).status_code == 404
    sent = {"seen": one.version, "places": [place.pk], "verdict": "mask", "why": ""}
    refusal = client.post(url, {**sent, "provision": ""})
    assert "provision" in refusal.context["form"].errors
    secret = provision("OSL-23-2-st1").pk
    done = client.post(url, {**sent, "provision": secret})
    assert done.status_code == 302 and fresh(place).status == "masked"
    chosen = {**sent, "seen": fresh(one).version, "words": ["0", "1"]}
    client.post(url, {**chosen, "provision": secret})
    assert one.redactions.filter(source="chosen").exists()


def test_what_was_tested_before_is_told_whatever_number_of_documents(cast, case):
    counts = []
    for _number in range(2):
        delivered(cast, asked_for(cast, case))
        row = asked_for(cast, case)
        drawn(row, cast.lena)
        response, queries = fetch(signed_in(cast.lena), page(row))
        assert b"i U " in response.content
        counts.append((row.documents.count(), len(queries)))
        for note in range(3):
            more = {"happened_at": acting.now(), "source": "x", "text": f"{note}"}
            file.make_note(fresh(case), by=cast.karin, **more)
    (few, before), (many, after) = counts
    assert many == few + 3 and after == before


def test_who_looks_through_is_told_how_the_file_was_looked_through(cast, case):
    row = asked_for(cast, case)
    judged(row, cast.lena)
    url = step_url(handed_over(row, cast.lena), "let-go")
    assert how_looked() in signed_in(cast.jonas).get(url).content.decode()


def test_several_are_tested_at_once(cast, case):
    row = asked_for(cast, case)
    rows = drawn(row, cast.lena)
    client = signed_in(cast.lena)
    sent = {"documents": [one.pk for one in rows], "why": ""}
    refusal = client.post(step_url(row, "as-proposed"), {**sent, "provision": ""})
    assert "provision" in refusal.context["form"].errors
    sent["provision"] = provision("OSL-23-2-st1").pk
    client.post(step_url(row, "as-proposed"), sent)
    assert {fresh(one).outcome for one in rows} <= {*DisclosedDocument.GIVEN}
    assert not row.documents.untested().exists()
