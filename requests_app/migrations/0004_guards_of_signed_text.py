"""Guards of signed text."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

drop trigger lockbox_two_persons_update on requests_app_processingpaper;

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_processingpaper FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{authority_id,kind,diary_number,contact,officer,processor,contract,remarks,drawn_on,wording,digest}');

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

drop trigger lockbox_two_persons_update on requests_app_processingpaper;

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_processingpaper FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{authority_id,kind,diary_number,contact,officer,processor,contract,remarks,drawn_on,digest}');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_signed_text_of_papers')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
