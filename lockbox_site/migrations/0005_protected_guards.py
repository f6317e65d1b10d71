"""Protected names are no history's and no auditor's."""

from django.db import migrations

COLUMNS = "{password,own_first_name,own_last_name}"
TRIGGERS = """
drop trigger audit_history on lockbox_site_user;
create constraint trigger audit_history after insert or update or delete on lockbox_site_user
  deferrable initially deferred for each row
  execute function audit_history_matches('lockbox_site_historicaluser', '{columns}');
drop trigger audit_ledger on lockbox_site_user;
create trigger audit_ledger after insert or update or delete on lockbox_site_user
  for each row execute function audit_ledger_change('{columns}', '', '{{}}');
alter table lockbox_site_user enable always trigger audit_history;
alter table lockbox_site_user enable always trigger audit_ledger;
"""
GUARDS = (
    TRIGGERS.format(columns=COLUMNS)
    + "grant select (is_protected) on lockbox_site_user to lockbox_auditor;"
)
BACK = (
    TRIGGERS.format(columns="{password}")
    + "revoke select (is_protected) on lockbox_site_user from lockbox_auditor;"
)


class Migration(migrations.Migration):
    dependencies = [("lockbox_site", "0004_protected_names")]
    operations = [migrations.RunSQL(GUARDS, BACK)]
