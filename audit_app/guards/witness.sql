-- Moves a log that we witness from the size it is known with to a larger one, or the
-- same again. Returns whether it was known with that size: of two at once, one is too
-- late.
create or replace function audit_witness_advance(
  in_origin text, in_old bigint, in_size bigint, in_root bytea, in_note text
) returns boolean
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_size < in_old then
    return false;
  end if;
  if in_old = 0 then
    insert into audit_app_witnessedlog (origin, size, root, note, at)
    values (in_origin, in_size, in_root, in_note, clock_timestamp()) on conflict do nothing;
    if found then
      return true;
    end if;
  end if;
  update audit_app_witnessedlog
  set size = in_size, root = in_root, note = in_note, at = clock_timestamp()
  where origin = in_origin and size = in_old and (in_size > in_old or root = in_root);
  return found;
end $f$;
