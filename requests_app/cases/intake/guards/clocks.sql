-- Until when a request can be answered; null where the provider waits for as long as it
-- takes. The rule is that of models/request_clock.py.
create or replace function lockbox_answer_by(request requests_app_accessrequest) returns timestamptz
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select request.answer_deadline
$f$;

-- Until when a role given then can be used unconfirmed; null in office hours. Looked up
-- in the calendar that catalogue/working_days.py fills, and refused past its end.
create or replace function lockbox_night_ends(at timestamptz) returns timestamptz
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  ends timestamptz;
begin
  if exists (select from requests_app_workingday where opens_at <= at and closes_at > at
             and day = lockbox_day(at)) then
    return null;
  end if;
  select night_ends_at into ends from requests_app_workingday
    where opens_at > at order by opens_at limit 1;
  if ends is null then
    perform lockbox_refuse('the calendar of working days ends before that');
  end if;
  return ends;
end $f$;
