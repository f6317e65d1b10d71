"""Reading that somebody may ask about: counted by limits that stand on the page, and by
no other measure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections

from audit_app import reading
from requests_app.models import ReadingLimit

# What counts: reads of a case's page, history, files and papers; not lists. What was
# read off hours by whoever was on duty by a roster is a night's work, and only counted.
READS = """
with sight as (
  select e.actor_id, e.object_id::bigint as review, e.at,
    not is_open and is_duty as by_duty, not is_open and not is_duty as is_off
  from audit_app_ledgerentry e
  cross join lateral (select
    exists (select from requests_app_workingday day where day.day = lockbox_day(e.at))
      and (e.at at time zone 'Europe/Stockholm')::time >= %(opens)s
      and (e.at at time zone 'Europe/Stockholm')::time < %(closes)s as is_open,
    exists (select from requests_app_shift shift
            where shift.person_id = e.actor_id and shift.withdrawn_at is null
              and shift.begins_at <= e.at and shift.ends_at > e.at) as is_duty) hours
  where e.authority_id = %(authority)s
    and e.kind = 'read' and e.object_type = 'requests_app_secrecyreview'
    and e.at >= %(since)s and e.at < %(until)s and e.actor_id is not null
), part as (
  -- Whoever has done something in a case, or worked it, has a part in it.
  select distinct sight.actor_id, sight.review from sight
  where exists (select from requests_app_assignment a
                where a.review_id = sight.review and a.person_id = sight.actor_id)
     or exists (select from audit_app_ledgerentry done
                where done.object_type = 'requests_app_secrecyreview'
                  and done.object_id = sight.review::text
                  and done.actor_id = sight.actor_id
                  and done.kind in ('event', 'change'))
), hourly as (
  select one.actor_id, one.at, (
    select count(distinct other.review) from sight other
    where other.actor_id = one.actor_id and not other.by_duty
      and other.at > one.at - interval '1 hour' and other.at <= one.at) as cases
  from (select distinct actor_id, date_trunc('minute', at) + interval '1 minute' as at
        from sight) one
), habit as (
  select sight.actor_id, count(*) as reads,
    count(distinct sight.review) as cases,
    count(distinct sight.review) filter (where part.review is null and not by_duty)
      as without_part,
    count(*) filter (where is_off) as off_hours,
    count(*) filter (where by_duty) as by_duty,
    (select max(hourly.cases) from hourly where hourly.actor_id = sight.actor_id)
      as in_an_hour
  from sight
  left join part on part.actor_id = sight.actor_id and part.review = sight.review
  group by sight.actor_id
)
"""
# Of whom nothing but how many they are is told.
SUMMARY = """
select count(*), count(*) filter (where without_part > 0),
  count(*) filter (where in_an_hour >= %(many)s), count(*) filter (where off_hours > 0)
from habit
"""
# In the order of names: who read most stands nowhere first.
NAMED = """
select u.id, u.first_name, u.last_name, u.username, reads, cases, without_part,
  off_hours, by_duty, in_an_hour, in_an_hour >= %(many)s
from habit join lockbox_site_user u on u.id = habit.actor_id
where habit.actor_id = %(person)s
   or exists (select from sight where sight.actor_id = habit.actor_id
                                  and sight.review = any(%(reviews)s::bigint[]))
order by u.last_name, u.first_name, u.id
"""


class Window(NamedTuple):
    """Whose cases, by which limits, and from when to when."""

    limit: ReadingLimit
    since: datetime
    until: datetime


class Summary(NamedTuple):
    """How many people read at all, and how many of them unusually, in each way."""

    people: int
    without_part: int
    many: int
    off_hours: int


class Habit(NamedTuple):
    """What one person read. `in_an_hour`: most different cases within an hour;
    `by_duty`: off hours, and on duty by a roster."""

    person_id: int
    person: str
    reads: int
    cases: int
    without_part: int
    off_hours: int
    by_duty: int
    in_an_hour: int
    is_many: bool


def summary(window: Window) -> Summary:
    """One query over the reads of the time that is asked for."""
    return Summary(*_rows(SUMMARY, window)[0])


def habits(
    window: Window, *, person: int | None = None, reviews: Sequence[int] = ()
) -> list[Habit]:
    """Of the person, or of those who read one of the reviews. One query."""
    rows = _rows(NAMED, window, person=person, reviews=list(reviews))
    return [_habit(row) for row in rows]


def _rows(what: str, window: Window, **more: Any) -> list[tuple]:
    limit = window.limit
    values: dict[str, Any] = {
        "authority": limit.authority_id,
        "opens": limit.opens,
        "closes": limit.closes,
        "many": limit.many,
        "since": window.since,
        "until": window.until,
    }
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(READS + what, {**values, **more})
        return cursor.fetchall()


def _habit(row: tuple) -> Habit:
    key, first, last, login, *counts = row
    return Habit(key, f"{first} {last}".strip() or login, *counts)
