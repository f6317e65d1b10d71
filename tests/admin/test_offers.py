"""What a page offers and says is what can be done, and what there is to know."""

import logging
import re

import pytest
from django.urls import reverse
from django.utils import translation

from audit_app.acting import acting
from audit_app.models import LedgerEntry
from requests_app.models import Arrival, Delivery
from requests_app.workflow import decision, intake, routing, stop, withdrawal
from requests_app.workflow.machine_accounts import machine_account
from tests.cast import MAILBOX, provision
from tests.helpers.web import in_english, offered, page, signed_in, step_url

pytestmark = pytest.mark.django_db
UNKNOWN = ("nobody@knows.example",)


def words(response) -> str:
    return " ".join(response.content.decode().split())


# -- Merge, route, arrivals ------------------------------------------------------------


def test_a_double_is_told_from_the_others_and_merged(cast):
    double = cast.request("EXSR2")
    kept = cast.request("EXSR1")
    over = cast.request("EXSR3")
    withdrawal.withdraw(over, by=cast.lena, reason="Mail")
    client = in_english(cast.lena)
    shown = client.get(step_url(double, "merge"))
    with translation.override("en"):
        choices = dict(shown.context["form"].fields["into"].choices)
    labels = [label for key, label in choices.items() if key]
    assert len(labels) == 1
    for told in ("EXSR1", "Repair a corrupted item", "Under review"):
        assert told in labels[0]
    assert re.search(r" · .* \d\d\.\d\d · ", labels[0])
    told = {"into": kept.pk, "reason": "Same request", "seen": double.version}
    assert client.post(step_url(double, "merge"), told).status_code == 302
    double.refresh_from_db()
    assert double.merged_into == kept


def test_a_routed_request_leads_on_to_its_review(cast):
    request = cast.request(objects=UNKNOWN)
    nils = signed_in(cast.nils)
    told = {"objects": [request.requested_objects.get().pk], "authority": cast.nis.pk}
    done = nils.post(step_url(request, "route"), told, follow=True)
    links = {button["url"]: button["main"] for button in done.context["steps"]}
    assert links[page(request.reviews.get())]


def test_an_arrival_leads_on_to_what_can_be_done_about_it(cast):
    unreadable = intake.set_aside(
        cast.m365, by=cast.intake, payload=b"{", trouble="Not JSON"
    )
    urls = _buttons(cast.nils, unreadable)
    assert reverse("admin:requests_app_accessrequest_add") in urls
    request = cast.request()
    about = Arrival.objects.create(
        connection=request.connection,
        access_request=request,
        payload=unreadable.payload,
        result="not_taken",
        trouble="Changed after it had ended",
        arrived_at=unreadable.arrived_at,
        arrived_by=cast.intake,
    )
    with acting(machine_account("system")):
        cast.lena.roles.create(
            role="registrar",
            authority=cast.nis,
            valid_from="2020-01-01",
            reason="engaged",
            given_by=machine_account("system"),
        )
    assert page(request) in _buttons(cast.lena, about)
    assert page(request) not in _buttons(cast.nils, about)


def _buttons(person, obj):
    shown = signed_in(person).get(page(obj))
    return [button["url"] for button in shown.context["steps"]]


# -- How long --------------------------------------------------------------------------


def _longest(cast, minutes):
    product = cast.m365.product
    product.access_minutes = minutes
    with acting(machine_account("system")):
        product.save()


def test_a_product_that_gives_less_than_is_asked_for_says_so_at_every_step(cast):
    _longest(cast, 120)
    subject = cast.assessed()
    karin, bo, eva = (in_english(p) for p in (cast.karin, cast.bo, cast.eva))
    told = "The request asks for 4 h; Microsoft 365 gives at most 2 h."
    assert told in words(karin.get(step_url(subject, "propose")))
    cast.propose(subject)
    assert told in words(bo.get(step_url(subject, "decide")))
    decision.decide(subject, by=cast.bo, no_conflict=True)
    task = Delivery.objects.get()
    for url in (page(task), step_url(task, "confirm")):
        assert told in words(eva.get(url))


def test_a_portal_that_gives_more_than_is_granted_says_so_and_so_does_the_answer(cast):
    subject = cast.proposed()
    bo, eva = in_english(cast.bo), in_english(cast.eva)
    told = "Granted is 2 h, but an approval opens access for 4 h"
    assert told in words(bo.get(step_url(subject, "decide")))
    decision.decide(subject, by=cast.bo, no_conflict=True)
    task = Delivery.objects.get()
    assert told in words(eva.get(page(task)))
    last = task.text.text.split("\n\n")[-1]
    assert "2 t" in last and "4 t" in last


def test_a_grant_of_all_that_is_asked_for_warns_of_nothing(cast):
    subject = cast.assessed()
    cast.propose(subject, granted_minutes=240)
    assert 'class="notice"><b>' not in words(signed_in(cast.bo).get(page(subject)))
    decision.decide(subject, by=cast.bo, no_conflict=True)
    assert Delivery.objects.get().text.text == "OSL 10:2 a."


# -- Revoke, close, correct ------------------------------------------------------------


def test_the_provider_reads_its_own_reason_for_a_revocation(cast):
    grant = cast.answered().access_request.grants.get()
    bo = signed_in(cast.bo)
    assert "revoke" in offered(bo, grant)
    told = {"reason": "It reads too much", "reason_for_recipient": "Stop at once"}
    assert bo.post(step_url(grant, "revoke"), told).status_code == 302
    task = Delivery.objects.get(answer="revoke")
    shown = words(signed_in(cast.eva).get(page(task)))
    assert "Stop at once" in shown and "It reads too much" not in shown
    assert "revoke" not in offered(bo, grant)


def test_a_case_is_closed_when_the_request_is_over_and_not_before(cast):
    subject = cast.decided("refused")
    karin = signed_in(cast.karin)
    assert "close" not in offered(karin, subject)
    cast.confirm(subject.access_request.deliveries.get())
    assert "close" in offered(karin, subject)


def test_only_decision_makers_correct_a_decision(cast):
    subject = cast.decided()
    assert "correct" in offered(signed_in(cast.bo), subject)
    karin = signed_in(cast.karin)
    assert "correct" not in offered(karin, subject)
    told = {"text": "O-17", "seen": subject.version}
    assert karin.post(step_url(subject, "correct"), told).status_code == 403


# -- Stopped, handed over --------------------------------------------------------------


def test_a_stop_reaches_the_security_protection_manager_and_hides_the_rest(cast):
    subject = cast.assessed()
    stop.stop(subject, by=cast.karin, level="suspected")
    sixten = in_english(cast.sixten)
    line = next(
        item for item in sixten.get("/").context["items"] if item.name == str(subject)
    )
    assert line.alarm == "Stopped for security protection."
    assert (line.wants, line.details, line.level, line.warning) == ("", "", None, "")
    for client in (sixten, in_english(cast.karin), in_english(cast.per)):
        shown = words(client.get(page(subject)))
        assert "Sixten Test" in shown
        for hidden in ("Pupil health", "O-17", MAILBOX, "Repair", "Exchange"):
            assert hidden not in shown


def test_who_does_not_read_a_case_is_not_told_what_its_objects_hold(cast):
    shown = words(signed_in(cast.per).get(page(cast.new())))
    assert "O-17" in shown and "Pupil health" not in shown


def test_a_review_handed_over_keeps_its_number_and_says_where_it_went(cast):
    subject = cast.registered()
    number = subject.diary_number
    why = "The social board keeps it"
    right = routing.reroute(subject, by=cast.lena, authority=cast.snc, reason=why)
    shown = words(in_english(cast.lena).get(page(subject)))
    assert number and number in shown
    assert "Socialnämnden Centrum" in shown and why in shown
    assert right.diary_number == ""


# -- Deciding and assessing ------------------------------------------------------------


def test_who_decides_needs_no_other_page(cast):
    subject = cast.proposed()
    shown = words(in_english(cast.bo).get(step_url(subject, "decide")))
    for told in (
        "Repair a corrupted item",
        MAILBOX,
        "Pupil health",
        "K3 R2 T2",
        "Time left to answer",
        "Not clear.",
        "A repair is technical processing.",
        "Pupils&#x27; personal circumstances occur.",
        "OSL 10:2 a.",
    ):
        assert told in shown, told


def test_a_returned_proposal_is_changed_with_its_comment_in_sight(cast):
    subject = cast.proposed()
    why = "Say which item"
    decision.return_proposal(subject, by=cast.bo, comment=why, no_conflict=True)
    karin = signed_in(cast.karin)
    assert why in words(karin.get(step_url(subject, "propose")))
    cast.propose(subject)
    decision.return_proposal(subject, by=cast.bo, comment="Shorter", no_conflict=True)
    shown = words(karin.get(step_url(subject, "propose")))
    assert "Shorter" in shown and why not in shown


def test_a_provision_asks_its_own_question_and_shows_its_note(cast):
    from requests_app.models import InformationSetProvision

    subject = cast.assigned()
    data_protection = provision("OSL-21-7")
    with acting(machine_account("system")):
        InformationSetProvision.objects.create(
            information_set=subject.requested_objects.get()
            .cloud_object.information_links.get()
            .information_set,
            provision=data_protection,
        )
    shown = words(in_english(cast.karin).get(step_url(subject, "assess")))
    assert "processed in breach of the data protection regulation" in shown
    assert "Secrecy applies if it can be assumed that harm follows." not in shown
    assert data_protection.note and data_protection.note[:30] in shown


def test_an_employer_that_is_not_told_is_not_made_up(cast):
    subject = cast.new()
    who = subject.access_request
    assert who.employer_entity == ""
    shown = words(in_english(cast.karin).get(page(subject)))
    assert "employer not told" in shown
    assert "<dd>Microsoft" not in shown


# -- What arrived, and the log ---------------------------------------------------------


def test_a_payload_is_set_in_lines_and_leads_back(cast):
    request = cast.request()
    arrival = intake.set_aside(
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


def test_a_refusal_is_one_line_in_the_log_and_one_in_the_ledger(cast, caplog):
    subject = cast.proposed()
    before = LedgerEntry.objects.filter(kind="refusal").count()
    with caplog.at_level(logging.WARNING, "django.request"):
        answer = signed_in(cast.karin).post(step_url(subject, "decide"), {})
    assert answer.status_code == 403
    (line,) = [row for row in caplog.records if row.name == "django.request"]
    assert "Forbidden" in line.getMessage() and line.exc_info is None
    assert LedgerEntry.objects.filter(kind="refusal").count() == before + 1
