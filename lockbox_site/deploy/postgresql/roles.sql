-- Lockbox's logins and its database, on an empty PostgreSQL: the owner migrates, the web's
-- and the sweep's reads and writes, the auditor's reads. Their passwords stand in the
-- environment, so that they are in no history and no list of processes.
\set ON_ERROR_STOP 1
\getenv owner OWNER_PASSWORD
\getenv web WEB_PASSWORD
\getenv auditor AUDITOR_PASSWORD
create role lockbox_app nologin;
create role lockbox_auditor nologin;
create role lockbox_disposal nologin;
create role lockbox_owner login password :'owner' in role lockbox_app, lockbox_disposal;
create role lockbox_web login password :'web' in role lockbox_app;
create role lockbox_audit login password :'auditor' in role lockbox_auditor;
alter role lockbox_web set role lockbox_app;
alter role lockbox_audit set role lockbox_auditor;
create database lockbox owner lockbox_owner encoding 'UTF8' locale 'C.UTF-8' template template0;
