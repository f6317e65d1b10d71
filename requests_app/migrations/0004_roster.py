"""Roster."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalshiftoffer from lockbox_app;

revoke update on requests_app_historicalshift from lockbox_app;

revoke update on requests_app_historicalrosterpattern from lockbox_app;

revoke update on requests_app_historicalrostergroup from lockbox_app;

revoke update on requests_app_historicalrostercalendar from lockbox_app;

revoke update on requests_app_historicalrosterauthority from lockbox_app;

revoke select on requests_app_rostergroup from lockbox_auditor;

revoke select on requests_app_rostercalendar from lockbox_auditor;

revoke delete on requests_app_historicalshiftoffer from lockbox_app;

revoke delete on requests_app_historicalshift from lockbox_app;

revoke delete on requests_app_historicalrosterpattern from lockbox_app;

revoke delete on requests_app_historicalrostergroup from lockbox_app;

revoke delete on requests_app_historicalrostercalendar from lockbox_app;

revoke delete on requests_app_historicalrosterauthority from lockbox_app;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalrosterauthority FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalrostercalendar FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalrostergroup FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalrosterpattern FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalshift FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalshiftoffer FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalrosterauthority FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_rosterauthority');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalrostercalendar FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_rostercalendar');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalrostergroup FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_rostergroup');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalrosterpattern FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_rosterpattern');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalshift FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_shift');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalshiftoffer FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_shiftoffer');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_rosterauthority DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalrosterauthority', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_rostercalendar DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalrostercalendar', '{digest}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_rostergroup DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalrostergroup', '{feed_sealed}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_rosterpattern DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalrosterpattern', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_shift DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalshift', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_shiftoffer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalshiftoffer', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_rosterauthority FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_rostergroup t0 where t0.id = ($1->>''group_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_rostercalendar FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{digest}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_rostergroup FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{feed_sealed}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_rosterpattern FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_rostergroup t0 where t0.id = ($1->>''group_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_shift FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_rostergroup t0 where t0.id = ($1->>''group_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_shiftoffer FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_rostergroup t0 where t0.id = ($1->>''group_id'')::bigint', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_coveragegap FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalrosterauthority FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalrostercalendar FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalrostergroup FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalrosterpattern FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalshift FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalshiftoffer FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_outside AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_coveragegap FOR EACH ROW EXECUTE FUNCTION audit_ledger_outside('{}');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalrosterauthority FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_rosterauthority');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalrostercalendar FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_rostercalendar');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalrostergroup FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_rostergroup');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalrosterpattern FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_rosterpattern');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalshift FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_shift');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalshiftoffer FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_shiftoffer');

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_rostercalendar FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_rostergroup FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_rosterpattern FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_shift FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_shiftoffer FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_rosterauthority FOR EACH ROW EXECUTE FUNCTION lockbox_only();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_rostercalendar FOR EACH ROW EXECUTE FUNCTION lockbox_only('ended_at', 'version');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_rosterpattern FOR EACH ROW EXECUTE FUNCTION lockbox_only('ended_at', 'version');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_shift FOR EACH ROW EXECUTE FUNCTION lockbox_only('withdrawn_at', 'version');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_shiftoffer FOR EACH ROW EXECUTE FUNCTION lockbox_only('taken_by_id', 'taken_at', 'withdrawn_at', 'version');

CREATE TRIGGER lockbox_own_name BEFORE INSERT ON public.requests_app_rostercalendar FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('person_id');

CREATE TRIGGER lockbox_own_name BEFORE INSERT ON public.requests_app_rosterpattern FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('made_by_id');

CREATE TRIGGER lockbox_own_name BEFORE INSERT OR UPDATE ON public.requests_app_shiftoffer FOR EACH ROW EXECUTE FUNCTION lockbox_own_name_once_set('taken_by_id');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""
BACK = r"""
set local check_function_bodies = off;

drop trigger lockbox_own_name on requests_app_shiftoffer;

drop trigger lockbox_own_name on requests_app_rosterpattern;

drop trigger lockbox_own_name on requests_app_rostercalendar;

drop trigger lockbox_only on requests_app_shiftoffer;

drop trigger lockbox_only on requests_app_shift;

drop trigger lockbox_only on requests_app_rosterpattern;

drop trigger lockbox_only on requests_app_rostercalendar;

drop trigger lockbox_only on requests_app_rosterauthority;

drop trigger lockbox_kept on requests_app_shiftoffer;

drop trigger lockbox_kept on requests_app_shift;

drop trigger lockbox_kept on requests_app_rosterpattern;

drop trigger lockbox_kept on requests_app_rostergroup;

drop trigger lockbox_kept on requests_app_rostercalendar;

drop trigger audit_stamp on requests_app_historicalshiftoffer;

drop trigger audit_stamp on requests_app_historicalshift;

drop trigger audit_stamp on requests_app_historicalrosterpattern;

drop trigger audit_stamp on requests_app_historicalrostergroup;

drop trigger audit_stamp on requests_app_historicalrostercalendar;

drop trigger audit_stamp on requests_app_historicalrosterauthority;

drop trigger audit_outside on requests_app_coveragegap;

drop trigger audit_no_truncate on requests_app_historicalshiftoffer;

drop trigger audit_no_truncate on requests_app_historicalshift;

drop trigger audit_no_truncate on requests_app_historicalrosterpattern;

drop trigger audit_no_truncate on requests_app_historicalrostergroup;

drop trigger audit_no_truncate on requests_app_historicalrostercalendar;

drop trigger audit_no_truncate on requests_app_historicalrosterauthority;

drop trigger audit_no_truncate on requests_app_coveragegap;

drop trigger audit_ledger on requests_app_shiftoffer;

drop trigger audit_ledger on requests_app_shift;

drop trigger audit_ledger on requests_app_rosterpattern;

drop trigger audit_ledger on requests_app_rostergroup;

drop trigger audit_ledger on requests_app_rostercalendar;

drop trigger audit_ledger on requests_app_rosterauthority;

drop trigger audit_history on requests_app_shiftoffer;

drop trigger audit_history on requests_app_shift;

drop trigger audit_history on requests_app_rosterpattern;

drop trigger audit_history on requests_app_rostergroup;

drop trigger audit_history on requests_app_rostercalendar;

drop trigger audit_history on requests_app_rosterauthority;

drop trigger audit_change on requests_app_historicalshiftoffer;

drop trigger audit_change on requests_app_historicalshift;

drop trigger audit_change on requests_app_historicalrosterpattern;

drop trigger audit_change on requests_app_historicalrostergroup;

drop trigger audit_change on requests_app_historicalrostercalendar;

drop trigger audit_change on requests_app_historicalrosterauthority;

drop trigger audit_append_only on requests_app_historicalshiftoffer;

drop trigger audit_append_only on requests_app_historicalshift;

drop trigger audit_append_only on requests_app_historicalrosterpattern;

drop trigger audit_append_only on requests_app_historicalrostergroup;

drop trigger audit_append_only on requests_app_historicalrostercalendar;

drop trigger audit_append_only on requests_app_historicalrosterauthority;

grant delete on requests_app_historicalrosterauthority to lockbox_app;

grant delete on requests_app_historicalrostercalendar to lockbox_app;

grant delete on requests_app_historicalrostergroup to lockbox_app;

grant delete on requests_app_historicalrosterpattern to lockbox_app;

grant delete on requests_app_historicalshift to lockbox_app;

grant delete on requests_app_historicalshiftoffer to lockbox_app;

grant select on requests_app_rostercalendar to lockbox_auditor;

grant select on requests_app_rostergroup to lockbox_auditor;

grant update on requests_app_historicalrosterauthority to lockbox_app;

grant update on requests_app_historicalrostercalendar to lockbox_app;

grant update on requests_app_historicalrostergroup to lockbox_app;

grant update on requests_app_historicalrosterpattern to lockbox_app;

grant update on requests_app_historicalshift to lockbox_app;

grant update on requests_app_historicalshiftoffer to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_roster')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
