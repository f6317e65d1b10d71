"""A decision's documents on the page: read, logged, missed, served."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.cases.review.models.decision import ServiceOfDecision
from requests_app.cases.review.steps import decision, people
from requests_app.cases.review.steps.decision import draw_up_at_once
from tests.helpers.cases import decided_under
from tests.helpers.web import in_english, page, signed_in, step_url

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]


def link(review, row):
    args = [review.pk, row.pk]
    return reverse("admin:requests_app_secrecyreview_document", args=args)


def drawn_up(review):
    draw_up_at_once(review, by=review.case_officer)
    return review


def test_who_reads_the_case_downloads_it_byte_for_byte_and_the_log_says_so(cast):
    review = drawn_up(cast.decided())
    shown = signed_in(cast.karin).get(page(review)).content.decode()
    for row in DecisionDocument.objects.all():
        assert link(review, row) in shown and row.sha256 in shown
        got = signed_in(cast.karin).get(link(review, row))
        assert b"".join(got.streaming_content) == bytes(row.content.body)
        assert got.headers["Content-Type"] == "application/pdf"
        assert got.headers["Content-Disposition"].startswith("attachment")
    reads = LedgerEntry.objects.filter(event="decision.document_read", kind="read")
    assert reads.count() == 2
    assert {read.actor_name for read in reads} == {"Karin Test"}


def test_a_paper_of_another_case_is_not_found_through_ones_own(cast):
    mine, hidden = (drawn_up(cast.decided(number=number)) for number in "12")
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    other = DecisionDocument.objects.filter(decision__review=hidden).first()
    ivar = signed_in(cast.ivar)
    for address in (link(mine, other), link(hidden, other)):
        assert ivar.get(address).status_code == 404


def test_the_page_says_what_stands_in_the_way(cast, monkeypatch):
    review = cast.decided()
    karin = in_english(cast.karin)
    assert "is being made" in karin.get(page(review)).content.decode()
    why = "cannot load library"
    monkeypatch.setattr(decision, "can_not_draw", lambda: why)
    assert why in karin.get(page(review)).content.decode()


def test_the_registrar_serves_the_reservation_from_the_queue(cast):
    review = decided_under(cast, "granted_with_reservation", "internal").review
    lena = in_english(cast.lena)
    url = step_url(review, "serve")
    assert url in lena.get("/").content.decode()
    assert "Not served yet" in lena.get(page(review)).content.decode()
    now = timezone.localtime(acting.now())
    typed = {
        "served_at_0": f"{now:%Y-%m-%d}",
        "served_at_1": f"{now:%H:%M}",
        "way": "letter",
        "recipient": "Åsa Öström",
    }
    answer = lena.post(url, typed)
    assert answer.status_code == 302, answer.context["form"].errors
    assert ServiceOfDecision.objects.get().recipient == "Åsa Öström"
    assert "Served on Åsa Öström" in lena.get(page(review)).content.decode()
    assert review.access_request.deliveries.get().answer == "approve"
    assert url in lena.get("/").content.decode()  # the party is told as well
    provider = lena.get(url).context["form"].fields["recipient"].choices[0][0]
    assert lena.post(url, {**typed, "recipient": provider}).status_code == 302
    assert url not in lena.get("/").content.decode()
