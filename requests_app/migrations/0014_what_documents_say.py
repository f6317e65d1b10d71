"""What a decision must say: whom to write to, which court; and what was asked for."""

from django.db import migrations, models

FOREIGN_DEMANDS = r"""
-- Nothing is handed out to a foreign authority without a ground for it (OSL 8:3).
create function lockbox_foreign_demand_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.outcome in ('granted', 'granted_with_reservation', 'partially_granted')
     and exists (select from requests_app_secrecyreview
                 where id = new.review_id and matter = 'foreign'
                   and btrim(treaty_ground) = '') then
    perform lockbox_refuse('a foreign demand rests on nothing that allows it');
  end if;
  return new;
end $f$;

create trigger lockbox_foreign_demand_guard before insert on requests_app_decision
  for each row execute function lockbox_foreign_demand_guard();
alter table requests_app_decision enable always trigger lockbox_foreign_demand_guard;
"""

# A Deny says what those have decided who deny, and an Approve what all have.
ANSWERS = r"""
create or replace function lockbox_answer_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' then
    if old.status in ('confirmed', 'cancelled')
         and to_jsonb(new) - 'version' <> to_jsonb(old) - 'version'
       or new.status in ('open', 'blocked') and old.status not in ('open', new.status) then
      perform lockbox_refuse('an answer given or called back stays so');
    end if;
    if new.status = 'confirmed' and old.status <> 'confirmed'
       and (not lockbox_is_now(new.confirmed_at)
            or new.given_at not between new.created_at and audit_now() + interval '5 minutes') then
      perform lockbox_refuse('an answer is given after it was ordered');
    end if;
    return new;
  end if;
  if new.status <> 'open' or new.confirmed_by_id is not null or not lockbox_is_now(new.created_at) then
    perform lockbox_refuse('an answer is ordered before it is given');
  end if;
  if new.answer = 'revoke' then
    if not exists (select from requests_app_accessgrant
                   where access_request_id = new.access_request_id and status <> 'ended') then
      perform lockbox_refuse('no access runs that could be taken back');
    end if;
    return new;
  end if;
  if new.answer = 'deny'
     and not exists (select from lockbox_standing(new.access_request_id) d where d.answer = 'deny')
     -- Some have granted and some struck off: nobody has refused, but not all agree.
     and not (exists (select from lockbox_standing(new.access_request_id) d where d.answer = 'approve')
              and exists (select from lockbox_standing(new.access_request_id) d where d.answer = '')) then
    perform lockbox_refuse('no decision that stands refuses the request');
  end if;
  if new.text_id is null or exists (
       select from lockbox_standing(new.access_request_id) d
       join requests_app_content said on said.digest = d.motivation_for_recipient_id
       join requests_app_content told on told.digest = new.text_id
       where%(which)s position(lockbox_text(said.body) in lockbox_text(told.body)) = 0) then
    perform lockbox_refuse('the answer leaves out what a decision says');
  end if;
  return new;
end $f$;
"""
OF_THOSE_WHO_DENY = " (new.answer = 'approve' or d.answer = 'deny') and"

# What is written of a review later than its row: at registration also what is asked for.
WRITTEN_LATER = (
    *("is_named_list", "diary_number", "diary_year", "diary_sequence", "registered_at"),
    *("public_subject", "protected_subject_id", "case_officer_id"),
    *("security_protection", "status", "closed_at", "version"),
    *("listed_by_id", "list_confirmed_by_id"),
)
REGISTERED = ("matter", "treaty_ground")


def only(*columns):
    arguments = ", ".join(f"'{column}'" for column in columns)
    return f"""
        drop trigger lockbox_only on requests_app_secrecyreview;
        create trigger lockbox_only before update on requests_app_secrecyreview
          for each row execute function lockbox_only({arguments});
        alter table requests_app_secrecyreview enable always trigger lockbox_only;
    """


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0013_grounds_per_provision"),
    ]

    operations = [
        migrations.AddField(
            model_name="authority",
            name="administrative_court",
            field=models.CharField(
                blank=True,
                choices=[
                    ("Falun", "Förvaltningsrätten i Falun"),
                    ("Göteborg", "Förvaltningsrätten i Göteborg"),
                    ("Härnösand", "Förvaltningsrätten i Härnösand"),
                    ("Jönköping", "Förvaltningsrätten i Jönköping"),
                    ("Karlstad", "Förvaltningsrätten i Karlstad"),
                    ("Linköping", "Förvaltningsrätten i Linköping"),
                    ("Luleå", "Förvaltningsrätten i Luleå"),
                    ("Malmö", "Förvaltningsrätten i Malmö"),
                    ("Stockholm", "Förvaltningsrätten i Stockholm"),
                    ("Umeå", "Förvaltningsrätten i Umeå"),
                    ("Uppsala", "Förvaltningsrätten i Uppsala"),
                    ("Växjö", "Förvaltningsrätten i Växjö"),
                ],
                help_text="The one in whose circuit the authority lies. Its administrative court of appeal follows from it.",
                max_length=10,
                verbose_name="administrative court",
            ),
        ),
        migrations.AddField(
            model_name="authority",
            name="court_contact",
            field=models.CharField(
                blank=True,
                help_text="Stands in the notice where an appeal is sent to the court.",
                max_length=200,
                verbose_name="address and e-mail of the administrative court",
            ),
        ),
        migrations.AddField(
            model_name="authority",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
        ),
        migrations.AddField(
            model_name="authority",
            name="phone",
            field=models.CharField(blank=True, max_length=40, verbose_name="telephone"),
        ),
        migrations.AddField(
            model_name="authority",
            name="postal_address",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="postal address"
            ),
        ),
        migrations.AddField(
            model_name="historicalauthority",
            name="administrative_court",
            field=models.CharField(
                blank=True,
                choices=[
                    ("Falun", "Förvaltningsrätten i Falun"),
                    ("Göteborg", "Förvaltningsrätten i Göteborg"),
                    ("Härnösand", "Förvaltningsrätten i Härnösand"),
                    ("Jönköping", "Förvaltningsrätten i Jönköping"),
                    ("Karlstad", "Förvaltningsrätten i Karlstad"),
                    ("Linköping", "Förvaltningsrätten i Linköping"),
                    ("Luleå", "Förvaltningsrätten i Luleå"),
                    ("Malmö", "Förvaltningsrätten i Malmö"),
                    ("Stockholm", "Förvaltningsrätten i Stockholm"),
                    ("Umeå", "Förvaltningsrätten i Umeå"),
                    ("Uppsala", "Förvaltningsrätten i Uppsala"),
                    ("Växjö", "Förvaltningsrätten i Växjö"),
                ],
                help_text="The one in whose circuit the authority lies. Its administrative court of appeal follows from it.",
                max_length=10,
                verbose_name="administrative court",
            ),
        ),
        migrations.AddField(
            model_name="historicalauthority",
            name="court_contact",
            field=models.CharField(
                blank=True,
                help_text="Stands in the notice where an appeal is sent to the court.",
                max_length=200,
                verbose_name="address and e-mail of the administrative court",
            ),
        ),
        migrations.AddField(
            model_name="historicalauthority",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
        ),
        migrations.AddField(
            model_name="historicalauthority",
            name="phone",
            field=models.CharField(blank=True, max_length=40, verbose_name="telephone"),
        ),
        migrations.AddField(
            model_name="historicalauthority",
            name="postal_address",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="postal address"
            ),
        ),
        migrations.AddField(
            model_name="historicalprovider",
            name="contact",
            field=models.CharField(
                blank=True,
                help_text="A postal address or an e-mail address.",
                max_length=200,
                verbose_name="where decisions are sent",
            ),
        ),
        migrations.AddField(
            model_name="historicalsecrecyreview",
            name="matter",
            field=models.CharField(
                choices=[
                    ("access", "Access for support or operation"),
                    ("documents", "Official documents (TF chapter 2)"),
                    ("foreign", "A demand by a foreign authority or court"),
                ],
                default="access",
                editable=False,
                max_length=9,
                verbose_name="what is asked for",
            ),
        ),
        migrations.AddField(
            model_name="historicalsecrecyreview",
            name="treaty_ground",
            field=models.CharField(
                blank=True,
                editable=False,
                max_length=300,
                verbose_name="what a foreign demand rests on",
            ),
        ),
        migrations.AddField(
            model_name="provider",
            name="contact",
            field=models.CharField(
                blank=True,
                help_text="A postal address or an e-mail address.",
                max_length=200,
                verbose_name="where decisions are sent",
            ),
        ),
        migrations.AddField(
            model_name="secrecyreview",
            name="matter",
            field=models.CharField(
                choices=[
                    ("access", "Access for support or operation"),
                    ("documents", "Official documents (TF chapter 2)"),
                    ("foreign", "A demand by a foreign authority or court"),
                ],
                default="access",
                editable=False,
                max_length=9,
                verbose_name="what is asked for",
            ),
        ),
        migrations.AddField(
            model_name="secrecyreview",
            name="treaty_ground",
            field=models.CharField(
                blank=True,
                editable=False,
                max_length=300,
                verbose_name="what a foreign demand rests on",
            ),
        ),
        migrations.RunSQL(
            FOREIGN_DEMANDS,
            """
            drop trigger lockbox_foreign_demand_guard on requests_app_decision;
            drop function lockbox_foreign_demand_guard;
            """,
        ),
        migrations.RunSQL(
            only(*WRITTEN_LATER, *REGISTERED),
            only(*WRITTEN_LATER),
        ),
        migrations.RunSQL(
            ANSWERS % {"which": OF_THOSE_WHO_DENY},
            ANSWERS % {"which": ""},
        ),
    ]
