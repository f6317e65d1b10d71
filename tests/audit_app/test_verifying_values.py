"""Values as a line tells them and as a dump writes them: the same, or others."""

import pytest

from audit_app.verifying import dump

SAME = [
    ("null", b"\\N"), ("true", b"t"), ("false", b"f"), ("12", b"12"), ('"12"', b"12"),
    ("1.50", b"1.50"), ("100000000000000000000", b"1e+20"), ('"a\\tb"', b"a\\tb"),
    ('"2026-11-24T10:00:00.5+00:00"', b"2026-11-24 11:00:00.5+01"),
    ('"2026-11-24T10:00:00+00:00"', b"2026-11-24 15:30:00+05:30"),
    ('"2026-11-24"', b"2026-11-24"), ('"\\\\x00ff"', b"\\\\x00ff"),
    ("[]", b"{}"), ("{}", b"{}"), ("[1, 2]", b"{1,2}"), ("[null]", b"{NULL}"),
    ('["a b", "c\\"d", "e,f", ""]', b'{"a b","c\\\\"d","e,f",""}'),
    ("[[1], [2]]", b"{{1},{2}}"), ('{"a": [1, null]}', b'{"a": [1, null]}'),
    ('{"b": 1, "a": 2}', b'{"a": 2, "b": 1}'), ('"{not an array"', b"{not an array"),
    ('["2026-11-24T10:00:00+00:00"]', b'{"2026-11-24 11:00:00+01"}'),
    ('"5f0c"', b"5f0c"), ('"<a href=\\"{x}\\">"', b'<a href="{x}">'), ('"{"', b"{"),
]  # fmt: skip
OTHER = [
    ("null", b""), ('""', b"\\N"), ("true", b"f"), ("12", b"13"), ('"a"', b"b"),
    ('"2026-11-24T10:00:00+00:00"', b"2026-11-24 10:00:00+01"), ("[1, 2]", b"{2,1}"),
    ("[1]", b"{}"), ('{"a": 1}', b'{"a": 2}'), ('["a,b"]', b"{a,b}"), ("[null]", b"{}"),
    ('"{a"', b"{b"), ("[[1], [2]]", b"{1,2}"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "field"), SAME)
def test_values_of_all_types_are_known_again(told, field):
    assert dump.is_same(dump.from_json(told.encode()), field)


@pytest.mark.parametrize(("told", "field"), OTHER)
def test_other_values_are_others(told, field):
    assert not dump.is_same(dump.from_json(told.encode()), field)
