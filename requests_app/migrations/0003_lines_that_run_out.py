"""Lines that run out."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke execute on function lockbox_retention_run from lockbox_app;

revoke execute on function lockbox_retention_due from public;

drop function lockbox_retention_run;

drop function lockbox_retention_due;

-- What of the ledger has run out under a period, of the lines after one and up to another:
-- each line, whose it is, and why it stays all the same.
create or replace function lockbox_lines_due(
  in_period text, in_after bigint, in_upto bigint
) returns table (
  entry_id bigint, authority_id bigint, held text
)
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  return query
  with rule as materialized (
    select place.id, lockbox_retention_days(in_period, place.id) as days,
      lockbox_authority_holds(place.id) as held
    from (select id from requests_app_authority union all select null) place(id)
  )
  select line.id, line.authority_id, coalesce(nullif(rule.held, ''),
    nullif(lockbox_item_hold(detail.body::jsonb->>'item'), ''),
    lockbox_row_hold(line.object_type, line.object_id))
  from audit_app_ledgerentry line
  join rule on coalesce(rule.id, 0) = coalesce(line.authority_id, 0)
  join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where line.id > in_after and line.id <= in_upto and rule.days is not null
    and lockbox_retention_period(line.kind, line.event) = in_period
    and lockbox_line_moment(line.at, detail.body::jsonb)
      < audit_now() - make_interval(days => rule.days);
end $f$;

-- Lets the details of what has run out under a period go, of the lines after one and up to
-- another, and says how many did. What a rule confirmed by two lets go, and nothing else:
-- so the application may call it.
create or replace function lockbox_lines_run(
  in_period text, in_after bigint, in_upto bigint
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  return audit_details_expire(
    array(select due.entry_id from lockbox_lines_due(in_period, in_after, in_upto) due
          where due.held = ''),
    jsonb_build_object('period', in_period), audit_actor());
end $f$;

revoke all on function lockbox_lines_due from public;

revoke all on function lockbox_lines_run from public;

grant execute on function lockbox_lines_due to public;

grant execute on function lockbox_lines_run to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""
BACK = r"""
set local check_function_bodies = off;

revoke execute on function lockbox_lines_run from lockbox_app;

revoke execute on function lockbox_lines_due from public;

drop function lockbox_lines_run;

drop function lockbox_lines_due;

CREATE OR REPLACE FUNCTION public.lockbox_retention_due(in_period text)
 RETURNS TABLE(entry_id bigint, authority_id bigint, held text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  return query
  with rule as materialized (
    select place.id, lockbox_retention_days(in_period, place.id) as days,
      lockbox_authority_holds(place.id) as held
    from (select id from requests_app_authority union all select null) place(id)
  )
  select line.id, line.authority_id, coalesce(nullif(rule.held, ''),
    nullif(lockbox_item_hold(detail.body::jsonb->>'item'), ''),
    lockbox_row_hold(line.object_type, line.object_id))
  from rule
  join audit_app_ledgerentry line on line.authority_id is not distinct from rule.id
  join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where rule.days is not null
    and lockbox_retention_period(line.kind, line.event) = in_period
    and lockbox_line_moment(line.at, detail.body::jsonb)
      < audit_now() - make_interval(days => rule.days);
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_retention_run(in_period text, in_most integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  return audit_details_expire(
    array(select due.entry_id from lockbox_retention_due(in_period) due
          where due.held = '' order by due.entry_id limit in_most),
    jsonb_build_object('period', in_period), audit_actor());
end $function$
;

revoke all on function lockbox_retention_due from public;

revoke all on function lockbox_retention_run from public;

grant execute on function lockbox_retention_due to public;

grant execute on function lockbox_retention_run to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0002_guards'), ('audit_app', '0004_lines_that_run_out')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
