"""Rows whose columns are told nowhere: what we know is read, and nothing breaks."""

from datetime import UTC, datetime, timedelta

import pytest

from audit_app import acting
from requests_app.providers import exchange_online
from requests_app.providers.exchange_online import WAITS
from requests_app.providers.reading import Unreadable

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def read(**row):
    return exchange_online.application({"RequestId": "EXSR123456", **row})


def test_what_is_known_is_read():
    with acting.at(NOW):
        found = read(
            ApprovalStatus="Pending",
            ServiceName="SharePoint",
            CreatedDate=f"{NOW:%Y-%m-%dT%H:%M:%S}",
            Duration="04:00:00",
            ServiceRequestNumber="SR-1",
        )
    assert (found.external_id, found.provider_status) == ("EXSR123456", "Pending")
    assert (found.service, found.support_case) == ("SharePoint", "SR-1")
    assert found.requested_at == NOW and found.duration_minutes == 240
    assert found.extra == {} and found.concluded == ""


@pytest.mark.parametrize(
    "value, minutes", [("04:00:00", 240), ("1.00:30:00", 1470), (2, 120), ("0.5", 30)]
)
def test_a_length_is_hours_or_a_timespan(value, minutes):
    assert read(Duration=value).duration_minutes == minutes


@pytest.mark.parametrize(
    "row",
    [
        {"Duration": "Support request lifetime"},
        {"Duration": {"Ticks": 1}},
        {"CreatedDate": "yesterday"},
        {"CreatedDate": ["2026"]},
        {"ApprovalStatus": {"value": 2}},
        {"ServiceName": None},
        {"SomethingNew": {"a": [1, 2]}, "Another": True},
        {"CreatedDate": "9999-12-31T23:59:59"},
    ],
)
def test_unknown_columns_and_values_break_nothing_and_are_kept(row):
    found = read(**row)
    assert found.external_id == "EXSR123456" and found.concluded == ""
    (name, value) = next(iter(row.items()))
    told = [found.duration_text, found.service]
    assert value is None or found.extra.get(name.lower()) == value or value in told


def test_what_has_run_out_is_reckoned_for_there_is_no_word_for_it():
    sent = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    with acting.at(NOW + WAITS - timedelta(seconds=1)):
        assert read(ApprovalStatus="Pending", CreatedDate=sent).concluded == ""
    with acting.at(NOW + WAITS):
        assert read(ApprovalStatus="Pending", CreatedDate=sent).concluded == "lapsed"
        assert read(ApprovalStatus="Denied", CreatedDate=sent).concluded == "denied"


@pytest.mark.parametrize("value", [None, [], "x", {"Comment": "no number"}])
def test_a_row_without_a_number_can_not_be_read(value):
    with pytest.raises(Unreadable):
        exchange_online.application(value)
