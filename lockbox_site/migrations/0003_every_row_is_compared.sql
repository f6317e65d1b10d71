set local check_function_bodies = off;

drop trigger audit_stamp on lockbox_site_historicaluser;

drop trigger audit_ledger on lockbox_site_user;

drop trigger audit_ledger on lockbox_site_secondfactor;

drop trigger audit_ledger on lockbox_site_scimtoken;

drop trigger audit_ledger on allauth_idp_oidc_client;

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.allauth_idp_oidc_client FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{secret}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.lockbox_site_scimtoken FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{digest}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.lockbox_site_secondfactor FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{secret,last_step}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.lockbox_site_user FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{password}', '', '{}');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.lockbox_site_historicaluser FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('lockbox_site_user');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
