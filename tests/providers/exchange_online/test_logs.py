"""Microsoft's audit log read from its feed: windows, pages, subscriptions, troubles."""

from datetime import timedelta

import pytest

from requests_app.providers.exchange_online import abilities, logs
from requests_app.providers.exchange_online.logs import SCOPE
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import Unreadable
from tests.helpers.entra import identity
from tests.providers.exchange_online.activity_feed import TENANT, TYPES, Feed
from tests.providers.exchange_online.log_reading import (
    HOUR,
    NOW,
    ago,
    missing,
    numbered,
    numbers,
    read,
)
from tests.providers.exchange_online.records import OUR_ANSWER, STRANGER

pytestmark = pytest.mark.usefixtures("english")


def test_each_log_is_a_content_type_of_its_own(feed):
    assert {log.name for log in abilities.logs} == {*logs.CONTENT, logs.SUPPORT}
    assert set(logs.CONTENT.values()) <= TYPES
    feed.put("Audit.SharePoint", NOW - HOUR, [numbered(1)])
    assert numbers(read(ago(2), "sharepoint")) == ["id-1"]
    assert numbers(read(ago(2), "general")) == []


def test_pages_are_followed_by_the_header_and_only_evidence_is_given(feed):
    for number in range(8):
        feed.put("Audit.Exchange", NOW - HOUR, [STRANGER, numbered(number), OUR_ANSWER])
    pages = read(ago(2))
    assert numbers(pages) == [f"id-{number}" for number in range(8)]
    assert all(query["PublisherIdentifier"] == TENANT for query in feed.queries)
    assert missing(pages) == []


def test_a_record_is_the_very_bytes_that_came(feed):
    raw = b'[ {"Id" : "id-1",  "UserType":3, "Name":"\xc3\xa5"} ]'
    feed.put("Audit.Exchange", NOW - HOUR, raw)
    (piece,) = [piece for page in read(ago(2)) for piece in page.records]
    assert piece.raw == raw[2:-2]


def test_reading_goes_on_where_it_ended_and_what_comes_late_is_not_missed(feed):
    feed.put("Audit.Exchange", NOW - HOUR, [numbered(1)])
    pages = read(ago(3))
    assert numbers(pages) == ["id-1"]
    assert pages[-1].read_until == NOW - logs.SETTLING
    # It happened long before, and is made available now.
    late = numbered(2, CreationTime="2026-11-01T00:00:00")
    feed.put("Audit.Exchange", NOW - timedelta(minutes=5), [late])
    assert numbers(read(pages[-1].cursor)) == []
    assert numbers(read(pages[-1].cursor, now=NOW + HOUR)) == ["id-2"]


def test_windows_meet_and_none_is_longer_than_a_day(feed):
    read(ago(30))
    windows = [(query["startTime"], query["endTime"]) for query in feed.queries]
    assert all(one[1] == two[0] for one, two in zip(windows, windows[1:], strict=False))
    assert len(windows) == 30


def test_the_first_time_it_goes_as_far_back_as_there_is_anything(feed):
    feed.put("Audit.Exchange", NOW - timedelta(days=6, hours=23), [numbered(1)])
    pages = read()
    assert numbers(pages) == ["id-1"] and missing(pages) == []


def test_what_lies_further_back_is_said_to_be_missing(feed, graph):
    graph.may_search = False
    feed.put("Audit.Exchange", NOW - HOUR, [numbered(1)])
    pages = read(ago(24 * 9))
    (gap,) = missing(pages)
    assert gap.since == NOW - 9 * 24 * HOUR
    assert NOW - timedelta(days=7) <= gap.until <= NOW - timedelta(days=6, hours=23)
    assert numbers(pages) == ["id-1"]


def test_without_a_subscription_one_is_begun(feed):
    del feed.subscriptions["Audit.Exchange"]
    (page,) = read()
    assert feed.subscriptions["Audit.Exchange"] == "enabled"
    assert (page.records, page.missing) == ([], ())
    assert page.read_until == NOW - logs.SETTLING
    assert numbers(read(page.cursor, now=NOW + HOUR)) == []


def test_a_subscription_that_somebody_ended_leaves_a_gap(feed, graph):
    graph.may_search = False
    del feed.subscriptions["Audit.Exchange"]
    (gap,) = missing(read(ago(5)))
    assert (gap.since, gap.until) == (NOW - 5 * HOUR, NOW - logs.SETTLING)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_subscription_that_is_switched_off_is_told_in_words(feed, graph, is_known):
    feed.subscriptions["Audit.Exchange"] = "disabled"
    if not is_known:
        del feed.subscriptions["Audit.Exchange"]
        feed.starts_as = "disabled"
    with pytest.raises(Unreachable, match="switched off"):
        read(ago(2))


def test_started_twice_is_told_once_and_then_fine(feed, graph):
    """Somebody else began it between our two calls."""
    del feed.subscriptions["Audit.Exchange"]
    hook = feed.subscriptions.setdefault
    feed.hooks["start"] = lambda number: hook("Audit.Exchange", "enabled")
    with pytest.raises(Unreachable, match="just been started"):
        read(ago(2))
    assert read(ago(2))


@pytest.mark.parametrize("fault", ["403", "429"])
def test_too_much_is_told_with_how_long_to_wait(feed, fault):
    feed.faults["list"] = [fault]
    with pytest.raises(Unreachable, match="asked too much") as refused:
        read(ago(2))
    assert refused.value.retry_after == (900 if fault == "429" else None)


@pytest.mark.parametrize("fault", ["cut", "500", "half"])
def test_a_cut_leaves_what_was_given_and_the_rest_comes_next_time(feed, fault):
    for number in range(3):
        feed.put("Audit.Exchange", NOW - HOUR, [numbered(number)])
    feed.faults["blob"] = ["", "", fault]
    pages = []
    with pytest.raises(Unreachable):
        for page in logs.connect(TENANT).read("exchange", ago(2), NOW):
            pages.append(page)
    assert numbers(pages) == ["id-0", "id-1"]
    assert numbers(read(pages[-1].cursor)) == ["id-0", "id-1", "id-2"]


def test_doubles_and_disorder_are_given_as_they_are(feed):
    feed.put("Audit.Exchange", NOW - HOUR, [numbered(1), numbered(1)])
    feed.put("Audit.Exchange", NOW - HOUR, [numbered(2)])
    feed.faults["list"] = ["", "out of order"]
    assert sorted(numbers(read(ago(2)))) == ["id-1", "id-1", "id-2"]
    feed.faults["list"] = ["", "doubled"]
    assert len(numbers(read(ago(2)))) == 6


def test_ten_thousand_of_the_same(feed):
    feed.put("Audit.Exchange", NOW - HOUR, [numbered(1)] * 10_000)
    assert numbers(read(ago(2))) == ["id-1"] * 10_000


def test_a_blob_that_was_thrown_away_is_missing_and_hinders_nothing(feed, graph):
    graph.may_search = False
    feed.gone = {feed.put("Audit.Exchange", NOW - HOUR, [numbered(1)])}
    feed.put("Audit.Exchange", NOW - HOUR, [numbered(2)])
    pages = read(ago(2))
    assert numbers(pages) == ["id-2"]
    (gap,) = missing(pages)
    assert gap.since <= NOW - HOUR < gap.until


@pytest.mark.parametrize("raw", [b"<html>", b'{"a": 1}', b"", b"\xff\xfe"])
def test_a_blob_that_is_no_list_is_one_odd_record(feed, raw):
    feed.put("Audit.Exchange", NOW - HOUR, raw)
    feed.put("Audit.Exchange", NOW - HOUR, ["no object", numbered(2)])
    odd, text, good = (piece for page in read(ago(2)) for piece in page.records)
    for piece in (odd, text):
        with pytest.raises(Unreadable):
            list(logs.events("exchange", TENANT, piece.value))
    assert odd.raw == raw and good.value["Id"] == "id-2"


def test_nothing_is_fetched_from_another_host(feed):
    feed.put("Audit.Exchange", NOW - HOUR, [numbered(1)])
    with Feed() as other:
        feed.elsewhere = other.url
        with pytest.raises(Unreachable, match="another address"):
            read(ago(2))
        assert other.calls == []


def test_over_tls_it_knows_us_by_a_token_for_this_api_alone(monkeypatch, tmp_path):
    with (
        identity(tmp_path, monkeypatch, "LOCKBOX_EXCHANGE") as known,
        Feed(pem=str(known.server)) as server,
    ):
        server.now = lambda: NOW
        monkeypatch.setenv("LOCKBOX_EXCHANGE_LOG_ENDPOINT", server.url)
        assert read(ago(1))
    assert set(server.tokens) == {"Bearer a-token-of-the-stand-in"}
    assert SCOPE in known.entra.assertions[-1][0]
