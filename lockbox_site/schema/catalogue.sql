-- What a database holds to: rows of kind, name and the rest of the definition.

-- Triggers, and whether they are on.
select 'trigger', t.tgname || ' on ' || c.relname,
  case t.tgenabled when 'A' then 'always: ' when 'O' then '' else 'off: ' end
  || pg_get_triggerdef(t.oid)
from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
union all
-- Those of foreign keys stand as constraints, while they are on.
select 'trigger', 'of foreign keys on ' || c.relname, 'off'
from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relnamespace = 'public'::regnamespace and t.tgisinternal and t.tgenabled <> 'O'
group by c.relname;

-- Functions, and what they do.
select 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  concat_ws(' ', 'returns', pg_get_function_result(p.oid), l.lanname, p.provolatile,
    case when p.prosecdef then 'security definer' end, p.proconfig::text)
from pg_proc p join pg_language l on l.oid = p.prolang
where p.pronamespace = 'public'::regnamespace and not exists (select from pg_depend d
  where d.objid = p.oid and d.deptype = 'e')
union all
select 'body', p.proname, p.prosrc
from pg_proc p
where p.pronamespace = 'public'::regnamespace and not exists (select from pg_depend d
  where d.objid = p.oid and d.deptype = 'e');

-- Constraints. From PostgreSQL 18 "not null" is one too: it is none of ours.
select 'constraint', k.conname || ' on ' || c.relname,
  pg_get_constraintdef(k.oid)
from pg_constraint k join pg_class c on c.oid = k.conrelid
where k.connamespace = 'public'::regnamespace and k.contype in ('c', 'f', 'p', 'u', 'x')
union all
select 'unique index', i.relname || ' on ' || c.relname, pg_get_indexdef(i.oid)
from pg_index x join pg_class i on i.oid = x.indexrelid
join pg_class c on c.oid = x.indrelid
where c.relnamespace = 'public'::regnamespace and x.indisunique
  and not exists (select from pg_constraint k where k.conindid = i.oid);

-- What belongs to somebody else than the database.
select 'owner', case when relkind = 'S' then 'sequence ' else 'table ' end || relname,
  pg_get_userbyid(relowner)
from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
  and relowner <> (select datdba from pg_database where datname = current_database())
union all
select 'owner', 'function ' || p.oid::regprocedure, pg_get_userbyid(p.proowner)
from pg_proc p where pronamespace = 'public'::regnamespace and proowner <> (select datdba from pg_database where datname = current_database())
  and not exists (select from pg_depend d
  where d.objid = p.oid and d.deptype = 'e');

-- Rights. The owner's own come with owning.
with acl (place, owner, list) as (
  select 'database', datdba, coalesce(datacl, acldefault('d', datdba))
  from pg_database where datname = current_database()
  union all
  select 'schema public', nspowner, coalesce(nspacl, acldefault('n', nspowner))
  from pg_namespace where nspname = 'public'
  union all
  select case when relkind = 'S' then 'sequence ' else 'table ' end || relname, relowner,
    coalesce(relacl, acldefault(case when relkind = 'S' then 's' else 'r' end::"char", relowner))
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
  union all
  select 'column ' || c.relname || '.' || a.attname, c.relowner, a.attacl
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'public'::regnamespace and a.attacl is not null and not a.attisdropped
  union all
  select 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
    proowner, coalesce(proacl, acldefault('f', proowner))
  from pg_proc p
  where pronamespace = 'public'::regnamespace and not exists (select from pg_depend d
  where d.objid = p.oid and d.deptype = 'e')
  union all
  select 'tables to come', defaclrole, defaclacl from pg_default_acl where defaclobjtype = 'r'
  union all
  select 'sequences to come', defaclrole, defaclacl from pg_default_acl where defaclobjtype = 'S'
)
select distinct 'right',
  lower(x.privilege_type) || ' on ' || acl.place || ' to '
  || case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end,
  case when x.is_grantable then 'may be given on' else '' end
from acl, aclexplode(acl.list) x
where x.grantee <> acl.owner
  and x.grantee not in ((select datdba from pg_database where datname = current_database()), (select nspowner from pg_namespace where nspname = 'public'));
