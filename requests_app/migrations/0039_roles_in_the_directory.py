"""Where the directory says which roles a person may hold, no other is held."""

from django.db import migrations

# What `RoleAssignment.objects.in_force` asks too.
ASKED = "and u.is_active and not u.is_machine"
ALSO = "and (u.directory_roles is null or held = any (u.directory_roles))"

REWRITE = r"""
do $f$ begin
  execute replace(pg_get_functiondef(
    'lockbox_holds_role(bigint, text, bigint, bigint, timestamptz)'::regprocedure), $a$%s$a$, $b$%s$b$);
end $f$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("requests_app", "0036_moved_between_connections"),
        ("lockbox_site", "0031_identity"),
    ]

    operations = [
        migrations.RunSQL(
            REWRITE % (ASKED, f"{ASKED}\n      {ALSO}"),
            REWRITE % (f"{ASKED}\n      {ALSO}", ASKED),
        ),
    ]
