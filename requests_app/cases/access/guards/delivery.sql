-- Was the answer still to be given, by what had been recorded at the moment? It is open
-- from when it was ordered, which is a moment before that was recorded.
create or replace function lockbox_was_open(
  delivery bigint, moment timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce((
    select h.status = 'open'
    from requests_app_historicaldelivery h
    where h.id = delivery and h.history_date <= greatest(moment, (
      select min(first.history_date) from requests_app_historicaldelivery first
      where first.id = delivery))
    order by h.history_id desc limit 1), false)
$f$;

-- An Approve may wait, and may be given, only while every live review has granted it. One
-- that was given before that changed is told as it was.
create or replace function lockbox_delivery_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  request requests_app_accessrequest;
  moment timestamptz := case new.status when 'confirmed' then new.given_at else new.created_at end;
begin
  if new.answer <> 'approve' or new.status not in ('open', 'confirmed') then
    return new;
  end if;
  perform lockbox_keep_freezes_out();
  select * into request from requests_app_accessrequest where id = new.access_request_id;
  -- A machine may have given the answer before it heard of the change; that is told
  -- as it was. Nobody orders an answer on terms that have changed.
  if new.status = 'open' and new.revision <> request.revision then
    perform lockbox_refuse('the request has changed since the decision');
  end if;
  -- At the time of what happens, and now where it happens now.
  if lockbox_frozen(new.access_request_id, moment)
     or tg_op = 'INSERT' and lockbox_frozen(new.access_request_id, audit_now()) then
    perform lockbox_refuse('approvals are stopped by a freeze');
  end if;
  if new.status = 'confirmed' and new.given_at > lockbox_answer_by(request) then
    perform lockbox_refuse('the time to answer had run out');
  end if;
  if exists (select from requests_app_requestedobject
             where access_request_id = new.access_request_id
               and review_id is null and removed_in_revision is null) then
    perform lockbox_refuse('an object of the request has no review');
  end if;
  if not exists (select from requests_app_secrecyreview
                 where access_request_id = new.access_request_id
                   and status not in ('rerouted', 'merged', 'dropped'))
     or exists (
       select from requests_app_secrecyreview review
       where review.access_request_id = new.access_request_id
         and review.status not in ('rerouted', 'merged', 'dropped')
         and ((review.security_protection <> 'no' or review.status <> 'decided')
                and not (new.status = 'confirmed'
                         and lockbox_was_decided(review.id, new.given_at))
              or not exists (
                select from requests_app_decision d
                where d.review_id = review.id and d.answer = 'approve'
                  and d.revision = new.revision
                  and new.minutes <= d.granted_minutes
                  and (new.status <> 'open' or d.object_ids = array(
                         select id from requests_app_requestedobject
                         where review_id = review.id and removed_in_revision is null
                         order by id))
                  and not exists (select from requests_app_decision later
                                  where later.supersedes_id = d.id
                                    and (new.status = 'open'
                                         or later.decided_at <= new.given_at))))) then
    perform lockbox_refuse('not every authority concerned has granted the request');
  end if;
  if (tg_op = 'INSERT' or new.status <> old.status) and exists (
       select from requests_app_secrecyreview review
       where review.access_request_id = new.access_request_id
         and review.status not in ('rerouted', 'merged', 'dropped')
         and lockbox_class_known(review.id, moment) = 4) then
    perform lockbox_refuse('an object holds information of class 4');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_delivery_guard();

-- An Approve is neither ordered nor given on grounds that have fallen.
create or replace function lockbox_ground_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  moment timestamptz := case new.status when 'confirmed' then new.given_at else new.created_at end;
begin
  if new.answer <> 'approve' or new.status not in ('open', 'confirmed')
     or tg_op = 'UPDATE' and new.status = old.status then
    return new;
  end if;
  perform lockbox_keep_freezes_out();
  if exists (select from lockbox_standing(new.access_request_id) d
             where lockbox_has_fallen(d.proposal_id, moment)
                or tg_op = 'INSERT' and lockbox_has_fallen(d.proposal_id, audit_now())) then
    perform lockbox_refuse('what was granted rests on a ground that has fallen');
  end if;
  return new;
end $f$;

create trigger lockbox_ground_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_ground_guard();

-- An answer is ordered when the decisions that stand say so, in their words, and taken
-- back only while access runs; what was given or called back stays.
create or replace function lockbox_answer_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' then
    if old.status in ('confirmed', 'cancelled')
         and to_jsonb(new) - 'version' <> to_jsonb(old) - 'version'
         and not (old.status = 'cancelled' and new.status = 'confirmed'
                  and old.answer <> 'revoke' and lockbox_was_open(new.id, new.given_at))
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
       join requests_app_content said on said.digest = lockbox_reads(d.motivation_for_recipient_id)
       join requests_app_content told on told.digest = lockbox_reads(new.text_id)
       where (new.answer = 'approve' or d.answer = 'deny') and position(lockbox_text(said.body) in lockbox_text(told.body)) = 0) then
    perform lockbox_refuse('the answer leaves out what a decision says');
  end if;
  return new;
end $f$;

create trigger lockbox_answer_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_answer_guard();

-- Nothing is opened of an access that was revoked, nor approved; what the provider had
-- been told before is told as it was. Whoever revokes at the same time waits for us, or
-- we for them.
create or replace function lockbox_opened_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  -- When the provider was told; what waits is told at some later time.
  told timestamptz;
begin
  if tg_table_name = 'requests_app_accessgrant' then
    if new.status = 'ended' or tg_op = 'UPDATE' and old.status = new.status then
      return new;
    end if;
    if tg_op = 'INSERT' then
      select given_at into told from requests_app_delivery where id = new.delivery_id;
    end if;
  elsif new.answer <> 'approve' or new.status not in ('open', 'confirmed') then
    return new;
  elsif new.status = 'confirmed' then
    told := new.given_at;
  end if;
  perform from requests_app_accessrequest
    where id = any(array(select lockbox_extended(new.access_request_id)))
    order by id for share;
  if exists (select from requests_app_accessrequest
             where id = any(array(select lockbox_extended(new.access_request_id)))
               and revoked_at <= coalesce(told, 'infinity')) then
    perform lockbox_refuse('the access has been revoked: no more of it is opened');
  end if;
  return new;
end $f$;

create trigger lockbox_opened_guard before insert or update on requests_app_accessgrant
  for each row execute function lockbox_opened_guard();

create trigger lockbox_opened_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_opened_guard();

-- A message names what to tell of, once; what is sent is read from there. Only how far
-- it has come changes, and it is delivered only by a try.
create or replace function lockbox_outbox_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  progress text[] := '{attempts,next_attempt_at,lease_until,uncertain,finished_at,result,trouble}';
begin
  if tg_op = 'UPDATE' then
    if old.finished_at is not null or to_jsonb(new) - progress <> to_jsonb(old) - progress then
      perform lockbox_refuse('a message of the outbox is not rewritten');
    end if;
    if new.result = 'delivered' and not exists (
         select from requests_app_outboxattempt where message_id = new.id) then
      perform lockbox_refuse('nothing was sent');
    end if;
    return new;
  end if;
  if new.attempts <> 0 or new.uncertain or new.finished_at is not null and (new.topic = 'answer' or new.result <> 'cancelled')
     or new.topic = 'answer' and not exists (
       select from requests_app_delivery d
       where d.id = new.delivery_id and d.access_request_id = new.access_request_id
         and d.status = 'open')
     or new.topic = 'webhook' and new.event not in ('webhook.test', 'service.restored') and not exists (
       select from requests_app_contractclient l
       join requests_app_accessrequest r on r.connection_id = l.connection_id
       where l.id = new.client_id and r.id = new.access_request_id and l.ended_at is null
         and not l.is_sandbox)
       and not exists (
       select from requests_app_contractclient l
       join requests_app_sandboxrequest s on s.client_id = l.id
       where l.id = new.client_id and s.id = new.sandbox_request_id and l.ended_at is null)
     or new.question_id is not null and not exists (
       select from requests_app_message q
       where q.id = new.question_id and q.access_request_id = new.access_request_id
         and not q.from_provider)
     or new.topic = 'door' and not exists (
       select from requests_app_sidedoor d
       where d.id = new.side_door_id and d.withdrawn_at is not null
         and d.closed_at is null) then
    perform lockbox_refuse('a message of the outbox tells of what there is');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_outboxmessage
  for each row execute function lockbox_outbox_guard();

-- What is tried in the sandbox is a client's of the sandbox, and never another's.
create or replace function lockbox_sandbox_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_contractclient c where c.id = new.client_id and c.is_sandbox)
     or new.extends_id is not null and not exists (
       select from requests_app_sandboxrequest s
       where s.id = new.extends_id and s.client_id = new.client_id) then
    perform lockbox_refuse('the sandbox is for its own clients');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_sandboxrequest
  for each row execute function lockbox_sandbox_guard();

-- Whoever sends is woken as soon as it is committed that there is something to send.
create or replace function lockbox_outbox_wakes() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform pg_notify('lockbox_outbox', '');
  return null;
end $f$;

create trigger lockbox_outbox_wakes after insert on requests_app_outboxmessage
  for each statement execute function lockbox_outbox_wakes();

-- A comparison after a restore is begun by a machine, told by the machine of its
-- provider, concluded by a person in their own name, and then kept.
create or replace function lockbox_comparison_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.told_at is not null or new.told <> '[]' or new.concluded_at is not null
       or not lockbox_is_now(new.began_at) or new.lost_from > new.began_at then
      perform lockbox_refuse('a comparison begins with nothing told');
    end if;
    return new;
  end if;
  if old.concluded_at is not null then
    perform lockbox_refuse('a comparison is concluded once');
  end if;
  if (new.told, new.told_at) is distinct from (old.told, old.told_at)
     and (not lockbox_is_now(new.told_at) or not exists (
       select from requests_app_contractclient l
       where l.account_id = audit_actor() and l.connection_id = new.connection_id
         and l.ended_at is null)) then
    perform lockbox_refuse('what a provider knows is told by its own machine');
  end if;
  if new.concluded_at is not null
     and (lockbox_is_not_actor(new.concluded_by_id) or not lockbox_is_now(new.concluded_at)
          or exists (select from lockbox_site_user u
                     where u.id = new.concluded_by_id and u.is_machine)) then
    perform lockbox_refuse('a comparison is concluded by a person, in their own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_comparison
  for each row execute function lockbox_comparison_guard();

-- After a restore nothing is sent of a request before it is compared: what was
-- acknowledged in the time that is lost would open a second time. A person may still
-- say when an answer was given.
create or replace function lockbox_compared_first() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (select from lockbox_site_user u where u.id = audit_actor() and u.is_machine)
     and exists (select from requests_app_comparison c
                 join requests_app_accessrequest r on r.connection_id = c.connection_id
                 where r.id = new.access_request_id and c.concluded_at is null) then
    perform lockbox_refuse('no machine opens access while a restore is compared');
  end if;
  return new;
end $f$;

create trigger lockbox_compared before insert on requests_app_accessgrant
  for each row execute function lockbox_compared_first();
