"""A detail can be disposed of, where a line of the same transaction says so and on what
ground; its line stays, and the ledger verifies as before."""

from django.db import migrations

DISPOSAL = r"""
create function audit_detail_stays() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  -- The setting names the caller's role, inside SECURITY DEFINER too.
  if TG_OP = 'DELETE' and current_setting('role') = 'lockbox_disposal' and exists (
      select from audit_app_ledgerentry line
      where line.object_type = TG_TABLE_NAME and line.object_id = old.entry_id::text
        and line.kind = 'event' and line.event = 'detail.disposed'
        and line.db_role = 'lockbox_disposal' and line.xid = pg_current_xact_id()) then
    return old;
  end if;
  raise exception '% is append-only', TG_TABLE_NAME using errcode = 'insufficient_privilege';
end $f$;

drop trigger audit_append_only on audit_app_ledgerdetail;
create trigger audit_append_only before update or delete on audit_app_ledgerdetail
  for each row execute function audit_detail_stays();
alter table audit_app_ledgerdetail enable always trigger audit_append_only;

-- Returns how many details there were of these lines.
create function audit_ledger_dispose(
  in_entries bigint[], in_basis text, in_actor_id bigint, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  gone bigint;
begin
  if current_setting('role') <> 'lockbox_disposal' then
    raise exception 'only lockbox_disposal disposes of details'
      using errcode = 'insufficient_privilege';
  end if;
  if btrim(coalesce(in_basis, '')) = '' then
    raise exception 'what is disposed of has a basis' using errcode = 'check_violation';
  end if;
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and line.event = 'detail.disposed') then
    raise exception 'the basis of a disposal stays' using errcode = 'insufficient_privilege';
  end if;
  perform audit_ledger_add('event', 'detail.disposed', 'audit_app_ledgerdetail', line.id::text,
    line.authority_id, jsonb_build_object('basis', in_basis), in_actor_id, '', in_request_id)
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (in_entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (in_entries);
  get diagnostics gone = row_count;
  return gone;
end $f$;

-- What the application records says nothing of disposal.
create or replace function audit_ledger_record(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint,
  in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_kind = 'change' then
    raise exception 'changes are recorded by the database' using errcode = 'insufficient_privilege';
  end if;
  if in_event = 'detail.disposed' then
    raise exception 'a disposal is recorded by audit_ledger_dispose'
      using errcode = 'insufficient_privilege';
  end if;
  return audit_ledger_add(in_kind, in_event, in_object_type, in_object_id, in_authority,
    in_detail, in_actor_id, in_actor_name, in_request_id);
end $f$;

revoke all on function audit_detail_stays, audit_ledger_dispose from public;
grant execute on function audit_ledger_dispose to lockbox_disposal;
"""

NO_DISPOSAL = r"""
drop function audit_ledger_dispose;
drop trigger audit_append_only on audit_app_ledgerdetail;
create trigger audit_append_only before update or delete on audit_app_ledgerdetail
  for each row execute function audit_append_only();
alter table audit_app_ledgerdetail enable always trigger audit_append_only;
drop function audit_detail_stays;
-- As 0002 made it.
create or replace function audit_ledger_record(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint,
  in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_kind = 'change' then
    raise exception 'changes are recorded by the database' using errcode = 'insufficient_privilege';
  end if;
  return audit_ledger_add(in_kind, in_event, in_object_type, in_object_id, in_authority,
    in_detail, in_actor_id, in_actor_name, in_request_id);
end $f$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit_app", "0012_checkpoints_handed_out")]
    operations = [migrations.RunSQL(DISPOSAL, NO_DISPOSAL)]
