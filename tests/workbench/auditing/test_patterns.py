"""What shows only in many cases; periods in words; one answer that is enough; and the
decision among the reads."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from requests_app.audit.forms import PERIODS, PeriodForm
from requests_app.audit.lines.read import Sought
from requests_app.audit.selectors import decisions
from requests_app.core.people.models import RoleAssignment
from tests.cast import Cast
from tests.helpers.people import engage
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import fetch, lines, page, signed_in, words
from tests.workbench.auditing.test_case import at

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def five(once):
    cast = Cast()
    return [cast.decided(number=f"EXSR60{n}") for n in range(5)]


def shown(reader, name="audit_patterns", **asked):
    url = f"{reverse(f'admin:{name}')}?{urlencode(asked, doseq=True)}"
    response, queries = fetch(signed_in(reader), url)
    # And one more, by which those whose lines are shown know that somebody looked.
    assert len(queries) <= 13, lines(queries)
    return response


def test_times_are_told_by_authority_with_their_percentiles(cast, five):
    arrived = "review__access_request__received_at"
    rows = five[0].decisions.model.objects.values_list("decided_at", arrived)
    took = sorted(decided - came for decided, came in rows)
    (times,) = shown(cast.agnes).context["times"]
    assert (times.authority, times.decisions) == (cast.gsn.name, 5)
    assert (times.half, times.longest) == (took[2], took[4])
    assert times.half <= times.nine_tenths <= times.nearly_all <= times.longest
    assert shown(cast.agnes, period="last_year").context["times"] == []


def test_a_pair_that_always_decides_together_is_told(cast, five, monkeypatch):
    (pair,) = shown(cast.agnes).context["pairs"]
    assert (pair.rapporteur_id, pair.decider_id) == (cast.karin.pk, cast.bo.pk)
    assert (pair.together, pair.prepared, pair.decided) == (5, 5, 5)
    assert not decisions.Pair("a", 1, "b", 2, 5, 6, 7).is_always
    monkeypatch.setattr(decisions, "FEWEST", 6)
    assert shown(cast.agnes).context["pairs"] == []


def test_a_right_that_nobody_has_used_for_six_months_is_told(cast, five):
    idle = engage(cast, "idle", "registrar", cast.gsn)
    given = timezone.now() - timedelta(days=200)
    for row in RoleAssignment.objects.filter(authority=cast.gsn):
        behind_our_back(
            "requests_app_roleassignment",
            "update requests_app_roleassignment set given_at = %s where id = %s",
            given,
            row.pk,
        )
    signed_in(cast.agnes).get(reverse("admin:audit"))
    unused = {
        (row.person_id, row.person): row for row in shown(cast.agnes).context["unused"]
    }
    people = {key for key, _name in unused}
    assert idle.pk in people
    assert not {cast.bo.pk, cast.karin.pk, cast.agnes.pk} & people
    assert unused[idle.pk, "idle"].last is None
    # Whoever may decide and only reads has not used that right.
    behind_our_back(
        "requests_app_decision",
        "update requests_app_decision set decided_at = decided_at - interval '1 year'",
    )
    signed_in(cast.bo).get(page(five[0]))
    people = {row.person_id for row in shown(cast.agnes).context["unused"]}
    assert cast.bo.pk in people and cast.karin.pk not in people


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("today", "2026-03-15", "2026-03-16"),
        ("yesterday", "2026-03-14", "2026-03-15"),
        ("days", "2026-03-09", "2026-03-16"),
        ("month", "2026-03-01", "2026-03-16"),
        ("last_month", "2026-02-01", "2026-03-01"),
        ("last_quarter", "2025-10-01", "2026-01-01"),
        ("year", "2026-01-01", "2026-03-16"),
        ("last_year", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_period_in_words_is_whole_days_here(period, first, last):
    with acting.at(datetime(2026, 3, 15, 12, tzinfo=UTC)):
        form = PeriodForm({"period": period})
        assert form.is_valid()
    days = (timezone.localtime(form.cleaned_data[name]) for name in ("since", "until"))
    assert [f"{day:%Y-%m-%d %H:%M}" for day in days] == [
        f"{first} 00:00",
        f"{last} 00:00",
    ]
    assert period in PERIODS


def test_a_period_and_a_time_are_not_both_given():
    form = PeriodForm({"period": "today", "since": "2026-01-01"})
    assert not form.is_valid() and set(form.errors) == {"period"}


def test_it_is_enough_that_one_answers(cast, five):
    signed_in(cast.karin).get(page(five[0]))
    signed_in(cast.lena).get(page(five[1]))

    def keys(**asked):
        return {row.key for row in shown(cast.agnes, "audit", **asked).context["rows"]}

    since = {"period": "today"}
    hers = keys(person=cast.lena.pk, kind="read", **since)
    reads = keys(kind="read", **since)
    assert hers < reads
    case = {"case": five[0].diary_number}
    either = keys(person=cast.lena.pk, kind="read", either="on", **since)
    assert reads <= either and len(either) > len(reads)
    both = keys(**case, kind="refusal", either="on", **since)
    assert keys(**case, kind="read", **since) <= both
    assert Sought(either=True).ways == [Sought(either=True)]


def test_values_and_something_else_are_each_enough(cast, five):
    signed_in(cast.karin).get(page(five[0]))
    rows = shown(cast.agnes, "audit", text="Bifall", kind="read", either="on").context
    kinds = {row.kind for row in rows["rows"]}
    assert kinds == {"change", "read"}


def test_role_changes_are_narrowed_by_whose_and_by_whom(cast, five):
    idle = engage(cast, "idle", "registrar", cast.gsn)
    rows = shown(cast.agnes, "audit_roles", person=idle.pk).context["rows"]
    assert rows and {row.person_id for row in rows} == {idle.pk}
    given = shown(cast.agnes, "audit_roles", person=cast.pia.pk).context["rows"]
    assert given and all(cast.pia.pk in (row.person_id, row.by_id) for row in given)


def test_the_decision_is_marked_among_the_reads(cast, five):
    signed_in(cast.karin).get(page(five[0]))
    response = signed_in(cast.agnes).get(at(five[0].diary_number, "readers/"))
    decided = [act for act in response.context["acts"] if act.decides]
    assert len(decided) == 1 and decided[0].first.by == "Bo Test"
    assert "Beslut fattat" in words(response)
