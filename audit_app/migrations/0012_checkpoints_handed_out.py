"""Which checkpoints the command of the settings has been given."""

from django.db import migrations

HANDED = r"""
create table audit_app_handedout (
  size bigint primary key references audit_app_checkpoint (size),
  at timestamptz not null
);
create trigger audit_append_only before update or delete on audit_app_handedout
  for each row execute function audit_append_only();
alter table audit_app_handedout enable always trigger audit_append_only;
create trigger audit_no_truncate before truncate on audit_app_handedout
  for each statement execute function audit_append_only();
alter table audit_app_handedout enable always trigger audit_no_truncate;
revoke insert, update, delete, truncate on audit_app_handedout from lockbox_app;

create function audit_ledger_handed_out(in_size bigint) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_handedout (size, at) values (in_size, clock_timestamp())
  on conflict do nothing
$f$;
revoke all on function audit_ledger_handed_out from public;
grant execute on function audit_ledger_handed_out to lockbox_app;
"""


class Migration(migrations.Migration):

    dependencies = [("audit_app", "0011_leaves_compared")]
    operations = [
        migrations.RunSQL(
            HANDED,
            "drop function audit_ledger_handed_out; drop table audit_app_handedout;",
        ),
    ]
