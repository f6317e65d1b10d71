"""What the feed does not hold any more is searched for through Graph, and what can not
be searched for is said to be missing."""

import json
from datetime import timedelta

import pytest

from requests_app.providers.exchange_online import logs
from requests_app.providers.protocol import Unreachable
from tests.providers.exchange_online.graph_server import Graph
from tests.providers.exchange_online.log_reading import (
    HOUR,
    NOW,
    ago,
    missing,
    numbered,
    numbers,
    read,
)
from tests.providers.exchange_online.records import OPERATOR, OUR_ANSWER

pytestmark = pytest.mark.usefixtures("english")
LONG_AGO = 9 * 24


def test_what_the_feed_has_no_more_is_searched_for_and_read_when_it_is_done(
    feed,
    graph,
):
    graph.records = [numbered(number) for number in range(4)]
    graph.status = "running"
    feed.put("Audit.Exchange", NOW - HOUR, [numbered("new")])
    first = read(ago(LONG_AGO))
    # The feed goes on meanwhile; what is read without a gap ends where the gap begins.
    assert numbers(first) == ["id-new"] and missing(first) == []
    assert {page.read_until for page in first} == {NOW - LONG_AGO * HOUR}
    (search,) = graph.searches
    # By when things happened, which is before they become available.
    assert search["filterStartDateTime"] == f"{NOW - (LONG_AGO + 24) * HOUR:%FT%TZ}"
    graph.status = "succeeded"
    second = read(first[-1].cursor)
    assert numbers(second) == ["id-0", "id-1", "id-2", "id-3"]
    assert missing(second) == [] and len(graph.searches) == 1
    assert second[-1].read_until == NOW - logs.SETTLING


def test_what_a_search_gives_is_the_record_and_of_this_log_alone(feed, graph):
    graph.records = [
        numbered("ours", Workload="Exchange"),
        numbered("other", Workload="SharePoint"),
        {**OUR_ANSWER, "Workload": "Exchange"},
        {"odd": True},
    ]
    graph.status = "succeeded"
    rows = [piece.value for page in read(ago(LONG_AGO)) for piece in page.records]
    assert rows[0]["Operation"] == OPERATOR["Operation"] and rows[0]["Id"] == "id-ours"
    assert len(rows) == 2 and "auditData" in rows[1]
    general = read(ago(LONG_AGO), "general")
    assert [len(page.records) for page in general if page.records] == [1]


@pytest.mark.parametrize("status", ["failed", "cancelled", "gone"])
def test_a_search_that_fails_leaves_what_is_missing(feed, graph, status):
    graph.status = status
    pages = read(ago(LONG_AGO))
    (gap,) = missing(pages)
    assert gap.since == NOW - LONG_AGO * HOUR and "Microsoft" in gap.why
    assert pages[-1].read_until == NOW - logs.SETTLING


def test_without_the_permission_it_is_missing_and_says_which(feed, graph):
    graph.may_search = False
    (gap,) = missing(read(ago(LONG_AGO)))
    assert "AuditLogsQuery.Read.All" in gap.why


def test_a_search_that_can_not_be_begun_now_is_begun_later(feed, graph):
    graph.faults["search"] = ["503"]
    with pytest.raises(Unreachable):
        read(ago(LONG_AGO))
    assert missing(read(ago(LONG_AGO))) == []


def test_a_cut_while_a_search_is_read_goes_on_with_its_page(feed, graph):
    graph.records = [numbered(number) for number in range(7)]
    graph.faults["records"] = ["", "cut"]
    pages = []
    with pytest.raises(Unreachable):
        for page in logs.connect(feed.scope).read("exchange", ago(LONG_AGO), NOW):
            pages.append(page)
    rest = read(pages[-1].cursor)
    assert numbers(pages + rest) == [f"id-{number}" for number in range(7)]
    assert rest[-1].read_until == NOW - logs.SETTLING


def test_a_second_gap_is_searched_for_with_the_first(feed, graph):
    graph.status = "running"
    days = [(NOW - timedelta(days=number)).isoformat() for number in (9, 30, 20)]
    pages = read(json.dumps([*days, "the-first-search", ""]))
    (search,) = graph.searches
    assert search["filterStartDateTime"] == f"{NOW - timedelta(days=31):%FT%TZ}"
    assert pages[-1].read_until == NOW - timedelta(days=30)


def test_nothing_is_fetched_from_another_host(feed, graph):
    graph.records = [numbered(number) for number in range(4)]
    with Graph() as other:
        graph.elsewhere = other.url
        with pytest.raises(Unreachable, match="another address"):
            read(ago(LONG_AGO))
        assert other.calls == []
