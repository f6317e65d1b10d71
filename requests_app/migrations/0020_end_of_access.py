"""The end of a grant: what is revoked is revoked with its extensions, and more of an
access is added to its end."""

from django.db import migrations, models
from django.db.models import Q

CHAIN = r"""
-- What more of this access is: what extends it, and what extends that.
create function lockbox_extensions(request bigint) returns setof bigint
  language sql stable rows 5 set search_path = pg_catalog, public, pg_temp as $f$
  with recursive more(id) as (
    select request
    union
    select r.id from more m join requests_app_accessrequest r on r.extends_id = m.id)
  select id from more
$f$;

-- What the request is more of, and what has been merged into any of it.
create function lockbox_extended(request bigint) returns setof bigint
  language sql stable rows 5 set search_path = pg_catalog, public, pg_temp as $f$
  with recursive part(id) as (
    select request
    union
    select link.id from part p cross join lateral (
      select r.extends_id from requests_app_accessrequest r where r.id = p.id
      union all
      select r.id from requests_app_accessrequest r where r.merged_into_id = p.id
    ) link(id) where link.id is not null)
  select id from part
$f$;

create function lockbox_is_revoked(request bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from requests_app_accessrequest
                 where id = any(array(select lockbox_extended(request)))
                   and revoked_at is not null)
$f$;

create function lockbox_revoked_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and new.revoked_at is not null
     or tg_op = 'UPDATE' and old.revoked_at is not null
        and new.revoked_at is distinct from old.revoked_at then
    perform lockbox_refuse('what has been revoked stays so');
  end if;
  if tg_op = 'UPDATE' and old.revoked_at is null and new.revoked_at is not null
     and not lockbox_is_now(new.revoked_at) then
    perform lockbox_refuse('a revocation is dated when it is made');
  end if;
  return new;
end $f$;

create trigger lockbox_revoked_guard before insert or update on requests_app_accessrequest
  for each row execute function lockbox_revoked_guard();
alter table requests_app_accessrequest enable always trigger lockbox_revoked_guard;

-- Nothing is opened of an access that was revoked, nor approved. Whoever revokes at the
-- same time waits for us, or we for them.
create function lockbox_opened_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_table_name = 'requests_app_accessgrant' then
    if new.status = 'ended' or tg_op = 'UPDATE' and old.status = new.status then
      return new;
    end if;
  elsif new.answer <> 'approve' or new.status not in ('open', 'confirmed') then
    return new;
  end if;
  perform from requests_app_accessrequest
    where id = any(array(select lockbox_extended(new.access_request_id)))
    order by id for share;
  if lockbox_is_revoked(new.access_request_id) then
    perform lockbox_refuse('the access has been revoked: no more of it is opened');
  end if;
  return new;
end $f$;

create trigger lockbox_opened_guard before insert or update on requests_app_accessgrant
  for each row execute function lockbox_opened_guard();
alter table requests_app_accessgrant enable always trigger lockbox_opened_guard;

create trigger lockbox_opened_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_opened_guard();
alter table requests_app_delivery enable always trigger lockbox_opened_guard;

-- It was answered in time; more of an access begins when that ends.
create or replace function lockbox_grant_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
    select from requests_app_delivery d
    where d.id = new.delivery_id and d.access_request_id = new.access_request_id
      and d.answer = 'approve' and d.status = 'confirmed'
      and new.opens_at >= d.given_at
      and new.ends_at <= new.opens_at + make_interval(mins => d.minutes)) then
    perform lockbox_refuse('access without a given approval, or longer than it');
  end if;
  if tg_op = 'INSERT' and exists (
       select from requests_app_accessrequest r
       join requests_app_delivery d on d.id = new.delivery_id
       where r.id = new.access_request_id and r.answer_deadline < d.given_at) then
    perform lockbox_refuse('the time to answer had run out');
  end if;
  if tg_op = 'INSERT' and new.opens_at > (
       select d.given_at from requests_app_delivery d where d.id = new.delivery_id)
     and new.opens_at <> (
       select max(g.ends_at) from requests_app_accessgrant g
       where g.access_request_id = any(array(
               select lockbox_matters(array[new.access_request_id])))) then
    perform lockbox_refuse('access opens when it is approved, or where that which it extends ends');
  end if;
  return new;
end $f$;
"""

# The columns of a request that may be written later: those there were, and this one.
LATER = r"""
do $f$
declare
  names text[];
  columns text;
begin
  select string_to_array(encode(tgargs, 'escape'), '\000') into strict names from pg_trigger
    where tgrelid = 'requests_app_accessrequest'::regclass and tgname = 'lockbox_only';
  select string_agg(quote_literal(name), ', ') into columns
    from unnest({names}) name where name <> '';
  execute 'drop trigger lockbox_only on requests_app_accessrequest';
  execute format('create trigger lockbox_only before update on requests_app_accessrequest
    for each row execute function lockbox_only(%s)', columns);
  alter table requests_app_accessrequest enable always trigger lockbox_only;
end $f$;
"""

BEFORE = r"""
create or replace function lockbox_grant_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
    select from requests_app_delivery d
    where d.id = new.delivery_id and d.access_request_id = new.access_request_id
      and d.answer = 'approve' and d.status = 'confirmed'
      and new.opens_at >= d.given_at
      and new.ends_at <= new.opens_at + make_interval(mins => d.minutes)) then
    perform lockbox_refuse('access without a given approval, or longer than it');
  end if;
  if tg_op = 'INSERT' and exists (
       select from requests_app_accessrequest
       where id = new.access_request_id and answer_deadline < new.opens_at) then
    perform lockbox_refuse('the time to answer had run out');
  end if;
  return new;
end $f$;
drop trigger lockbox_opened_guard on requests_app_delivery;
drop trigger lockbox_opened_guard on requests_app_accessgrant;
drop function lockbox_opened_guard;
drop trigger lockbox_revoked_guard on requests_app_accessrequest;
drop function lockbox_revoked_guard;
drop function lockbox_is_revoked;
drop function lockbox_extended;
drop function lockbox_extensions;
"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0018_class_as_it_was")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="revoked_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="access revoked"
            ),
        )
        for name in ("accessrequest", "historicalaccessrequest")
    ] + [
        migrations.AlterField(
            model_name="outboxmessage",
            name="event",
            field=models.CharField(
                blank=True,
                choices=[
                    ("request.status_changed", "New status"),
                    ("request.question", "Question"),
                    ("request.access_revoked", "Access revoked"),
                ],
                max_length=30,
                verbose_name="event",
            ),
        ),
        migrations.RemoveConstraint("outboxmessage", "outbox_tells_of_one_thing"),
        migrations.AddConstraint(
            "outboxmessage",
            models.CheckConstraint(
                condition=Q(topic="answer", delivery__isnull=False, client=None)
                & Q(event="", question=None)
                | Q(topic="webhook", delivery=None, client__isnull=False)
                & (
                    Q(
                        event__in=["request.status_changed", "request.access_revoked"],
                        question=None,
                    )
                    | Q(event="request.question", question__isnull=False)
                ),
                name="outbox_tells_of_one_thing",
            ),
        ),
        migrations.RunSQL(
            LATER.replace("{names}", "names || '{revoked_at}'::text[]"),
            LATER.replace("{names}", "array_remove(names, 'revoked_at')"),
        ),
        migrations.RunSQL(CHAIN, BEFORE),
    ]
