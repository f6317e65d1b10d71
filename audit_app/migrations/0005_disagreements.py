from django.db import migrations, models

WRITING = r"""
-- How far each check has come, and when it last came round. Says nothing by itself.
create table audit_app_reconciled (
  name text primary key,
  position text not null,
  looked_at timestamptz not null,
  came_round_at timestamptz
);
revoke delete, truncate on audit_app_reconciled from lockbox_app;

create unique index audit_disagreement_once on audit_app_disagreement
  (what, object_type, object_id, coalesce(entry_id, 0));

create trigger audit_append_only before update or delete on audit_app_disagreement
  for each row execute function audit_append_only();
alter table audit_app_disagreement enable always trigger audit_append_only;
create trigger audit_no_truncate before truncate on audit_app_disagreement
  for each statement execute function audit_append_only();
alter table audit_app_disagreement enable always trigger audit_no_truncate;
revoke insert, update, delete, truncate on audit_app_disagreement from lockbox_app;
revoke all on sequence audit_app_disagreement_id_seq from lockbox_app;

-- Keep what disagrees, once, with what the ledger knows of who changed the row last, and
-- tell the ledger. Returns its number, or nothing where it is known.
create function audit_disagreement_add(in_what text, in_object_type text, in_object_id text,
  in_entry_id bigint, in_actor_id bigint) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  known audit_app_ledgerentry;
  found_id bigint;
begin
  if in_entry_id is not null then
    select * into known from audit_app_ledgerentry where id = in_entry_id;
  else
    select * into known from audit_app_ledgerentry
    where object_type = in_object_type and object_id = in_object_id and kind = 'change'
    order by id desc limit 1;
  end if;
  insert into audit_app_disagreement (what, object_type, object_id, entry_id, found_at,
    session_user_name, db_role, changed_at, authority_id)
  values (in_what, in_object_type, in_object_id, in_entry_id, clock_timestamp(),
    coalesce(known.session_user_name, ''), coalesce(known.db_role, ''), known.at, known.authority_id)
  on conflict do nothing returning id into found_id;
  if found_id is not null then
    perform audit_ledger_add('event', 'record.disagreement', in_object_type, in_object_id,
      known.authority_id, jsonb_build_object('what', in_what, 'entry', in_entry_id), in_actor_id, '',
      coalesce(current_setting('lockbox.request_id', true), ''));
  end if;
  return found_id;
end $f$;
revoke all on function audit_disagreement_add from public;
grant execute on function audit_disagreement_add to lockbox_app;
"""


class Migration(migrations.Migration):
    """What ledger, history and rows do not agree on is kept."""

    dependencies = [("audit_app", "0004_sealing")]
    operations = [
        migrations.CreateModel(
            name='Disagreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('line', 'The line is not what was written'), ('detail', 'The detail is not what the line commits to'), ('version', 'History does not tell what the ledger tells'), ('row', 'The row is not what its history says'), ('content', 'The text or file is not what its digest says'), ('outside', 'Changed outside the application')], max_length=8, verbose_name='what')),
                ('object_type', models.TextField(verbose_name='object type')),
                ('object_id', models.TextField(verbose_name='object')),
                ('entry_id', models.BigIntegerField(null=True, verbose_name='line')),
                ('found_at', models.DateTimeField(verbose_name='found')),
                ('session_user_name', models.TextField(verbose_name='database login')),
                ('db_role', models.TextField(verbose_name='database role')),
                ('changed_at', models.DateTimeField(null=True, verbose_name='last changed')),
                ('authority_id', models.BigIntegerField(null=True)),
            ],
            options={
                'verbose_name': 'disagreement',
                'verbose_name_plural': 'disagreements',
                'ordering': ['-id'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='audit_app_d_object__c330be_idx')],
            },
        ),
        migrations.RunSQL(
            WRITING,
            "drop function audit_disagreement_add; drop table audit_app_reconciled;",
        ),
    ]
