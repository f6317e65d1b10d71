"""The specification's own examples, the shapes before it, and what is not readable."""

import json
from pathlib import Path

import pytest

from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.sweep import receive_document
from requests_app.providers import azure
from requests_app.providers.reading import Unreadable, pieces

EXAMPLES = Path(__file__).parent / "specification" / "examples"
LIST = EXAMPLES / "Requests_List.json"
PENDING = EXAMPLES / "Requests_List_FilterByStatus.json"
GET = EXAMPLES / "Requests_Get_InSubscription.json"


def body(path):
    return json.loads(path.read_text())["responses"]["200"]["body"]


def one(**properties):
    fields = {
        "requestId": "R-1",
        "justification": "Look into it",
        "status": "Pending",
        "createdDateTime": "2026-11-24T10:00:00Z",
        "expirationDateTime": "2026-11-28T10:00:00Z",
        "duration": "8",
        "resourceIds": "A,B",
        **properties,
    }
    return {
        "id": "/x",
        "properties": {k: v for k, v in fields.items() if v is not None},
    }


# -- Shapes --------------------------------------------------------------------------


def test_the_list_example_is_cut_into_its_requests_byte_for_byte():
    raw = LIST.read_bytes()
    cut = list(azure.applications(raw))
    assert [piece.value for piece in cut] == body(LIST)["value"]
    assert all(piece.raw in raw for piece in cut)


@pytest.mark.parametrize("path", [LIST, PENDING, GET], ids=lambda p: p.stem)
def test_the_same_answer_is_read_with_and_without_the_examples_wrapper(path):
    wrapped = list(azure.applications(path.read_bytes()))
    bare = list(azure.applications(json.dumps(body(path)).encode()))
    assert [p.value for p in wrapped] == [p.value for p in bare]


def test_newest_and_older_shapes_say_the_same():
    new = azure.application(one(resourceIds="A, B", duration="8"))
    old = azure.application(
        one(resourceIds=None, requestedResourceIds=["A", "B"], duration=8)
    )
    assert new == old
    assert (new.object_ids, new.duration_minutes) == (("A", "B"), 480)


@pytest.mark.parametrize(
    "duration, minutes, text",
    [
        ("8", 480, "8"),
        (8, 480, "8"),
        ("0.5", 30, "0.5"),
        ("Support request lifetime", None, "Support request lifetime"),
        ("0", None, "0"),
        (0, None, "0"),
        (-1, None, "-1"),
        ("1e999", None, "1e999"),
        ("nan", None, "nan"),
        (None, None, ""),
    ],
)
def test_durations(duration, minutes, text):
    application = azure.application(one(duration=duration))
    assert (application.duration_minutes, application.duration_text) == (minutes, text)


def test_unknown_statuses_and_fields_are_kept_and_wait_for_us():
    application = azure.application(one(status="Pondering", brandNew={"a": 1}))
    assert (application.provider_status, application.concluded) == ("Pondering", "")
    assert application.extra == {"brandnew": {"a": 1}}


def test_the_name_of_a_field_in_another_case_is_no_change_of_terms():
    lower = azure.application(one(workitemsource="Other"))
    upper = azure.application(one(workItemSource="Other"))
    assert lower.terms_digest == upper.terms_digest


@pytest.mark.parametrize(
    "value, what",
    [
        ([], "properties"),
        ({"properties": []}, "properties"),
        (one(requestId=None), "requestId"),
        (one(requestId=["x"]), "requestId"),
        (one(createdDateTime="yesterday"), "createdDateTime"),
        (one(createdDateTime="2026-11-24T10:00:00"), "createdDateTime"),
        (one(createdDateTime="2026-13-24T10:00:00Z"), "createdDateTime"),
        (one(resourceIds={"a": 1}), "resourceIds"),
        (one(justification={"a": 1}), "justification"),
    ],
)
def test_wrong_types_name_the_field(value, what):
    with pytest.raises(Unreadable, match=what):
        azure.application(value)


def test_seven_decimals_of_a_second_are_read():
    application = azure.application(one(createdDateTime="2020-11-19T03:12:51.2672319Z"))
    assert application.requested_at.microsecond == 267231


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[]", b'"x"', b"[" * 100_000])
def test_what_is_not_an_answer_is_said_to_be(raw):
    with pytest.raises(Unreadable):
        list(azure.applications(raw))


def test_a_list_is_found_behind_keys_of_every_kind():
    text = '{"a": [1, {"value": []}], "b": "\\"]", "value" : [ {"x": 1} , 2 ] }'
    assert [p.raw for p in pieces(text, ("value",))] == [b'{"x": 1}', b"2"]


# -- Taken in ------------------------------------------------------------------------

db = pytest.mark.django_db


def take_in(cast, raw):
    raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return list(receive_document(cast.azure, raw, by=cast.intake))


@db
def test_the_examples_go_in(cast):
    # All examples have the same masked number: one request, and what differs is set
    # aside for a person, with its payload.
    results = take_in(cast, LIST.read_bytes())
    assert [r.result for r in results] == ["new", "not_taken", "not_taken"]
    request = AccessRequest.objects.get()
    assert (request.provider_status, request.status) == ("Expired", "lapsed")
    assert (
        "two different requests" in results[1].trouble
        or "två olika" in results[1].trouble
    )
    assert bytes(Arrival.objects.first().payload.body) in LIST.read_bytes()


@db
@pytest.mark.parametrize("path", [GET, PENDING], ids=lambda p: p.stem)
def test_each_example_goes_in(cast, path):
    assert take_in(cast, path.read_bytes())[0].result == "new"


@db
def test_the_get_example_after_the_list_is_the_same_request(cast):
    take_in(cast, LIST.read_bytes())
    assert take_in(cast, GET.read_bytes())[0].result is None


@db
def test_a_pending_request_waits_with_its_unknown_objects(cast):
    take_in(cast, one())
    request = AccessRequest.objects.get()
    assert request.status == "in_review" and not request.reviews.exists()
    assert request.requested_objects.count() == 2


@db
def test_a_known_resource_goes_to_its_custodian_whatever_its_case(cast):
    from tests.cast import VM

    take_in(cast, one(resourceIds=VM.lower()))
    assert AccessRequest.objects.get().reviews.get().authority == cast.gsn


@db
def test_one_bad_request_in_a_list_does_not_stop_the_others(cast):
    results = take_in(cast, {"value": [one(duration={}), one(requestId="R-2"), {}]})
    assert [r.result for r in results] == ["not_taken", "new", "not_taken"]
    assert Arrival.objects.filter(result="not_taken").count() == 2


@db
@pytest.mark.parametrize("raw", [b"{broken", b"\xff", b'{"value": 7}'])
def test_what_can_not_be_read_is_kept_for_a_person(cast, raw):
    assert take_in(cast, raw)[0].result == "not_taken"
    kept = Arrival.objects.get()
    assert bytes(kept.payload.body) == raw and kept.trouble


@db
def test_an_application_of_ten_megabytes_is_kept_but_not_taken_in(cast):
    huge = one(justification="x" * 10_000_000)
    assert (
        take_in(cast, {"value": [huge, one(requestId="R-2")]})[0].result == "not_taken"
    )
    assert Arrival.objects.filter(result="not_taken").get().payload.size > 10_000_000
    assert AccessRequest.objects.get().external_id == "R-2"


@db
def test_a_nul_character_does_not_stop_intake(cast):
    take_in(cast, one(justification="a\x00b"))
    assert AccessRequest.objects.get().justification.text == "a�b"


@db
def test_the_command_says_what_it_took_in_and_fails_on_trouble(cast, tmp_path, capsys):
    from django.core.management import CommandError, call_command

    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(one()))
    bad.write_text("{")
    call_command("import_requests", "azure", good)
    call_command("import_requests", "azure", good)
    out = capsys.readouterr().out
    assert "R-1: new" in out and "R-1: known" in out
    with pytest.raises(CommandError, match="intake list"):
        call_command("import_requests", "azure", bad)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_requests", "azure", tmp_path / "none.json")
