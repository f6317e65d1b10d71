"""A detail can be disposed of, where a line of the same transaction says so and on what
ground; its line stays, and the ledger verifies as before."""

from django.db import migrations

DISPOSAL = r"""
create function audit_detail_stays() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if TG_OP = 'DELETE' and exists (
      select from audit_app_ledgerentry line
      where line.object_type = TG_TABLE_NAME and line.object_id = old.entry_id::text
        and line.kind = 'event' and line.event = 'detail.disposed'
        and line.xid = pg_current_xact_id()) then
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
"""


class Migration(migrations.Migration):
    dependencies = [("audit_app", "0012_checkpoints_handed_out")]
    operations = [migrations.RunSQL(DISPOSAL, NO_DISPOSAL)]
