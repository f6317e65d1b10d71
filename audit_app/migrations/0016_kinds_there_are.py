"""What the application records is of a kind that there is."""

from django.db import migrations

# As 0013 made it.
BEFORE = r"""
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
"""
REFUSED = r"""begin
  if in_kind not in ('change', 'event', 'read', 'refusal', 'auth', 'export') then
    raise exception 'there is no kind of line called %', in_kind
      using errcode = 'check_violation';
  end if;
"""


class Migration(migrations.Migration):

    dependencies = [("audit_app", "0015_found_anew")]
    operations = [
        migrations.RunSQL(BEFORE.replace("begin\n", REFUSED, 1), BEFORE),
    ]
