"""Every act that a provider reports is held against what was granted."""

import pytest

from audit_app import acting
from requests_app.cases.access import clients
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.steps import afterwards, case, decision
from requests_app.core.queue import LONGEST, lines_of
from requests_app.core.step import WrongState, machine_account
from requests_app.desk.sweep import sweep
from requests_app.oversight.models import Deviation
from requests_app.oversight.steps import acts
from requests_app.oversight.tasks import deviations_for
from requests_app.providers.application import Event
from tests.cast import MAILBOX, SITE, hours
from tests.helpers.caller import Caller
from tests.helpers.cases import TERM, decided_under
from tests.helpers.extended import grant_of, granted, machine, more, opened
from tests.helpers.people import rewrite
from tests.helpers.refusals import fresh
from tests.workflow.acts import ready, reported

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


@pytest.mark.parametrize("room", ROOMS)
def test_whatever_lies_outside_is_a_deviation_whichever_way_it_comes(cast, room):
    request = ready(cast, room)
    reported(cast, room, request)
    assert not Deviation.objects.exists()
    for changes, kind in OUTSIDE.values():
        event = reported(cast, room, request, **changes)
        row = Deviation.objects.get(acts__event=event)
        assert [told["kind"] for told in row.divergences] == [kind], changes
        assert row.review == request.reviews.get() and row.status == "open"


@pytest.mark.parametrize("is_over", [False, True])
def test_an_act_on_a_request_that_nobody_has_routed_is_for_who_runs_the_connection(
    cast, is_over
):
    request = cast.request(objects=("nobody@knows.example",))
    if is_over:
        with acting.at(hours(13)):
            afterwards.sweep_request(fresh(request), by=cast.sweeper)
    event = Event(external_id="E-1", happened_at=acting.now(), action="read")
    acts.take_in_event(
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


def test_a_provider_does_not_escape_by_saying_little(cast):
    """Number, time and action alone were compared with nothing."""
    request = ready(cast, "contract")
    silent = dict.fromkeys(("object_name", "actor", "employer", "country", "act"), "")
    for left_out, is_missed in (
        (silent, True),
        ({"country": ""}, True),
        ({"employer": ""}, False),
    ):
        event = reported(cast, "contract", request, **left_out)
        rows = Deviation.objects.filter(acts__event=event)
        assert [row.kind_names for row in rows] == [["unsaid"]] * is_missed, left_out
    (first,) = Deviation.objects.all()
    (told,) = first.divergences
    assert told["granted"] == "object, employer, country, act"


def test_of_whom_a_reservation_binds_nobody_else_may_do_it(cast):
    subject = decided_under(cast, "granted_with_reservation", "internal").review
    served = {"served_at": acting.now(), "way": "email", "recipient": TERM.bound}
    decision.serve(subject, by=cast.lena, **served)
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
        event = Event(number, happened_at=acting.now(), action="read", object_name=name)
        acts.take_in_event(fresh(request), event, by=cast.intake, payload=b"{}")
        found = Deviation.objects.filter(event__external_id=number)
        assert {row.review.authority.code for row in found} == whose


def test_the_provider_reports_it_through_the_api(cast):
    caller = Caller(clients.make_client(cast.contract, by=cast.sam, name="EM"))
    opened(cast)
    told = {
        "number": "E-1",
        "happened_at": acting.now().isoformat(),
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
    clients.make_client(cast.contract, by=cast.sam, name="EM")
    first = opened(cast)
    second = more(cast, first)
    dialogue.acknowledge(granted(cast, second), by=machine(cast))
    reported(cast, "contract", first, employer="", hours=1.5)
    assert not Deviation.objects.exists()
    why = {"reason": "x", "reason_for_recipient": "Sluta."}
    delivery.revoke(fresh(grant_of(first)), by=cast.bo, **why)
    reported(cast, "contract", first, employer="")
    assert [row["kind"] for row in Deviation.objects.get().divergences] == ["time"]


def test_access_that_was_revoked_and_ran_its_time_is_a_deviation(cast):
    request = ready(cast, "hand")
    why = {"reason": "x", "reason_for_recipient": "Sluta."}
    delivery.revoke(fresh(grant_of(request)), by=cast.bo, **why)
    with acting.at(hours(5)):
        sweep()
    row = Deviation.objects.get()
    assert row.divergences[0]["kind"] == "late_end" and row.event is None


def test_what_is_found_out_about_a_closed_request_can_be_closed(cast):
    request = cast.request(objects=("nobody@knows.example",))
    dialogue.withdraw(request, by=cast.nils, reason="Solved")
    assert fresh(request).status == "closed"
    event = Event(external_id="E-1", happened_at=acting.now(), action="read")
    acts.take_in_event(
        fresh(request), event, by=machine_account("outbox"), payload=b"{}"
    )
    row = Deviation.objects.get()
    case.register(row.review, by=cast.nils, public_subject="Access")
    with pytest.raises(WrongState, match="strike|avskrivning"):
        case.close(fresh(row.review), by=cast.nils)


def test_ten_acts_that_diverge_alike_are_one_deviation_until_it_is_concluded(cast):
    request = ready(cast, "asked")
    for number in range(10):
        reported(cast, "asked", request, object_name=f"other/{number}")
    row = Deviation.objects.get()
    assert row.acts.count() == 10
    reported(cast, "asked", request, country="IN")
    assert Deviation.objects.count() == 2
    acts.take(fresh(row), by=cast.dora)
    acts.conclude(fresh(row), by=cast.dora, outcome="none", conclusion="Renamed.")
    reported(cast, "asked", request, object_name="other/0")
    assert Deviation.objects.count() == 3 and row.acts.count() == 10
