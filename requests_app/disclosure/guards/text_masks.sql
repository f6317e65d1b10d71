-- What a text reads as: itself, or what the newest mask says that stands.
create or replace function lockbox_reads(digest varchar) returns varchar
  language sql stable strict as $f$
  select coalesce(kept.reads_as_id, kept.digest)
  from public.requests_app_content kept where kept.digest = $1
$f$;

-- What the newest mask that stands says that a text reads as; nothing where none does.
create or replace function lockbox_masked_as(digest varchar) returns varchar
  language sql stable strict as $f$
  select t.reads_id from public.requests_app_maskedtext t
  join public.requests_app_textmask m on m.id = t.mask_id
  where t.original_id = $1 and m.lifted_at is null order by t.id desc limit 1
$f$;

-- A text reads as what was kept, or as its mask says, and never otherwise.
create or replace function lockbox_content_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.reads_as_id is distinct from lockbox_masked_as(new.digest) then
    perform lockbox_refuse('a text reads as its newest mask says that stands');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_content
  for each row execute function lockbox_content_guard();

-- Asked at the end of the transaction: no mask stands without its texts being masked.
create or replace function lockbox_mask_is_worn() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (
       select from requests_app_maskedtext t join requests_app_content c on c.digest = t.original_id
       where t.mask_id = case tg_table_name when 'requests_app_textmask'
           then (to_jsonb(new)->>'id')::bigint else (to_jsonb(new)->>'mask_id')::bigint end
         and c.reads_as_id is distinct from lockbox_masked_as(c.digest)) then
    perform lockbox_refuse('a text reads as its newest mask says that stands');
  end if;
  return null;
end $f$;

create constraint trigger lockbox_worn after insert on requests_app_maskedtext
  deferrable initially deferred for each row execute function lockbox_mask_is_worn();
create constraint trigger lockbox_worn after update on requests_app_textmask
  deferrable initially deferred for each row execute function lockbox_mask_is_worn();

-- Personal data are masked now, in a case that is not stopped, for a request of its authority.
-- What is restricted is lifted once, after whom it is about was told.
create or replace function lockbox_text_mask_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.lifted_at is not null or not lockbox_is_now(new.made_at) or not exists (
         select from requests_app_secrecyreview s
         where s.id = new.review_id and s.status <> 'stopped'
           and (new.request_id is null or exists (
             select from requests_app_datasubjectrequest r
             where r.id = new.request_id and r.authority_id = s.authority_id))) then
      perform lockbox_refuse('personal data are masked now, at the authority that was asked, in no stopped case');
    end if;
    return new;
  end if;
  if old.lifted_at is not null then
    perform lockbox_refuse('a restriction that was lifted stays so');
  end if;
  if new.lifted_at is not null and (lockbox_is_not_actor(new.lifted_by_id) or not lockbox_is_now(new.lifted_at)
       or new.subject_told_on > lockbox_day(audit_now())
       or new.subject_told_on < lockbox_day(old.made_at)) then
    perform lockbox_refuse('a restriction is lifted after the data subject was told');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_textmask
  for each row execute function lockbox_text_mask_guard();

-- Texts are masked with their mask, and none that is restricted. A mask is no text to mask.
create or replace function lockbox_masked_text_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_textmask m
                 where m.id = new.mask_id and lockbox_is_now(m.made_at))
     or exists (select from requests_app_maskedtext t join requests_app_textmask m on m.id = t.mask_id
                where t.original_id = new.original_id and m.kind = 'restriction' and m.lifted_at is null)
     or exists (select from requests_app_maskedtext t where t.reads_id = new.original_id) then
    perform lockbox_refuse('a text is masked with its mask, and not while it is restricted');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_maskedtext
  for each row execute function lockbox_masked_text_guard();

-- Whoever was given the words is told once.
create or replace function lockbox_recipient_notice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and new.told_at is not null
     or tg_op = 'UPDATE' and (old.told_at is not null or not lockbox_is_now(new.told_at)) then
    perform lockbox_refuse('a recipient is told once, after the text was masked');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_recipientnotice
  for each row execute function lockbox_recipient_notice_guard();
