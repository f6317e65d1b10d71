"""Bad input on the pages: a clear error where it can be acted on, nothing typed lost."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit_app.acting import acting
from requests_app.models import (
    AccessRequest,
    CloudObject,
    CloudSystem,
    Content,
    Decision,
    Delivery,
    RoleAssignment,
)
from tests.cast import MAILBOX, provision
from tests.helpers.web import fetch, page, signed_in, step_url

pytestmark = pytest.mark.django_db
ADD = "/requests_app/accessrequest/add/"


def typed(cast, **changes):
    now = timezone.localtime()
    told = {
        "connection": cast.m365.pk,
        "external_id": "EXSR418822",
        "service": "Exchange",
        "object_ids": "kurator@skola.example",
        "justification": "Reparera ett skadat objekt",
        "requested_at_0": f"{now:%Y-%m-%d}",
        "requested_at_1": f"{now:%H:%M}",
        "hours": "4",
        "engineer_country": "ie",
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def send(cast, name="nils", **changes):
    return signed_in(getattr(cast, name)).post(ADD, typed(cast, **changes))


def errors(response):
    return response.context["form"].errors


def test_a_request_is_typed_in_and_its_deadline_computed(cast):
    assert send(cast).status_code == 302
    request = AccessRequest.objects.get()
    assert request.engineer_country == "IE" and request.duration_minutes == 240
    wait = request.answer_deadline - timezone.now()
    assert datetime.timedelta(hours=11.9) < wait <= datetime.timedelta(hours=12)
    assert request.reviews.get().authority == cast.gsn
    assert request.arrivals.get().payload.text.startswith('{"connection"')


def test_the_executor_types_in_a_request_at_night_and_the_lawyer_does_not(cast):
    assert send(cast, name="eva").status_code == 302
    assert send(cast, name="karin").status_code == 403


@pytest.mark.parametrize(
    "field, changes",
    [
        ("external_id", {"external_id": ""}),
        ("service", {"service": None}),
        ("hours", {"hours": "0"}),
        ("hours", {"hours": "Support request lifetime"}),
        ("hours", {"hours": "-1"}),
        ("engineer_country", {"engineer_country": "12"}),
        ("requested_at", {"requested_at_0": "2026-13-45"}),
        ("requested_at", {"requested_at_0": "2999-01-01"}),
        ("recorded_afterwards", {"requested_at_0": "2026-01-01"}),
        ("justification", {"justification": "x" * 20_001}),
    ],
)
def test_a_field_that_is_wrong_is_named_and_the_rest_is_kept(cast, field, changes):
    response = send(cast, **changes)
    assert response.status_code == 200 and field in errors(response)
    told = {**typed(cast), **changes}
    page_text = response.content.decode()
    for value in (told["justification"][:50], told["object_ids"]):
        assert value in page_text
    assert not AccessRequest.objects.exists()


def test_a_number_that_is_recorded_is_refused_by_name(cast):
    send(cast)
    response = send(cast)
    assert "external_id" in errors(response)
    assert AccessRequest.objects.count() == 1


def test_a_request_recorded_afterwards_says_when_and_why(cast):
    why = "Portalen var nere"
    day = f"{timezone.localtime() - datetime.timedelta(days=3):%Y-%m-%d}"
    response = send(cast, requested_at_0=day, recorded_afterwards=why)
    assert response.status_code == 302
    request = AccessRequest.objects.get()
    assert request.recorded_afterwards.text == why
    assert request.recorded_at - request.received_at > datetime.timedelta(days=2)


@pytest.mark.parametrize(
    "text", ["👩‍⚕️ läkare", "\u202eabc\u202c عربي", "å" * 5000, "Tab\tetc"]
)
def test_any_text_is_kept_as_typed(cast, text):
    send(cast, justification=text)
    assert AccessRequest.objects.get().justification.text == text


def test_word_processor_leftovers_are_taken_out_of_a_text(cast):
    send(cast, justification="en\u00a0rad\x0b\x00\r\nnästa")
    assert AccessRequest.objects.get().justification.text == "en rad\n\nnästa"


def test_a_form_sent_twice_is_done_once_and_says_so(cast):
    subject = cast.proposed()
    bo = signed_in(cast.bo)
    told = {"seen": subject.version, "no_conflict": "on"}
    assert bo.post(step_url(subject, "decide"), told).status_code == 302
    again = bo.post(step_url(subject, "decide"), told)
    assert again.status_code == 409
    assert "Bo Test" in again.content.decode()
    assert Decision.objects.count() == 1


def test_a_form_sent_after_another_persons_step_keeps_what_was_typed(cast):
    subject = cast.assessed()
    seen = subject.version
    cast.assess(subject, ground_motivation="Ändrad")
    text = "En lång motivering som inte får försvinna"
    told = {
        "seen": seen,
        "outcome": "granted",
        "granted_minutes": 60,
        "motivation_internal": text,
        "motivation_for_recipient": "OSL 10:2 a",
    }
    karin = signed_in(cast.karin)
    stale = karin.post(step_url(subject, "propose"), told)
    assert stale.status_code == 409
    assert text in stale.content.decode() and "Karin Test" in stale.content.decode()
    seen_now = stale.context["form"].seen
    assert (
        karin.post(step_url(subject, "propose"), {**told, "seen": seen_now}).status_code
        == 302
    )


def test_a_refused_rule_is_shown_at_its_field_with_the_text_kept(cast):
    subject = cast.assessed()
    told = {
        "seen": subject.version,
        "outcome": "granted",
        "granted_minutes": 999,
        "motivation_internal": "Behålls",
        "motivation_for_recipient": "x",
    }
    response = signed_in(cast.karin).post(step_url(subject, "propose"), told)
    assert "granted_minutes" in errors(response)
    assert "Behålls" in response.content.decode()


def test_provisions_added_to_the_form_keep_what_was_typed_and_complain_of_nothing(cast):
    subject = cast.assigned()
    known = provision("OSL-23-2-st1")
    more = provision("OSL-21-7")
    told = {
        "add": "1",
        "shown": [known.pk],
        "more": [more.pk],
        f"reasons_{known.pk}": "Skrivet innan",
    }
    response = signed_in(cast.karin).post(step_url(subject, "assess"), told)
    text = response.content.decode()
    assert f'name="outcome_{more.pk}"' in text and "Skrivet innan" in text
    assert not errors(response) and not subject.harm_tests.exists()


def test_the_lawyer_says_why_they_depart_from_a_presumption_or_a_proposal(cast):
    subject = cast.assigned()
    known = provision("OSL-23-2-st1")
    told = {
        "answer_N0": "yes",
        "answer_N3": "no",
        "answer_N9.processor": "no",
        "shown": [known.pk],
        f"outcome_{known.pk}": "does_not_apply",
        "no_conflict": "on",
    }
    karin = signed_in(cast.karin)
    response = karin.post(step_url(subject, "assess"), told)
    wrong = errors(response)
    assert f"reasons_{known.pk}" in wrong and "motivation_N9.processor" in wrong
    assert not subject.answers.exists()
    why = {f"reasons_{known.pk}": "Clear.", "motivation_N9.processor": "Not covered."}
    assert karin.post(step_url(subject, "assess"), told | why).status_code == 302
    presumed = {f"outcome_{known.pk}": "applies", f"reasons_{known.pk}": ""}
    answered = karin.post(step_url(subject, "assess"), told | why | presumed)
    assert answered.status_code == 302
    assert subject.harm_tests.get().outcome == "applies"


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.mark.parametrize(
    "name, body, accepted",
    [
        ("bild.png", PNG, True),
        ("bild.exe", PNG, True),
        ("bild.png", b"MZ\x90", False),
        ("stor.png", PNG + b"0" * (5 * 1024 * 1024), False),
    ],
)
def test_proof_is_a_picture_or_pdf_by_what_it_holds(cast, name, body, accepted):
    task = cast.decided().access_request.deliveries.get()
    now = timezone.localtime()
    told = {
        "given_at_0": f"{now:%Y-%m-%d}",
        "given_at_1": f"{now:%H:%M}",
        "no_conflict": "on",
        "proof": SimpleUploadedFile(name, body, "image/png"),
    }
    eva = signed_in(cast.eva)
    response = eva.post(step_url(task, "confirm"), told)
    task = Delivery.objects.get()
    assert (response.status_code == 302) == accepted
    assert (task.proof is not None) == accepted
    if accepted:
        fetched = eva.get(reverse("admin:requests_app_delivery_proof", args=[task.pk]))
        assert fetched.content == body
        assert fetched.headers["Content-Type"] == "image/png"


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
    from requests_app.workflow import stop

    stop.stop(subject, by=cast.karin, level="suspected")
    for name in ("karin", "lena", "bo", "agnes", "sixten", "per"):
        client = signed_in(getattr(cast, name))
        for url in (page(subject), page(subject, "history")):
            text = client.get(url).content.decode()
            assert "technical processing" not in text and "corrupted" not in text
    assert signed_in(cast.sixten).get(page(subject)).status_code == 200
    assert Content.objects.exists()


def test_an_object_of_two_authorities_has_one_that_keeps_it(cast):
    with acting(cast.sam):
        RoleAssignment.objects.create(
            person=cast.rut,
            role="information_owner",
            authority=cast.snc,
            valid_from=datetime.date(2020, 1, 1),
            reason="engaged",
            given_by=cast.sam,
        )
    told = {
        "system": CloudSystem.objects.get(name="M365").pk,
        "kind": "mailbox",
        "designation": "Q-1",
        "external_id": MAILBOX.upper(),
        "authority": cast.snc.pk,
        "information_links-TOTAL_FORMS": 0,
        "information_links-INITIAL_FORMS": 0,
    }
    url = reverse("admin:requests_app_cloudobject_add")
    response = signed_in(cast.rut).post(url, told)
    assert "en myndighet förvarar det och beslutar" in response.content.decode()
    assert MAILBOX.upper() in response.content.decode()
    assert CloudObject.objects.filter(authority=cast.snc).count() == 1


def test_a_request_for_a_hundred_objects_goes_all_the_way_to_paper(cast):
    kept = CloudObject.objects.get(external_id=MAILBOX)
    held = kept.information_links.get().information_set
    names = [f"lada-{number}@skola.example" for number in range(100)]
    with acting(cast.lena):
        for number, name in enumerate(names):
            more = CloudObject.objects.create(
                system=kept.system,
                kind="mailbox",
                designation=f"H-{number}",
                external_id=name,
                authority=kept.authority,
            )
            more.information_links.create(information_set=held)
    subject = cast.decided(objects=tuple(names))
    assert len(subject.decisions.get().object_ids) == 100
    _, queries = fetch(signed_in(cast.karin), page(subject))
    assert len(queries) <= 30
    assert subject.decisions.get().documents.count() == 2
