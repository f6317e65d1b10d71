-- What is written and in no leaf yet. A line that is committed late comes late, and is
-- passed over by nobody.
create table audit_app_unsealedentry (entry_id bigint primary key);

-- The roots of whole subtrees: of 256 leaves at level 1, of 65,536 at level 2 …
create table audit_app_subtree (
  level smallint not null check (level > 0),
  number bigint not null check (number >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (level, number)
);

-- One row: tests and demonstrations may set the domain's clock in this database, and
-- what it tells is no evidence. Only the owner writes here.
create table audit_app_setclock (since timestamptz not null default clock_timestamp());

-- How far each check has come, and when it last came round. Says nothing by itself.
create table audit_app_reconciled (
  name text primary key,
  position text not null,
  looked_at timestamptz not null,
  came_round_at timestamptz
);

-- The newest checkpoint that we have cosigned of each log of others.
create table audit_app_witnessedlog (
  origin text primary key,
  size bigint not null check (size >= 0),
  root bytea not null check (length(root) = 32),
  note text not null,
  at timestamptz not null
);

-- Which login the application had, and since when.
create table audit_app_applicationlogin (
  id bigint generated always as identity primary key,
  login text not null,
  db_role text not null,
  since timestamptz not null
);

-- Which checkpoints have left the house.
create table audit_app_handedout (
  size bigint primary key references audit_app_checkpoint (size),
  at timestamptz not null
);

alter table audit_app_checkpoint
  add constraint audit_root_is_a_hash check (length(root) = 32),
  add constraint audit_size_is_no_nothing check (size > 0);
