"""Every act that a provider reports is held against what was granted."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit_app import clock
from audit_app.acting import acting
from requests_app.background.sweep import sweep
from requests_app.law.terms import ConditionTerm
from requests_app.models import AccessEvent, Deviation
from requests_app.providers.event import Event
from requests_app.selectors.queue.deviations import deviations_for
from requests_app.selectors.queue.item import LONGEST
from requests_app.selectors.queue.kind import lines_of
from requests_app.workflow import (
    access,
    contract,
    decision,
    dialogue,
    lapse,
    reported_act,
    review,
    serving,
)
from requests_app.workflow import deviation as step_of
from requests_app.workflow.closing import left_open
from requests_app.workflow.machine_accounts import machine_account
from requests_app.workflow.step import WrongState
from tests.cast import MAILBOX, SITE, hours
from tests.helpers.caller import Caller
from tests.helpers.cases import TERM, decided_under
from tests.helpers.extended import grant_of, granted, machine, more, opened
from tests.helpers.people import rewrite
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import page, signed_in, step_url, words, work_of

pytestmark = pytest.mark.django_db

# What may lie outside, as the act says it; and the kind that it is then.
OUTSIDE = {
    "object": ({"object_name": "logs/other"}, "object"),
    "before": ({"hours": -3}, "time"),
    "after": ({"hours": 9}, "time"),
    "company": ({"employer": "Helt annat bolag AB"}, "person"),
    "place": ({"country": "IN"}, "place"),
    "copied": ({"act": "copy"}, "act"),
    "deleted": ({"act": "delete"}, "act"),
    "shared": ({"act": "share"}, "act"),
}
ROOMS = ("contract", "asked", "hand")


def ready(cast, room):
    """Access that runs, of an engineer of a company in Sweden."""
    if room == "contract":
        contract.make_client(cast.contract, by=cast.sam, name="EM")
        request = opened(cast)
    else:
        request = cast.answered().access_request
    with acting(cast.lena):
        request = fresh(request)
        request.engineer_country, request.employer_entity = "SE", "Drift AB"
        request.save()
    return fresh(request)


def reported(cast, room, request, **changes):
    """The same act, by each way that one comes in."""
    at = hours(changes.pop("hours", 0))
    names = request.requested_objects.values_list("external_id", flat=True)
    told = {
        "action": "rebuild index",
        "object_name": names.get(),
        "actor": "engineer 17",
        "employer": "Drift AB",
        "country": "SE",
        "act": "change",
        **changes,
    }
    number = f"E-{AccessEvent.objects.count()}"
    event = Event(external_id=number, happened_at=at, **told)
    if room == "contract":
        client = machine(cast)
        reported_act.report(fresh(request), by=client, event=event, payload=b"{}")
    elif room == "asked":
        step = reported_act.take_in_event
        step(fresh(request), event, by=cast.intake, payload=b"{}")
    else:
        subject = request.reviews.get()
        reported_act.record_act(subject, by=cast.karin, happened_at=at, **told)
    return AccessEvent.objects.order_by("-pk").first()


@pytest.mark.parametrize("room", ROOMS)
def test_whatever_lies_outside_is_a_deviation_whichever_way_it_comes(cast, room):
    request = ready(cast, room)
    reported(cast, room, request)
    assert not Deviation.objects.exists()
    for changes, kind in OUTSIDE.values():
        event = reported(cast, room, request, **changes)
        row = Deviation.objects.get(event=event)
        assert [told["kind"] for told in row.divergences] == [kind], changes
        assert row.review == request.reviews.get() and row.status == "open"


@pytest.mark.parametrize("is_over", [False, True])
def test_an_act_on_a_request_that_nobody_has_routed_is_for_who_runs_the_connection(
    cast, is_over
):
    request = cast.request(objects=("nobody@knows.example",))
    if is_over:
        with clock.at(hours(13)):
            lapse.sweep_request(fresh(request), by=cast.sweeper)
    event = Event(external_id="E-1", happened_at=clock.now(), action="read")
    reported_act.take_in_event(
        fresh(request), event, by=machine_account("outbox"), payload=b"{}"
    )
    row = Deviation.objects.get()
    assert row.review.authority == cast.nis and row.kinds
    assert row.review.status == ("lapsed" if is_over else "new")


def test_several_things_may_diverge_at_once_and_silence_never(cast):
    request = ready(cast, "hand")
    changes = {"object_name": "x@y", "country": "US", "act": "copy"}
    reported(cast, "hand", request, **changes)
    (row,) = Deviation.objects.all()
    assert [told["kind"] for told in row.divergences] == ["object", "place", "act"]
    (line,) = lines_of(deviations_for(cast.bo), LONGEST)
    assert line.wants == "Annat objekt, annan plats, annat slag av åtgärd"
    silent = dict.fromkeys(("object_name", "actor", "employer", "country", "act"), "")
    reported(cast, "hand", request, **silent)
    assert Deviation.objects.count() == 1


def test_of_whom_a_reservation_binds_nobody_else_may_do_it(cast):
    subject = decided_under(cast, "granted_with_reservation", "internal").review
    served = {"served_at": clock.now(), "way": "email", "recipient": TERM.bound}
    serving.serve(subject, by=cast.lena, **served)
    request = subject.access_request
    cast.confirm(request.deliveries.get())
    told = {"employer": "", "country": ""}
    reported(cast, "asked", request, actor=TERM.bound, **told)
    assert not Deviation.objects.exists()
    reported(cast, "asked", request, actor="Bo Ek", **told)
    assert [row["kind"] for row in Deviation.objects.get().divergences] == ["person"]


def test_a_condition_of_the_eea_holds_where_no_country_was_told(cast):
    subject = cast.assessed()
    cast.propose(subject, conditions=[ConditionTerm("inside_eea", "Within the EEA.")])
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    rewrite(subject.access_request, engineer_country="")
    request = fresh(subject.access_request)
    reported(cast, "asked", request, employer="", country="NO")
    assert not Deviation.objects.exists()
    reported(cast, "asked", request, employer="", country="US")
    assert [row["kind"] for row in Deviation.objects.get().divergences] == ["place"]


def test_of_several_authorities_it_is_of_the_one_whose_object_it_was(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    for number, name, whose in (
        ("E-1", SITE, {"SNC"}),
        ("E-2", "of nobody", {"GSN", "SNC"}),
    ):
        event = Event(number, happened_at=clock.now(), action="read", object_name=name)
        reported_act.take_in_event(fresh(request), event, by=cast.intake, payload=b"{}")
        found = Deviation.objects.filter(event__external_id=number)
        assert {row.review.authority.code for row in found} == whose


def test_the_provider_reports_it_through_the_api(cast):
    caller = Caller(contract.make_client(cast.contract, by=cast.sam, name="EM"))
    opened(cast)
    told = {
        "number": "E-1",
        "happened_at": clock.now().isoformat(),
        "action": "read",
        "object": "logs/other",
        "country": "IN",
        "employer": "Another Ltd",
        "act": "copy",
    }
    assert caller.post("/requests/P-1/events", told).status_code == 201
    kinds = [row["kind"] for row in Deviation.objects.get().divergences]
    assert kinds == ["object", "person", "act"]
    bad = {**told, "number": "E-2", "act": "burn"}
    assert caller.post("/requests/P-1/events", bad).status_code == 422


def test_an_act_within_an_extension_is_within_and_after_a_revocation_is_not(cast):
    contract.make_client(cast.contract, by=cast.sam, name="EM")
    first = opened(cast)
    second = more(cast, first)
    dialogue.acknowledge(granted(cast, second), by=machine(cast))
    reported(cast, "contract", first, employer="", hours=1.5)
    assert not Deviation.objects.exists()
    why = {"reason": "x", "reason_for_recipient": "Sluta."}
    access.revoke(fresh(grant_of(first)), by=cast.bo, **why)
    reported(cast, "contract", first, employer="")
    assert [row["kind"] for row in Deviation.objects.get().divergences] == ["time"]


def test_access_that_was_revoked_and_ran_its_time_is_a_deviation(cast):
    request = ready(cast, "hand")
    why = {"reason": "x", "reason_for_recipient": "Sluta."}
    access.revoke(fresh(grant_of(request)), by=cast.bo, **why)
    with clock.at(hours(5)):
        sweep()
    row = Deviation.objects.get()
    assert row.divergences[0]["kind"] == "late_end" and row.event is None


def test_it_is_in_the_queue_of_officer_decider_and_guards_and_red_on_the_case(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, object_name="x@y")
    row = Deviation.objects.get()
    name = f"{row}: {row.review}"
    for person in (cast.karin, cast.bo, cast.dora, cast.sixten, cast.ivar):
        item = work_of(person)[name]
        assert item.first and item.alarm and item.step_url.endswith("/take/")
    for person in (cast.jonas, cast.cilla, cast.eva, cast.agnes, cast.sam):
        assert name not in work_of(person)
    html = signed_in(cast.karin).get(page(row.review)).content.decode()
    assert f"/deviation/{row.pk}/" in html and "tag stop" in html


@pytest.mark.parametrize("country", ["SE", "IN"])
def test_whoever_records_an_act_is_told_whether_it_was_outside(cast, country):
    subject = ready(cast, "hand").reviews.get()
    url, karin = step_url(subject, "record-act"), signed_in(cast.karin)
    with clock.at(hours(0.1)):
        moment = timezone.localtime(clock.now())
        told = {
            "happened_at_0": f"{moment:%Y-%m-%d}",
            "happened_at_1": f"{moment:%H:%M}",
            "action": "rebuild index",
            "country": country,
            "seen": fresh(subject).version,
        }
        shown = words(karin.post(url, told, follow=True))
    assert "Åtgärden är antecknad" in shown
    assert ("En avvikelse väntar på att utredas" in shown) is (country == "IN")


def test_the_case_says_who_finds_out_what_it_was_and_by_when(cast):
    subject = ready(cast, "hand").reviews.get()
    access.end_access(subject.access_request.grants.get(), by=cast.eva)
    reported(cast, "hand", fresh(subject.access_request), object_name="x@y")
    row = Deviation.objects.get()
    karin = signed_in(cast.karin)
    for person in (cast.karin, cast.dora):
        if person == cast.dora:
            step_of.take(row, by=person)
        shown = words(karin.get(page(subject)))
        line = shown.partition('<p class="turn">')[2].partition("</p>")[0]
        assert "besked om vad avvikelsen var" in line and str(person) in line
        assert "Tid kvar att ta reda på vad det är" in shown
        assert "Ingen tidsfrist löper" not in shown
    words_of = {"outcome": "deviation", "conclusion": "A typing error of theirs."}
    step_of.conclude(fresh(row), by=cast.dora, **words_of)
    shown = words(karin.get(page(subject)))
    assert "vad avvikelsen var" not in shown and "Ingen tidsfrist löper" in shown


def test_it_is_taken_on_and_concluded_by_its_owner_in_words(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, object_name="x@y")
    row = Deviation.objects.get()
    words = {"outcome": "deviation", "conclusion": "A typing error of theirs."}
    refused(PermissionDenied, step_of.conclude, fresh(row), by=cast.dora, **words)
    refused(PermissionDenied, step_of.take, fresh(row), by=cast.agnes)
    step_of.take(fresh(row), by=cast.ivar)
    step_of.take(fresh(row), by=cast.dora)
    refused(PermissionDenied, step_of.conclude, fresh(row), by=cast.ivar, **words)
    step_of.conclude(fresh(row), by=cast.dora, **words)
    assert fresh(row).conclusion.text == "A typing error of theirs."
    refused(WrongState, step_of.take, fresh(row), by=cast.ivar)
    assert f"{row}: {row.review}" not in work_of(cast.dora)


def test_a_case_with_an_open_deviation_is_not_closed(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, object_name="x@y")
    access.end_access(fresh(grant_of(request)), by=cast.eva)
    subject = request.reviews.get()
    refused(WrongState, review.close, fresh(subject), by=cast.karin)

    def close_anyway():
        row = fresh(subject)
        row.status, row.closed_at = "closed", clock.now()
        row.save()

    refuses("open deviation", close_anyway, cast.karin)
    row = Deviation.objects.get()
    step_of.take(fresh(row), by=cast.karin)
    words = {"outcome": "none", "conclusion": "The object is the same."}
    step_of.conclude(fresh(row), by=cast.karin, **words)
    assert not [left for left in left_open(subject) if "Not settled" in left.text]
    review.close(fresh(subject), by=cast.karin, reason="Nothing is left.")


def test_the_database_keeps_what_was_found_and_concluded(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, object_name="x@y")
    row = Deviation.objects.get()

    def change(**values):
        def act():
            found = fresh(row)
            for name, value in values.items():
                setattr(found, name, value)
            found.save()

        return act

    refuses("stays as it was written", change(divergences=[{"kind": "act"}]), cast.ivar)
    refuses("own name", change(owner=cast.dora, owned_at=clock.now()), cast.ivar)
    rows = Deviation.objects.filter(pk=row.pk)
    refuses("kept|deleted", lambda: rows._raw_delete("default"), cast.ivar)
    step_of.take(fresh(row), by=cast.dora)
    anothers = change(
        status="concluded",
        outcome="none",
        conclusion=request.justification,
        concluded_by=cast.ivar,
        concluded_at=clock.now(),
    )
    refuses("the person who has taken it on", anothers, cast.ivar)
    words = {"outcome": "none", "conclusion": "x"}
    step_of.conclude(fresh(row), by=cast.dora, **words)
    refuses("not opened again", change(outcome="incident"), cast.dora)


def test_its_pages_name_it_once(cast):
    reported(cast, "hand", ready(cast, "hand"), object_name="x@y")
    url = step_url(Deviation.objects.get(), "take")
    assert "Avvikelse Avvikelse" not in words(signed_in(cast.bo).get(url))
