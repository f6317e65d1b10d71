"""What the database is asked of the roster: one statement, in ranges of time.

A need is an act at a place: an authority, of a decision also a product; of executing,
the authority that runs the connection. For each need and person six links, each of
which lies within the one before it: has the role, is not suspended from it, by a
delegation, is not away, can be reached and sign in, is on duty. What lies between two
links is a gap, and the second one its cause.
"""

from requests_app.models import Act
from requests_app.models.roster import ROLES_OF_ACT

# In it, `ABLE` is the query of those who can be reached and sign in.
ZONE = "'Europe/Stockholm'"
NEVER = "'{}'::tstzmultirange"


def _days(first: str, last: str) -> str:
    """From the first instant of a day to the last of another, by the clocks here."""
    begins = f"{first}::timestamp at time zone {ZONE}"
    ends = f"({last} + 1)::timestamp at time zone {ZONE}"
    return f"tstzmultirange(tstzrange({begins}, {ends}))"


# Both together are RoleAssignment.objects.in_force, of every instant.
HELD = f"""
  (case when r.confirmed_at is null then {NEVER}
    else tstzmultirange(tstzrange(r.confirmed_at, null)) end
   + case when r.usable_until > r.given_at
    then tstzmultirange(tstzrange(r.given_at, r.usable_until)) else {NEVER} end)
  * {_days("r.valid_from", "r.valid_to")}
  * tstzmultirange(tstzrange(null, least(r.refused_at, r.ended_at)))"""
NOT_SUSPENDED = f"""
  case when u.is_active then tstzmultirange(tstzrange(null, r.suspended_at))
    else {NEVER} end"""
BY_ROLE = ", ".join(
    f"('{act}', '{role}')"
    for act, roles in ROLES_OF_ACT.items()
    if act != Act.DECIDE
    for role in roles
)

LINKS = f"""
with asked as (
  select tstzmultirange(tstzrange(%(begins)s, %(ends)s)) as whole
), places as (
  select * from unnest(
    %(authority)s::bigint[], %(product)s::bigint[], %(minutes)s::int[]
  ) as p (authority_id, product_id, minutes)
), held as materialized (
  select r.person_id, r.authority_id, r.role, range_agg(({HELD}) * whole) as has,
    range_agg(({HELD}) * ({NOT_SUSPENDED}) * whole) as during
  from requests_app_roleassignment r
    join lockbox_site_user u on u.id = r.person_id cross join asked
  where r.branch_id is null
    and r.authority_id = any(%(authority)s::bigint[] || %(runs)s::bigint[])
    and not u.is_machine
    and (u.directory_roles is null or r.role = any(u.directory_roles))
  group by 1, 2, 3
), away as materialized (
  select person_id, range_agg({_days("valid_from", "valid_to")}) as during
  from requests_app_absence cross join asked
  where {_days("valid_from", "valid_to")} && whole group by 1
), rosters as materialized (
  select g.id, g.hours, p.authority_id, act
  from requests_app_rostergroup g cross join unnest(g.acts) act
    cross join lateral (
      select g.authority_id union
      select s.authority_id from requests_app_rosterauthority s where s.group_id = g.id
    ) p
  where g.is_active
), office as (
  select coalesce(range_agg(tstzrange(opens_at, closes_at)), {NEVER}) as hours
  from requests_app_workingday
  where closes_at > %(begins)s and opens_at < %(ends)s
), wanted as materialized (
  select authority_id, act,
    case when bool_or(rosters.hours = 'always') then whole else office.hours * whole end
      as during
  from rosters cross join office cross join asked
  group by 1, 2, whole, office.hours
), shifts as (
  select group_id, person_id, begins_at, ends_at from requests_app_shift
  where withdrawn_at is null and ends_at > %(begins)s and begins_at < %(ends)s
  union all
  select * from unnest(%(further_groups)s::bigint[], %(further_people)s::bigint[],
    %(further_begins)s::timestamptz[], %(further_ends)s::timestamptz[])
), on_duty as materialized (
  select s.person_id, r.authority_id, r.act,
    range_agg(tstzrange(s.begins_at, s.ends_at)) as during
  from shifts s join rosters r on r.id = s.group_id
  group by 1, 2, 3
), rules as materialized (
  select d.authority_id, d.product_id, d.role, d.person_id, d.outcomes, d.max_minutes,
    {_days("d.valid_from", "d.valid_to")} * case when d.parent_id is null
      then tstzmultirange(tstzrange(null, null))
      else {_days("p.valid_from", "p.valid_to")} end as during
  from requests_app_delegationrule d
    join requests_app_authority a on a.id = d.authority_id
    left join requests_app_delegationrule p on p.id = d.parent_id
  where d.decision_type = 'answer' and d.confirmed_at is not null
    and (d.parent_id is null or (p.confirmed_at is not null and p.may_subdelegate
      and (p.is_head or a.kind = 'company')))
), decides as materialized (
  select p.authority_id, p.product_id, o.act, h.person_id,
    range_agg(h.during * r.during) as during
  from places p join rules r on r.authority_id = p.authority_id
      and (r.product_id is null or r.product_id = p.product_id)
    join (values ('grant', 'granted'), ('refuse', 'refused')) as o (act, outcome)
      on o.outcome = any(r.outcomes)
      and (o.act = 'refuse' or r.max_minutes is null
        or r.max_minutes >= coalesce(p.minutes, 0))
    join held h on h.authority_id = p.authority_id
      and (h.role = r.role
        or (h.person_id = r.person_id and h.role = any(%(reads)s::text[])))
  group by 1, 2, 3, 4
), may as (
  select authority_id, null::bigint as product_id, n.act, n.act as duty, person_id,
    range_agg(has) as role, range_agg(during) as usable, range_agg(during) as delegation
  from held join (values {BY_ROLE}) as n (act, role) using (role)
  group by 1, 2, 3, 4, 5
  union all
  select p.authority_id, p.product_id, o.act, 'decide', h.person_id,
    range_agg(h.role + coalesce(d.during, {NEVER})),
    range_agg(h.usable + coalesce(d.during, {NEVER})),
    range_agg(coalesce(d.during, {NEVER}))
  from places p cross join (values ('grant'), ('refuse')) as o (act)
    join (select authority_id, person_id,
        range_agg(case when role = 'decision_maker' then has else {NEVER} end) as role,
        range_agg(case when role = 'decision_maker' then during else {NEVER} end)
          as usable
      from held group by 1, 2) h using (authority_id)
    left join decides d on (d.authority_id, d.act, d.person_id)
      = (p.authority_id, o.act, h.person_id)
      and d.product_id is not distinct from p.product_id
  group by 1, 2, 3, 4, 5
), present as (
  select may.*, delegation - coalesce(away.during, {NEVER}) as here
  from may left join away using (person_id)
), reached as (
  select present.*,
    case when person_id = any(array(ABLE)) then here else {NEVER} end as reached
  from present
), links as materialized (
  select l.*, case when w.during is null then reached
    else reached * coalesce(d.during, {NEVER}) end as acts
  from reached l
    left join wanted w on (w.authority_id, w.act) = (l.authority_id, l.duty)
    left join on_duty d on (d.authority_id, d.act, d.person_id)
      = (l.authority_id, l.duty, l.person_id)
)"""  # noqa: S608 — our own names

GAPS = f"""{LINKS}, needs as (
  select distinct authority_id, null::bigint as product_id, act, act as duty
  from places cross join (values ('register'), ('review')) as n (act)
  union all
  select runs, null, 'execute', 'execute' from unnest(%(runs)s::bigint[]) runs
  union all
  select authority_id, product_id, act, 'decide'
  from places cross join (values ('grant'), ('refuse')) as n (act)
), covered as materialized (
  select n.*, coalesce(w.during, whole) as wanted,
    case when w.during is null then whole else {NEVER} end as unrostered,
    coalesce(range_agg(role), {NEVER}) as role,
    coalesce(range_agg(usable), {NEVER}) as usable,
    coalesce(range_agg(delegation), {NEVER}) as delegation,
    coalesce(range_agg(here), {NEVER}) as here,
    coalesce(range_agg(reached), {NEVER}) as reached,
    coalesce(range_agg(acts), {NEVER}) as acts
  from needs n cross join asked
    left join wanted w on (w.authority_id, w.act) = (n.authority_id, n.duty)
    left join links l on (l.authority_id, l.act) = (n.authority_id, n.act)
      and l.product_id is not distinct from n.product_id
  group by n.authority_id, n.product_id, n.act, n.duty, w.during, whole
), twice as (
  select r.authority_id, d.product_id, d.act, person_id, r.acts * d.acts as during
  from links r join links d using (authority_id, person_id)
  where r.act = 'review' and d.duty = 'decide' and r.acts && d.acts
), alone as (
  select t.authority_id, t.product_id, range_agg(r.wanted * d.wanted * (t.during
    - coalesce((select range_agg(q.acts) from links q
        where q.authority_id = t.authority_id and q.person_id <> t.person_id
          and (q.act = 'review' or (q.act = t.act
            and q.product_id is not distinct from t.product_id))), {NEVER}))) as during
  from twice t
    join covered r on r.authority_id = t.authority_id and r.act = 'review'
    join covered d on d.authority_id = t.authority_id and d.act = t.act
      and d.product_id is not distinct from t.product_id
  group by 1, 2
), found as (
  select authority_id, product_id, act, v.cause, v.gap from covered
    cross join lateral (values
      ('role', wanted - role), ('suspended', wanted * (role - usable)),
      ('delegation', wanted * (usable - delegation)),
      ('away', wanted * (delegation - here)), ('unreached', wanted * (here - reached)),
      ('off_duty', wanted * (reached - acts)),
      ('unrostered', unrostered)) as v (cause, gap)
  union all
  select authority_id, product_id, 'two_persons', 'alone', during from alone
)
select authority_id, product_id, act, cause, lower(span), upper(span)
from found cross join unnest(gap) span order by 5, 1, 2, 3"""  # noqa: S608 — as above

WHO = f"""{LINKS}
select distinct person_id from links
where duty = %(duty)s and acts @> %(begins)s::timestamptz"""  # noqa: S608 — as above

SPANS = f"""{LINKS}
select authority_id, product_id, duty, person_id, on_duty, lower(span), upper(span)
from (
  select authority_id, product_id, duty, person_id, v.on_duty,
    range_agg(v.spans) as spans
  from links
    cross join lateral (values (false, reached), (true, acts)) as v (on_duty, spans)
  group by 1, 2, 3, 4, 5
) s cross join unnest(spans) span"""  # noqa: S608 — as above

# Where objects of an authority lie: products, and who runs their connections.
PLACES = """
select a.id, c.product_id, p.access_minutes, p.name, c.authority_id,
  bool_and(c.is_automatic and p.channel = any(%(answered)s))
from requests_app_authority a
  cross join requests_app_connection c
  join requests_app_providerproduct p on p.id = c.product_id
where a.id = any(%(authority)s) and c.is_active and exists (
  select from requests_app_cloudobject o
    join requests_app_cloudsystem s on s.id = o.system_id
  where s.connection_id = c.id and o.authority_id = a.id and o.gone_on is null)
group by 1, 2, 3, 4, 5 order by 1, 2, 5"""
