"""Reading that somebody may ask about: counted by rules that stand on the page, and by
no other measure."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections

from audit_app import reading
from requests_app.permissions.auditing import Audited

# So many different cases within an hour.
MANY = 10
MOST = 200
# What counts: reads of a case's page, history, files and papers; not lists.
READS = """
with sight as (
  select e.actor_id, e.object_id::bigint as review, e.at,
    not exists (select from requests_app_workingday day
                where day.day = lockbox_day(e.at)
                  and day.opens_at <= e.at and day.closes_at > e.at) as is_off
  from unnest(%(places)s::bigint[]) place(id)
  -- One authority's month after the other: of all at once, each index is read whole.
  cross join lateral (
    select actor_id, object_id, at from audit_app_ledgerentry
    where authority_id = place.id
      and kind = 'read' and object_type = 'requests_app_secrecyreview'
      and at >= %(since)s and at < %(until)s and actor_id is not null
    offset 0) e
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
    where other.actor_id = one.actor_id
      and other.at > one.at - interval '1 hour' and other.at <= one.at) as cases
  from (select distinct actor_id, date_trunc('minute', at) + interval '1 minute' as at
        from sight) one
)
select u.id, u.first_name, u.last_name, u.username, count(*) as reads,
  count(distinct sight.review) as cases,
  count(distinct sight.review) filter (where part.review is null) as without_part,
  count(*) filter (where is_off) as off_hours,
  (select max(hourly.cases) from hourly where hourly.actor_id = u.id) as in_an_hour
from sight
join lockbox_site_user u on u.id = sight.actor_id
left join part on part.actor_id = sight.actor_id and part.review = sight.review
group by u.id, u.first_name, u.last_name, u.username
order by without_part desc, in_an_hour desc, off_hours desc, reads desc, u.id
limit %(most)s
"""


class Habit(NamedTuple):
    """What one person read. `in_an_hour`: most different cases within an hour."""

    person_id: int
    person: str
    reads: int
    cases: int
    without_part: int
    off_hours: int
    in_an_hour: int

    @property
    def is_many(self) -> bool:
        return self.in_an_hour >= MANY


def habits(audited: Audited, since: datetime, until: datetime) -> list[Habit]:
    """One query over the reads of the time that is asked for; of more people than MOST
    one more."""
    parameters: dict[str, Any] = {
        "places": list(audited.authorities),
        "since": since,
        "until": until,
        "most": MOST + 1,
    }
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(READS, parameters)
        return [_habit(row) for row in cursor.fetchall()]


def _habit(row: tuple) -> Habit:
    key, first, last, login, *counts = row
    return Habit(key, f"{first} {last}".strip() or login, *counts)
