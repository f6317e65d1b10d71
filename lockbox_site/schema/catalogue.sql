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
  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
union all
select 'body', p.proname, p.prosrc
from pg_proc p
where p.pronamespace = 'public'::regnamespace and not exists (select from pg_depend d
  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');

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
  and not exists (select from pg_constraint k
    where k.conrelid = c.oid and k.conindid = i.oid);

-- What comes between a query and its rows: row security, policies, rules and views.
select 'row security', relname, case when relforcerowsecurity then 'forced' else '' end
from pg_class where relnamespace = 'public'::regnamespace
  and (relrowsecurity or relforcerowsecurity)
union all
select 'policy', p.polname || ' on ' || p.polrelid::regclass,
  concat_ws(' ', p.polcmd, pg_get_expr(p.polqual, p.polrelid),
    pg_get_expr(p.polwithcheck, p.polrelid))
from pg_policy p
union all
select 'rule', r.rulename || ' on ' || r.ev_class::regclass, pg_get_ruledef(r.oid)
from pg_rewrite r join pg_class c on c.oid = r.ev_class
where c.relnamespace = 'public'::regnamespace;

-- What a column gets where nothing is said.
select 'default', a.attname || ' on ' || c.relname, pg_get_expr(d.adbin, d.adrelid)
from pg_attrdef d join pg_class c on c.oid = d.adrelid
join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
where c.relnamespace = 'public'::regnamespace;

-- What sessions are told of a login or of the database, but for room, plans and waits.
select 'setting', concat_ws(' ', split_part(each, '=', 1), 'of',
    coalesce('login ' || pg_get_userbyid(nullif(s.setrole, 0)), 'the database')),
  split_part(each, '=', 2)
from pg_db_role_setting s cross join unnest(s.setconfig) each
left join pg_settings known on known.name = split_part(each, '=', 1)
where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and split_part(each, '=', 1) not in ('role', 'TimeZone')
  and coalesce(known.category, '') !~ '^(Resource Usage|Reporting|Query Tuning|Lock)'
  and split_part(each, '=', 1) !~ '_timeout$';

-- Where else names are found, and what is done beside statements: all of it is of a
-- database's owner, and none of this release.
select 'schema', nspname, '' from pg_namespace
where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
union all
select 'operator', o.oid::regoperator::text, o.oprcode::text
from pg_operator o where o.oid >= 16384 and not exists (select from pg_depend d
  where d.classid = 'pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e')
union all
select 'cast', castsource::regtype || ' as ' || casttarget::regtype, castfunc::regproc::text
from pg_cast c where c.oid >= 16384 and not exists (select from pg_depend d
  where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'e')
union all
select 'function beside PostgreSQL''s own', p.oid::regprocedure::text, p.prosrc
from pg_proc p where p.oid >= 16384 and p.pronamespace = 'pg_catalog'::regnamespace
  and not exists (select from pg_depend d
  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
union all
select 'event trigger', evtname, concat_ws(' ', evtevent, evtfoid::regproc)
from pg_event_trigger
union all
select 'publication', pubname, '' from pg_publication
union all
select 'extension', extname, '' from pg_extension;

-- What belongs to somebody else than the database.
select 'owner', case when relkind = 'S' then 'sequence ' else 'table ' end || relname,
  pg_get_userbyid(relowner)
from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
  and relowner <> (select datdba from pg_database where datname = current_database())
union all
select 'owner', 'function ' || p.oid::regprocedure, pg_get_userbyid(p.proowner)
from pg_proc p where pronamespace = 'public'::regnamespace and proowner <> (select datdba from pg_database where datname = current_database())
  and not exists (select from pg_depend d
  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');

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
  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
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
