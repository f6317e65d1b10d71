-- Among lines about changes, those whose row or a version of it stands: their details are
-- all that says what it was.
create or replace function audit_ledger_standing(in_entries bigint[]) returns setof bigint
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
begin
  for place in
    select line.object_type as name, live.oid::regclass as live, key.attname as key,
      format_type(key.atttypid, null) as type, history.oid::regclass as history
    from (select distinct object_type from audit_app_ledgerentry
          where id = any (in_entries) and kind = 'change') line
    join pg_class live on live.relname = line.object_type
      and live.relnamespace = 'public'::regnamespace
    join pg_index idx on idx.indrelid = live.oid and idx.indisprimary
    join pg_attribute key on key.attrelid = live.oid and key.attnum = idx.indkey[0]
    left join pg_class history on history.relnamespace = live.relnamespace
      and history.relkind = 'r' and history.relname <> live.relname
      and replace(history.relname, '_historical', '_') = live.relname
  loop
    return query execute format('select line.id from audit_app_ledgerentry line
      where line.id = any ($1) and line.kind = ''change'' and line.object_type = %1$L
        and exists (select from %2$s where %3$I = ltrim(line.object_id, ''#'')::%4$s)',
      place.name, place.live, place.key, place.type) using in_entries;
    if place.history is not null then
      return query execute format('select line.id from audit_app_ledgerentry line
        where line.id = any ($1) and line.kind = ''change'' and line.object_type = %1$L
          and exists (select from %2$s where id = line.object_id::bigint)',
        place.name, place.history) using in_entries;
    end if;
  end loop;
end $f$;

-- Refuses a disposal of what is told nowhere else, or without a basis.
create or replace function audit_disposal_guard(
  in_entries bigint[], in_basis text
) returns void
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if current_setting('role') <> 'lockbox_disposal' then
    raise exception 'only lockbox_disposal disposes of details'
      using errcode = 'insufficient_privilege';
  end if;
  if btrim(coalesce(in_basis, '')) = '' then
    raise exception 'what is disposed of has a basis' using errcode = 'check_violation';
  end if;
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and line.event in ('detail.disposed', 'row.disposed',
               'detail.expired', 'disposal.proposed', 'ledger.signed', 'application.login_recorded')) then
    raise exception 'what the ledger tells of itself stays' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from audit_ledger_standing(in_entries)) then
    raise exception 'line % tells of what stands: it is not disposed of',
      (select min(line) from audit_ledger_standing(in_entries) line)
      using errcode = 'integrity_constraint_violation';
  end if;
end $f$;

-- Proposes to dispose of the details of these lines on a basis. Returns the number of
-- the line that says so, which another person confirms.
create or replace function audit_disposal_propose(
  in_entries bigint[], in_basis text, in_actor_id bigint, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform audit_disposal_guard(in_entries, in_basis);
  return audit_ledger_add('event', 'disposal.proposed', 'audit_app_ledgerdetail', '', null,
    jsonb_build_object('basis', in_basis, 'lines', in_entries), in_actor_id, in_request_id);
end $f$;

-- Disposes of what somebody else has proposed, and records it line by line. Returns how
-- many details there were.
create or replace function audit_disposal_confirm(
  in_proposal bigint, in_actor_id bigint, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  proposal record;
  entries bigint[];
  gone bigint;
begin
  select line.actor_id, detail.body::jsonb as told into proposal
  from audit_app_ledgerentry line join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where line.id = in_proposal and line.event = 'disposal.proposed' and line.kind = 'event'
    and line.db_role = 'lockbox_disposal';
  if proposal.told is null then
    raise exception 'nobody has proposed a disposal by the number %', in_proposal
      using errcode = 'integrity_constraint_violation';
  end if;
  if in_actor_id is null or in_actor_id is not distinct from proposal.actor_id then
    raise exception 'a disposal is confirmed by another than proposed it'
      using errcode = 'integrity_constraint_violation';
  end if;
  select array_agg(number::bigint) into entries
  from jsonb_array_elements_text(proposal.told->'lines') number;
  perform audit_disposal_guard(entries, proposal.told->>'basis');
  perform audit_ledger_add('event', 'detail.disposed', 'audit_app_ledgerdetail', line.id::text,
    line.authority_id, jsonb_build_object('basis', proposal.told->>'basis', 'proposal', in_proposal),
    in_actor_id, in_request_id)
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (entries);
  get diagnostics gone = row_count;
  return gone;
end $f$;

-- May the detail of such a line run out by a rule? What was changed, and what was done in
-- a case, may not; `verifying.disposals` says the same.
create or replace function audit_may_expire(in_kind text, in_event text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select in_kind in ('read', 'refusal', 'auth', 'export')
    or in_kind = 'event' and in_event in ('notice.sent', 'notice.told')
$f$;

-- Disposes of the details of lines whose time is out, and records it line by line.
-- Returns how many there were. Only a function that knows the rule calls it.
create or replace function audit_details_expire(
  in_entries bigint[], in_basis jsonb, in_actor_id bigint
) returns bigint
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  gone bigint;
begin
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and not audit_may_expire(line.kind, line.event)) then
    raise exception 'what was changed or done does not run out'
      using errcode = 'insufficient_privilege';
  end if;
  perform audit_ledger_add('event', 'detail.expired', 'audit_app_ledgerdetail', line.id::text,
    line.authority_id, in_basis || case when exists (select from audit_app_setclock)
      then jsonb_build_object('clock', audit_now()) else '{}' end, in_actor_id, '')
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (in_entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (in_entries);
  get diagnostics gone = row_count;
  return gone;
end $f$;
