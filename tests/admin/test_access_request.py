"""The pages of requests and arrivals: where they lead, and who reads what."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import Arrival
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.steps import afterwards, people
from requests_app.core.models import Content
from tests.helpers.cases import arrive
from tests.helpers.people import give
from tests.helpers.refusals import fresh
from tests.helpers.request_form import ADD_REQUEST, typed_request
from tests.helpers.web import in_english, page, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def test_the_payload_is_shown_as_text_to_who_reads_the_whole_request(cast):
    request = cast.request()
    arrival = request.arrivals.get()
    url = page(request, "payload", arrival.pk)
    shown = signed_in(cast.karin).get(url, {"bytes": 1})
    assert shown.content == bytes(arrival.payload.body)
    assert shown.headers["Content-Type"].startswith("text/plain")
    assert signed_in(cast.per).get(url).status_code == 404
    assert signed_in(cast.cilla).get(url).status_code == 404


def test_an_it_manager_sees_metadata_but_no_content_anywhere(cast):
    subject = cast.answered()
    words = (
        "corrupted item",
        "Mailbox",
        "personal circumstances",
        "Not clear",
        "kurator@",
    )
    per = signed_in(cast.per)
    for url in (
        "/",
        page(subject),
        page(subject, "history"),
        page(subject.access_request),
        page(subject.access_request, "history"),
        page(subject.access_request.deliveries.get()),
        page(subject.access_request.deliveries.get(), "history"),
        page(subject.access_request.grants.get(), "history"),
        reverse("admin:requests_app_secrecyreview_changelist"),
    ):
        text = per.get(url).content.decode()
        assert not [word for word in words if word in text], url
    assert "GSN" in per.get(page(subject)).content.decode()


def test_after_a_stop_nobody_reads_what_was_written(cast):
    subject = cast.assessed()
    afterwards.stop(subject, by=cast.karin, level="suspected")
    for name in ("karin", "lena", "bo", "agnes", "sixten", "per"):
        client = signed_in(getattr(cast, name))
        for url in (page(subject), page(subject, "history")):
            text = client.get(url).content.decode()
            assert "technical processing" not in text and "corrupted" not in text
    assert signed_in(cast.sixten).get(page(subject)).status_code == 200
    assert Content.objects.exists()


UNKNOWN = ("nobody@knows.example",)


def test_a_double_is_told_from_the_others_and_merged(cast):
    double = cast.request("EXSR2")
    kept = cast.request("EXSR1")
    over = cast.request("EXSR3")
    dialogue.withdraw(over, by=cast.lena, reason="Mail")
    client = in_english(cast.lena)
    shown = client.get(step_url(double, "merge"))
    with translation.override("en"):
        choices = dict(shown.context["form"].fields["into"].choices)
    labels = [label for key, label in choices.items() if key]
    assert len(labels) == 1
    for typed in ("EXSR1", "Repair a corrupted item", "Under review"):
        assert typed in labels[0]
    assert re.search(r" · .* \d\d:\d\d · ", labels[0])
    typed = {"into": kept.pk, "reason": "Same request", "seen": double.version}
    assert client.post(step_url(double, "merge"), typed).status_code == 302
    double.refresh_from_db()
    assert double.merged_into == kept


def test_a_routed_request_leads_on_to_its_review(cast):
    request = cast.request(objects=UNKNOWN)
    nils = signed_in(cast.nils)
    typed = {"objects": [request.requested_objects.get().pk], "authority": cast.nis.pk}
    done = nils.post(step_url(request, "route"), typed, follow=True)
    links = {button["url"]: button["main"] for button in done.context["steps"]}
    assert links[page(request.reviews.get())]


def test_an_arrival_leads_on_to_what_can_be_done_about_it(cast):
    unreadable = steps_request.set_aside(
        cast.m365, by=cast.intake, payload=b"{", trouble="Not JSON"
    )
    urls = buttons(cast.nils, unreadable)
    assert reverse("admin:requests_app_accessrequest_add") in urls
    request = cast.request()
    with acting_as(cast.intake):
        about = Arrival.objects.create(
            connection=request.connection,
            access_request=request,
            payload=unreadable.payload,
            result="not_taken",
            trouble="Changed after it had ended",
            arrived_at=unreadable.arrived_at,
            arrived_by=cast.intake,
        )
    give(cast, cast.lena, "registrar", cast.nis)
    assert page(request) in buttons(cast.lena, about)
    assert page(request) not in buttons(cast.nils, about)


def buttons(person, obj):
    shown = signed_in(person).get(page(obj))
    return [button["url"] for button in shown.context["steps"]]


def test_a_payload_is_set_in_lines_and_leads_back(cast):
    request = cast.request()
    arrival = steps_request.set_aside(
        cast.m365, by=cast.intake, payload=b'{"b":1,"a":"\xc3\xa5"}', trouble="x"
    )
    url = reverse("admin:requests_app_arrival_payload", args=[arrival.pk])
    nils = signed_in(cast.nils)
    shown = nils.get(url).content.decode()
    assert "{\n  &quot;b&quot;: 1,\n  &quot;a&quot;: &quot;å&quot;\n}" in shown
    assert f'href="{page(arrival)}"' in shown
    assert nils.get(url, {"bytes": 1}).content == b'{"b":1,"a":"\xc3\xa5"}'
    own = page(request, "payload", request.arrivals.get().pk)
    assert f'href="{page(request)}"' in signed_in(cast.karin).get(own).content.decode()


def test_what_is_typed_of_a_new_request_is_saved_until_it_is_recorded(cast):
    nils = signed_in(cast.nils)
    typed = typed_request(cast, justification="Half a sent")
    draft = {**typed, "keep": "draft"}
    answer = nils.post(ADD_REQUEST, draft, headers={"X-Lockbox-Desk": "1"}).json()
    assert answer["kept"] and not answer["company"]
    assert "Half a sent" in nils.get(ADD_REQUEST).content.decode()
    assert "Half a sent" not in signed_in(cast.lena).get(ADD_REQUEST).content.decode()
    assert nils.post(ADD_REQUEST, typed).status_code == 302
    assert "Half a sent" not in nils.get(ADD_REQUEST).content.decode()


def test_what_comes_by_no_machine_is_offered_first(cast):
    shown = signed_in(cast.eva).get(ADD_REQUEST)
    offered = list(shown.context["form"].fields["connection"].queryset)
    assert offered[0] == cast.m365 and set(offered[1:]) == {cast.azure, cast.contract}


def test_what_comes_to_a_known_request_is_read_by_who_reads_the_request(cast):
    subject = cast.registered()
    request = subject.access_request
    dialogue.withdraw(request, by=cast.lena, reason="Solved")
    assert arrive(cast, duration_minutes=5).result == "not_taken"
    about = Arrival.objects.get(result="not_taken")
    word_for_word = reverse("admin:requests_app_arrival_payload", args=[about.pk])
    shown = signed_in(cast.nils).get(page(about))
    assert shown.status_code == 200 and word_for_word not in words(shown)
    assert signed_in(cast.nils).get(word_for_word).status_code == 404
    shown = signed_in(cast.lena).get(page(about))
    assert word_for_word in words(shown)
    assert signed_in(cast.lena).get(word_for_word).status_code == 200
    people.close_list(fresh(subject), by=cast.lena, reason="A staff matter")
    assert signed_in(cast.nils).get(page(about)).status_code == 404
    assert signed_in(cast.lena).get(page(about)).status_code == 200
