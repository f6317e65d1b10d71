"""What the database is asked when words are sought: the parts of its statements.

What a person reads stands in `readable`, in the order in which it is looked through.
"""

# What the database puts round a match: signs that no alphabet has.
BEGIN, END = "\ue000", "\ue001"
# Kept texts, as the indexes have them (migrations/0006 and 0059).
SEARCHABLE = "media_type = 'text/plain' and size <= 80000"
# The text that is to be read of one that was kept, and the other way.
CAN_HOLD = f"""
select coalesce(masked.original_id, c.digest) from requests_app_content c
  left join requests_app_maskedtext masked on masked.reads_id = c.digest
where {SEARCHABLE} and lockbox_reads(coalesce(masked.original_id, c.digest)) = c.digest
"""  # noqa: S608 — our own names
HAS_PARTS = "show_trgm(lockbox_folded(body)) @> lockbox_parts(%s)"
HAS_WORD = (
    "to_tsvector('pg_catalog.swedish', lockbox_folded(body))"
    " @@ plainto_tsquery('pg_catalog.swedish', %s)"
)
NEWEST = "order by r.id desc, h.source, h.digest limit {ranked}"
# One text after another, in the order in which it may end: `limit` keeps the database
# from reading all texts that hold the words first.
HOLDS = f"""cross join lateral (
  select from requests_app_content c where c.digest = lockbox_reads(h.digest)
    and {SEARCHABLE} and {{matches}}
  limit 1
) holds"""
# Whose they are is asked of all at once: the rights of somebody with very many are
# sorted anew for each row they are asked of alone.
FROM_TEXTS = f"""
with hits as materialized (
  select h.* from unnest(%s::text[]) f (digest) cross join lateral ({{hits}}) h
), mine as materialized (
  select r.* from ({{readable}}) r (id, authority_id)
  where r.id = any(array(select review_id from hits))
), newest as materialized (
  select h.* from (
    select h.* from hits h join mine r on r.id = h.review_id
    where true {{narrower}} order by r.id desc, h.source, h.digest offset 0
  ) h {HOLDS} limit {{ranked}}
)"""  # noqa: S608 — our own names
FROM_REVIEWS = f"""
with newest as materialized (
  select h.source, r.id as review_id, h.digest, h.at
  from ({{readable}} limit {{walked}}) r (id, authority_id)
    cross join lateral ({{hits}}) h {HOLDS}
  where true {{narrower}} {NEWEST}
)"""  # noqa: S608 — our own names
BEST = """, once as (
  select distinct on (kept.digest) source, review_id, at,
    lockbox_reads(kept.digest) as digest
  from newest kept order by kept.digest, source, review_id desc
), best as (
  select once.*, body, query, ts_rank(
    to_tsvector('pg_catalog.swedish', lockbox_folded(body)), query) as rank
  from once join requests_app_content using (digest), (select {query}) q (query)
  where {intact}
  order by rank desc, at desc, review_id desc, source limit {shown}
)
select source, review_id, at,
  ts_headline('pg_catalog.swedish', lockbox_text(body), query, '{headline}'),
  substring(lockbox_text(body)
    from greatest(1, strpos(lockbox_folded(body), %s) - 90) for 240)
from best order by rank desc, at desc, review_id desc, source
"""
HEADLINE = (
    'MaxFragments=2,MinWords=12,MaxWords=28,FragmentDelimiter=" … ",'
    f"StartSel={BEGIN},StopSel={END}"
)
