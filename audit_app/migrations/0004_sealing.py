import django.db.models.deletion
from django.db import migrations, models

TABLES = r"""
-- What is written and in no leaf yet. A line that is committed late comes late, and is
-- passed over by nobody.
create table audit_app_unsealedentry (entry_id bigint primary key);
revoke all on audit_app_unsealedentry from lockbox_app;

-- The roots of whole subtrees: of 256 leaves at level 1, of 65,536 at level 2 …
create table audit_app_subtree (
  level smallint not null check (level > 0),
  number bigint not null check (number >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (level, number)
);
"""

CLOSED = r"""
do $d$
declare
  closed text;
begin
  foreach closed in array array['sealedleaf', 'subtree', 'checkpoint', 'cosignature'] loop
    closed := 'audit_app_' || closed;
    execute format('create trigger audit_append_only before update or delete on %I
      for each row execute function audit_append_only()', closed);
    execute format('create trigger audit_no_truncate before truncate on %I
      for each statement execute function audit_append_only()', closed);
    execute format('alter table %I enable always trigger audit_append_only', closed);
    execute format('alter table %I enable always trigger audit_no_truncate', closed);
    execute format('revoke insert, update, delete, truncate on %I from lockbox_app', closed);
  end loop;
end $d$;

alter table audit_app_checkpoint
  add constraint audit_root_is_a_hash check (length(root) = 32),
  add constraint audit_size_is_no_nothing check (size > 0);
revoke all on sequence audit_app_cosignature_id_seq from lockbox_app;
"""

SEALING = r"""
-- The root of a whole subtree from its hashes, whose number is a power of two.
create function audit_whole_root(hashes bytea[]) returns bytea language plpgsql immutable
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  while cardinality(hashes) > 1 loop
    select array_agg(sha256('\x01'::bytea || lefts.hash || rights.hash) order by lefts.place) into hashes
    from unnest(hashes) with ordinality lefts(hash, place)
    join unnest(hashes) with ordinality rights(hash, place) on rights.place = lefts.place + 1
    where lefts.place % 2 = 1;
  end loop;
  return hashes[1];
end $f$;

-- Give the lines that wait their leaves, in order and without gaps, and hash what is
-- whole by that. Returns how many; nothing where another is at it.
create function audit_ledger_seal(most integer) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  first bigint;
  past bigint;
  step integer := 0;
  span bigint := 256;
begin
  if not pg_try_advisory_xact_lock(hashtext('audit_ledger_seal')) then
    return null;
  end if;
  first := (select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf);
  with taken as (
    delete from audit_app_unsealedentry where entry_id in (
      select entry_id from audit_app_unsealedentry order by entry_id limit most)
    returning entry_id)
  insert into audit_app_sealedleaf (leaf_index, entry_id)
  select first - 1 + row_number() over (order by entry_id), entry_id from taken;
  past := (select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf);
  insert into audit_app_subtree (level, number, hash)
  select 1, leaf.leaf_index / 256, audit_whole_root(array_agg(entry.leaf_hash order by leaf.leaf_index))
  from audit_app_sealedleaf leaf join audit_app_ledgerentry entry on entry.id = leaf.entry_id
  where leaf.leaf_index >= first / 256 * 256 and leaf.leaf_index < past / 256 * 256
  group by leaf.leaf_index / 256;
  while first / span < past / span loop
    step := step + 1;
    insert into audit_app_subtree (level, number, hash)
    select step + 1, number / 256, audit_whole_root(array_agg(hash order by number))
    from audit_app_subtree
    where level = step and number >= first / span / 256 * 256 and number < past / span / 256 * 256
    group by number / 256;
    span := span * 256;
  end loop;
  return past - first;
end $f$;

-- How many lines wait for their leaves, a hundred thousand at most, and since when.
create function audit_ledger_unsealed(out number bigint, out since timestamptz) language sql
  stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select (select count(*) from (select from audit_app_unsealedentry limit 100000) waiting),
    (select entry.at from audit_app_ledgerentry entry
     where entry.id = (select min(entry_id) from audit_app_unsealedentry))
$f$;

-- A checkpoint is of leaves that there are, and never of fewer than the one before.
create function audit_ledger_checkpoint(in_size bigint, in_root bytea, in_note text)
  returns void language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_size > (select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf)
     or in_size <= (select coalesce(max(size), 0) from audit_app_checkpoint) then
    raise exception 'a checkpoint of % leaves', in_size
      using errcode = 'integrity_constraint_violation';
  end if;
  insert into audit_app_checkpoint (size, root, note, at)
  values (in_size, in_root, in_note, clock_timestamp());
end $f$;

create function audit_ledger_cosigned(in_size bigint, in_witness text, in_line text)
  returns void language sql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_cosignature (checkpoint_id, witness, line, at)
  values (in_size, in_witness, in_line, clock_timestamp())
  on conflict (checkpoint_id, witness) do nothing
$f$;

revoke all on function audit_ledger_seal, audit_ledger_unsealed, audit_ledger_checkpoint,
  audit_ledger_cosigned from public;
grant execute on function audit_ledger_seal, audit_ledger_unsealed, audit_ledger_checkpoint,
  audit_ledger_cosigned to lockbox_app;
grant execute on function audit_ledger_unsealed to lockbox_auditor;

-- What was written before there were leaves waits for its own.
insert into audit_app_unsealedentry (entry_id) select id from audit_app_ledgerentry;
"""

LEDGER = r"""
create or replace function audit_ledger_add(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint,
  in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  seq bigint := nextval('audit_app_ledgerentry_id_seq');
  xid xid8 := pg_current_xact_id();
  instant timestamptz := clock_timestamp();
  -- Inside SECURITY DEFINER current_user is the owner; the setting still names the caller's role.
  db_role text := current_setting('role');
  actor_name text := in_actor_name;
  salt bytea;
  detail text := in_detail::text;
  commitment text;
  body text;
begin
  if in_actor_id is not null then
    actor_name := audit_name_of(in_actor_id);
    if actor_name is null then
      raise exception '% of % signed by nobody', in_event, in_object_type
        using errcode = 'integrity_constraint_violation';
    end if;
    -- Whoever has left signs no change; it can be their own leaving.
    if in_kind = 'change' and not (in_object_type = 'lockbox_site_user' and in_object_id = in_actor_id::text)
       and not (select is_active from lockbox_site_user where id = in_actor_id) then
      raise exception '% of % signed by somebody who has left', in_event, in_object_type
        using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  if detail is not null then
    salt := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
    commitment := encode(sha256(salt || convert_to(detail, 'UTF8')), 'hex');
  end if;
  body := jsonb_build_object(
    'seq', seq, 'xid', xid::text,
    'at', to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'session_user', session_user, 'db_role', db_role,
    'actor_id', in_actor_id, 'actor_name', actor_name, 'request_id', in_request_id,
    'kind', in_kind, 'event', in_event, 'object_type', in_object_type,
    'object_id', in_object_id, 'authority_id', in_authority, 'detail', commitment)::text;
  insert into audit_app_ledgerentry (id, xid, at, session_user_name, db_role, actor_id, actor_name,
    request_id, kind, event, object_type, object_id, authority_id, payload, leaf_hash)
  values (seq, xid, instant, session_user, db_role, in_actor_id, actor_name, in_request_id,
    in_kind, in_event, in_object_type, in_object_id, in_authority, body,
    sha256('\x00'::bytea || convert_to(body, 'UTF8')));
  if detail is not null then
    insert into audit_app_ledgerdetail (entry_id, salt, body) values (seq, salt, detail);
  end if;
  insert into audit_app_unsealedentry (entry_id) values (seq);
  return seq;
end $f$;
"""

# As 0003 made it.
LEDGER_BEFORE = LEDGER.replace(
    "  insert into audit_app_unsealedentry (entry_id) values (seq);\n", ""
)


class Migration(migrations.Migration):
    """Lines become leaves of a tree (RFC 9162), and checkpoints say what it was."""

    dependencies = [("audit_app", "0003_history_not_invented")]
    operations = [
        migrations.CreateModel(
            name='SealedLeaf',
            fields=[
                ('leaf_index', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='index')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, related_name='leaf', to='audit_app.ledgerentry')),
            ],
            options={
                'verbose_name': 'sealed line',
                'verbose_name_plural': 'sealed lines',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='lines')),
                ('root', models.BinaryField()),
                ('note', models.TextField()),
                ('at', models.DateTimeField(verbose_name='signed at')),
            ],
            options={
                'verbose_name': 'checkpoint',
                'verbose_name_plural': 'checkpoints',
                'ordering': ['-size'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('witness', models.TextField(verbose_name='witness')),
                ('line', models.TextField()),
                ('at', models.DateTimeField(verbose_name='received at')),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='cosignatures', to='audit_app.checkpoint')),
            ],
            options={
                'verbose_name': 'cosignature',
                'verbose_name_plural': 'cosignatures',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('checkpoint', 'witness'), name='cosignature_once')],
            },
        ),
        migrations.RunSQL(
            TABLES, "drop table audit_app_subtree; drop table audit_app_unsealedentry;"
        ),
        migrations.RunSQL(CLOSED, migrations.RunSQL.noop),
        migrations.RunSQL(
            SEALING,
            """
            drop function audit_ledger_cosigned;
            drop function audit_ledger_checkpoint;
            drop function audit_ledger_unsealed;
            drop function audit_ledger_seal;
            drop function audit_whole_root;
            """,
        ),
        migrations.RunSQL(LEDGER, LEDGER_BEFORE),
    ]
