"""What a text that the pages show is called in the ledger: a choice by its label, yes
and no, people by name, a local date; and all else as it was typed."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import dates, timezone, translation
from django.utils.translation import gettext as _

from requests_app.permissions.auditing import name_of
from requests_app.selectors.audit.columns import Column, Columns, audited_columns
from requests_app.selectors.audit.sought import Part

IN = (
    "exists (select from unnest(%s::text[], %s::text[]) c(kind, name)"
    " where c.kind = e.object_type and c.name = one.name)"
)
CALLED = (
    "exists (select from unnest(%s::text[], %s::text[], %s::text[])"
    " c(kind, name, pattern) where c.kind = e.object_type and c.name = one.name"
    " and one.value like c.pattern)"
)
# A value of a change, in one of these columns, that is met; of all else, the text.
CHANGED = (
    "exists (select from audit_app_ledgerdetail t"
    " cross join lateral ("
    " values (t.body::jsonb->'new'), (t.body::jsonb->'old')) side(j)"
    " cross join lateral jsonb_each_text(coalesce(nullif(j, 'null'), '{}'))"
    " one(name, value) where t.entry_id = e.id and MET)"
)
SAID = (
    "exists (select from audit_app_ledgerdetail t"
    " where t.entry_id = e.id and t.body ilike %s)"
)
# Not what was changed of somebody whose name is protected: it would be found by it.
TOLD = (
    "not (e.object_type = 'lockbox_site_user' and e.object_id in"
    " (select id::text from lockbox_site_user where is_protected))"
)
# In which words a date is written beside digits: 27 november 2026.
WRITTEN = re.compile(r"(\d{1,2}) ([^\W\d]+) (\d{4})(?: (\d{1,2})[.:](\d{2}))?")
TYPED = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2})[.:](\d{2}))?")
MOST_PEOPLE = 200


def met_by(text: str, fields: list[Column]) -> Part:
    """A condition on lines: one holds a value that reads so, in one of the fields where
    any are given."""
    columns = audited_columns()
    ways = [
        Part(f"one.value ilike %s and not {IN}", [_like(text), *_two(columns.coded)])
    ]
    ways += _called(text, columns)
    if people := _people(text):
        sql = f"one.value = any(%s) and {IN}"
        ways.append(Part(sql, [people, *_two(columns.people)]))
    if span := _span(text):
        among = "one.value::timestamptz >= %s and one.value::timestamptz < %s"
        sql = f"case when one.value like '____-__-__T%%' and {IN} then {among} end"
        ways.append(Part(sql, [*_two(columns.moments), *span]))
    any_of = " or ".join(f"({way.sql})" for way in ways)
    values = [value for way in ways for value in way.values]
    if fields:
        sql = CHANGED.replace("MET", f"{IN} and ({any_of})")
        return Part(f"{TOLD} and e.kind = 'change' and {sql}", [*_two(fields), *values])
    sql = CHANGED.replace("MET", f"({any_of})")
    whole = f"{TOLD} and case when e.kind = 'change' then {sql} else {SAID} end"
    return Part(whole, [*values, _like(text)])


def _called(text: str, columns: Columns) -> Iterator[Part]:
    """By choices, and by yes and no, in each language that pages are in."""
    wanted = text.casefold()
    patterns: set[tuple[str, str, str]] = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for column, choices in columns.choices.items():
                for code, label in choices:
                    if wanted in str(label).casefold():
                        pattern = connection.ops.prep_for_like_query(code)
                        pattern = (
                            f'%"{pattern}"%' if column in columns.lists else pattern
                        )
                        patterns.add((*column, pattern))
            for word, value in ((_("Yes"), "true"), (_("No"), "false")):
                if wanted == word.casefold():
                    patterns |= {(*column, value) for column in columns.flags}
    if patterns:
        yield Part(CALLED, [list(row) for row in zip(*sorted(patterns), strict=True)])


def _people(text: str) -> list[str]:
    """Their keys, of those called so."""
    wanted = text.casefold()
    rows = get_user_model()._default_manager.order_by("pk")
    columns = ("pk", "first_name", "last_name", "username")
    keys = (
        str(key)
        for key, *name in rows.values_list(*columns).iterator()
        if wanted in name_of(*name).casefold()
    )
    return [key for key, _nth in zip(keys, range(MOST_PEOPLE), strict=False)]


def _span(text: str) -> tuple[datetime, datetime] | None:
    """The local day, or minute, that the text says."""
    year = month = day = hour = minute = None
    if match := TYPED.fullmatch(text):
        year, month, day, hour, minute = match.groups()
    elif match := WRITTEN.fullmatch(text.casefold()):
        day, name, year, hour, minute = match.groups()
        month = _month(name)
    if not (year and month and day):
        return None
    try:
        begins = date(int(year), int(month), int(day))
        at = time(int(hour or 0), int(minute or 0))
        first = timezone.make_aware(datetime.combine(begins, at))
        last = first + timedelta(minutes=1)
        if hour is None:
            after = begins + timedelta(days=1)
            last = timezone.make_aware(datetime.combine(after, at))
    except (ValueError, OverflowError):
        return None
    return first, last


def _month(name: str) -> str:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for number, label in dates.MONTHS.items():
                if str(label).casefold() == name:
                    return str(number)
    return ""


def _two(columns: list[Column]) -> list[list[str]]:
    return [list(row) for row in zip(*columns, strict=True)] or [[], []]


def _like(text: str) -> str:
    return f"%{connection.ops.prep_for_like_query(text)}%"
