-- Swedish holidays, and the eves that are kept as holidays.
create or replace function lockbox_is_working_day(day date) returns boolean
  language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $f$
declare
  y int := extract(year from day);
  century int := y / 100;
  h int := (19 * (y % 19) + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
  l int := (32 + 2 * (century % 4) + 2 * (y % 100 / 4) - h - y % 100 % 4) % 7;
  n int := h + l - 7 * ((y % 19 + 11 * h + 22 * l) / 451) + 114;
  easter date := make_date(y, n / 31, n % 31 + 1);
begin
  return extract(isodow from day) < 6
    and to_char(day, 'MM-DD') not in
      ('01-01', '01-06', '05-01', '06-06', '12-24', '12-25', '12-26', '12-31')
    and day - easter not in (-2, 1, 39)
    and not (extract(isodow from day) = 5 and to_char(day, 'MM-DD') between '06-19' and '06-25');
end $f$;

-- Until when a role given then can be used unconfirmed; null in office hours.
create or replace function lockbox_night_ends(at timestamptz) returns timestamptz
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  clock timestamp := at at time zone 'Europe/Stockholm';
  day date := clock::date;
begin
  if lockbox_is_working_day(day) and clock::time >= '07:00' and clock::time < '18:00' then
    return null;
  end if;
  if clock::time >= '07:00' then
    day := day + 1;
  end if;
  while not lockbox_is_working_day(day) loop
    day := day + 1;
  end loop;
  return (day + time '12:00') at time zone 'Europe/Stockholm';
end $f$;
