"""Who could see a case on a day: what held then, as it was known then, and what has
been entered since."""

from datetime import date, datetime, time, timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.cases.intake.models.review import ReviewUserPermission, SecrecyReview
from requests_app.cases.review.steps import afterwards, people
from tests.cast import Cast
from tests.helpers.people import engage, rewrite
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import signed_in, words
from tests.workbench.auditing.sight import (
    days,
    noon,
    on,
    role_of,
    saw,
    sight,
    todays_page,
)

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def decided(once):
    return Cast().decided(number="EXSR500")


def test_as_of_today_it_says_what_todays_page_says(cast, decided):
    """Of everybody, whatever the case: ordinary, answered, listed, stopped."""
    answered = cast.answered("refused", number="EXSR501")
    engage(cast, "dag", "decision_maker", cast.gsn)
    opened = cast.proposed(number="EXSR503")
    people.close_list(opened, by=cast.bo, reason="A staff matter")
    people.take_access(opened, by=cast.agnes, reason="Granskning 2026:4")
    stopped = cast.assessed(number="EXSR504")
    afterwards.stop(stopped, by=cast.karin, level="suspected")
    with days(1):
        rewrite(cast.jonas, is_active=False)
        rewrite(cast.dora, directory_roles=["auditor"])
        rewrite(role_of(cast.lena), ended_at=acting.now(), ended_by=cast.per)
    for review in (decided, answered, opened, stopped):
        review = SecrecyReview.objects.get(pk=review.pk)
        tomorrow = timezone.localdate() + timedelta(days=3)
        for asked in ({}, {"at": tomorrow}, {"at": tomorrow, "time": "12:00"}):
            with acting.at(noon(3)):
                found, _response = sight(cast.agnes, review, **asked)
                expected = todays_page(review)
            told = {
                name: (set(row.roles), row.is_named, str(row.saw))
                for name, row in found.items()
            }
            assert told == expected, (review, asked)
            assert not any(row.differs for row in found.values())


def test_a_closed_account_could_not_see_it_and_could_before(cast, decided):
    with days(2):
        rewrite(cast.karin, is_active=False)
    before, after = on(cast.agnes, decided, noon(1)), on(cast.agnes, decided, noon(3))
    assert saw(before, "Karin Test") == "whole" and not before["Karin Test"].differs
    assert "Karin Test" not in after and "Jonas Test" in after


def test_what_the_directory_took_away_is_no_role_from_then_on(cast, decided):
    with days(2):
        rewrite(cast.karin, directory_roles=["registrar"])
    with days(4):
        rewrite(cast.karin, directory_roles=["legal_reviewer"])
    told = [saw(on(cast.agnes, decided, noon(day)), "Karin Test") for day in (1, 3, 5)]
    assert told == ["whole", "nothing", "whole"]


def test_a_role_confirmed_anew_was_held_before_and_nobody_stands_red(cast, decided):
    """As when the account has a new password link, or is opened again."""
    role = role_of(cast.karin)
    with days(2):
        rewrite(role, confirmed_by=None, confirmed_at=None, usable_until=None)
    with days(4):
        rewrite(role, confirmed_by=cast.pia, confirmed_at=acting.now())
    for day, extent in ((1, "whole"), (3, "nothing"), (5, "whole")):
        people = on(cast.agnes, decided, noon(day))
        assert saw(people, "Karin Test") == extent
        assert not any(row.differs for row in people.values()), day


def test_a_lifted_suspension_stands_as_it_was(cast, decided):
    role = role_of(cast.karin)
    with days(2):
        rewrite(role, suspended_by=cast.per, suspended_at=acting.now())
    with days(4):
        rewrite(role, suspended_by=None, suspended_at=None)
    for day, extent in ((1, "whole"), (3, "nothing"), (5, "whole")):
        people = on(cast.agnes, decided, noon(day))
        assert saw(people, "Karin Test") == extent
        assert not any(row.differs for row in people.values()), day


def test_a_role_ended_at_once_was_held_until_then(cast, decided):
    with days(2):
        rewrite(role_of(cast.karin), ended_by=cast.per, ended_at=acting.now())
    people = on(cast.agnes, decided, noon(1))
    assert saw(people, "Karin Test") == "whole" and not people["Karin Test"].differs
    assert "Karin Test" not in on(cast.agnes, decided, noon(3))


@pytest.mark.parametrize(
    "written",
    [
        {"confirmed_at": noon(1) - timedelta(days=1)},
        {"ended_at": None, "ended_by": None},
        {"valid_to": None},
    ],
    ids=str,
)
def test_what_was_written_backwards_is_red_and_nobody_saw_by_it(cast, decided, written):
    """A confirmation before its day, an end taken away, days that are lengthened."""
    rose = engage(cast, "rose", "dpo", cast.gsn)
    role, per = role_of(rose), cast.per
    written_at = timezone.now() + timedelta(hours=1)
    before = {
        "confirmed_at": {"confirmed_at": None, "confirmed_by": None},
        "ended_at": {"ended_at": written_at, "ended_by": per},
        "valid_to": {"valid_to": timezone.localdate()},
    }
    (name, *_rest) = written
    with acting.at(written_at):
        rewrite(role, **before[name])
    with days(5):
        also = {"confirmed_by": per} if name == "confirmed_at" else {}
        rewrite(role, **written, **also)
    people = on(cast.agnes, decided, noon(2))
    assert people["rose"].differs and people["rose"].known == []
    assert people["rose"].roles == ["Dataskyddsombud"]
    assert saw(people, "rose") == "nothing"
    with days(10):
        at = f"{noon(2):%Y-%m-%dT%H:%M:%S}"
        text = words(sight(cast.agnes, decided, at=at)[1])
    assert "infört i efterhand" in text and "inget, så som det var känt då" in text


def test_a_role_put_in_past_the_system_is_red(cast, decided):
    """By somebody whom no trigger stops: it has no history."""
    rose = engage(cast, "rose", "dpo", cast.gsn)
    behind_our_back(
        "requests_app_roleassignment",
        "insert into requests_app_roleassignment (person_id, role, authority_id,"
        " employer, basis,"
        " valid_from, reason, given_by_id, given_at, confirmed_by_id, confirmed_at,"
        " stop_reason, combined_because, version)"
        " values (%s, 'legal_reviewer', %s, '', '', '2020-01-01', 'x',"
        " %s, '2020-01-01', %s, '2020-01-02', '', '', 0)",
        rose.pk,
        cast.gsn.pk,
        cast.per.pk,
        cast.pia.pk,
    )
    people = on(cast.agnes, decided, noon(1))
    assert people["rose"].differs and people["rose"].known == ["Dataskyddsombud"]
    assert set(people["rose"].roles) == {"Dataskyddsombud", "Handläggare"}


def test_a_day_is_any_moment_of_it(cast, decided):
    """A role held from nine to three is no role at midnight."""
    rose = engage(cast, "rose", "legal_reviewer", cast.gsn)
    role, day = role_of(rose), timezone.localdate() + timedelta(days=2)
    nine, three = (
        timezone.make_aware(datetime.combine(day, time(hour))) for hour in (9, 15)
    )
    with acting.at(timezone.now()):
        rewrite(role, confirmed_at=None, confirmed_by=None)
    with acting.at(nine):
        rewrite(role, confirmed_at=nine, confirmed_by=cast.per)
    with acting.at(three):
        rewrite(role, ended_at=three, ended_by=cast.per)
    with days(10):
        people, response = sight(cast.agnes, decided, at=day)
        assert saw(people, "rose") == "whole" and not people["rose"].differs
        assert people["rose"].known == ["Handläggare från kl. 09.00"]
        assert f"Någon gång under {day}" in words(response)
        for hour, extent in (
            ("08:59", "nothing"),
            ("12:00", "whole"),
            ("15:30", "nothing"),
        ):
            people, _response = sight(cast.agnes, decided, at=day, time=hour)
            assert saw(people, "rose") == extent
        after = day + timedelta(days=1)
        assert "rose" not in sight(cast.agnes, decided, at=after)[0]


def test_who_is_named_sees_it_as_long_as_they_have_a_role_somewhere(cast, decided):
    listed = cast.assessed(number="EXSR503")
    people.close_list(listed, by=cast.bo, reason="A staff matter")
    people.take_access(listed, by=cast.agnes, reason="Granskning 2026:4")
    assert ReviewUserPermission.objects.filter(user=cast.karin, content_object=listed)
    with days(2):
        rewrite(role_of(cast.karin), ended_by=cast.per, ended_at=acting.now())
    assert saw(on(cast.agnes, listed, noon(1)), "Karin Test") == "whole"
    assert "Karin Test" not in on(cast.agnes, listed, noon(3))


def test_a_date_that_is_none_is_said_beside_the_field(cast, decided):
    number = quote(decided.diary_number)
    agnes = signed_in(cast.agnes)
    for asked in ({"at": "i går"}, {"at": "2026-02-30"}, {"at": "1800-01-01"}):
        response = agnes.get(f"/revision/case/{number}/sight/", asked)
        assert "at" in response.context["form"].errors
        assert response.context["seen"] == []
    asked = {"at": str(date.today()), "time": "25:00"}
    response = agnes.get(f"/revision/case/{number}/sight/", asked)
    assert "time" in response.context["form"].errors


@pytest.mark.parametrize("day", [timedelta(days=1), timedelta(days=400)])
def test_of_a_time_to_come_nothing_is_told_as_fact(cast, decided, day):
    day = timezone.localdate(acting.now() + day)
    page = f"/revision/case/{decided.diary_number}/sight/?at={day}"
    response = signed_in(cast.agnes).get(page)
    assert response.context["seen"] == []
    assert "Det har inte hänt än" in response.content.decode()
