-- The auditor reads what happened, not what opens something.
revoke select on requests_app_webhooksecret, requests_app_noticechannel,
  requests_app_registertoken, requests_app_rostergroup, requests_app_rostercalendar
  from lockbox_auditor;
grant select (id, name, made_at, ended_at, person_id, authority_id)
  on requests_app_registertoken to lockbox_auditor;
-- What history calls them by.
grant select (id, host) on requests_app_noticechannel to lockbox_auditor;
grant select (id, name) on requests_app_rostergroup to lockbox_auditor;

-- Tokens are made by the owner.
revoke insert, update, delete on requests_app_registertoken from lockbox_app;

-- A notice that was sent is only added.
revoke update, delete on requests_app_sentnotice, requests_app_channelnotice from lockbox_app;

-- The calendar is written by a release.
revoke insert, update, delete on requests_app_workingday from lockbox_app;

-- Only the application carries rules of retention out; what it may let go the function
-- says.
revoke all on function lockbox_lines_run, lockbox_notices_run from public;
grant execute on function lockbox_lines_run, lockbox_notices_run to lockbox_app;

-- When a case may be disposed of the database reckons, and nobody writes.
revoke insert, update, delete on requests_app_disposaldate from lockbox_app;

-- Cases are disposed of by a login that does nothing else.
revoke all on function lockbox_case_dispose, lockbox_cases_dispose from public;
grant execute on function lockbox_cases_dispose to lockbox_disposal;
