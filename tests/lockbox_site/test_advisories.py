"""Pins held against a file of advisories, as OSV writes them.

The records follow OSV's own schema and rule of ranges; what they tell is invented.
"""

import json
import zipfile
from importlib import metadata

import pytest
from django.core.management import CommandError, call_command

from lockbox_site.checks import that_apply

DJANGO = metadata.version("django")


def record(*events, versions=(), **more):
    return {
        "id": "PYSEC-2026-0",
        "summary": "Invented",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": "Django"},
                "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
                "versions": list(versions),
            }
        ],
        **more,
    }


@pytest.mark.parametrize(
    ("events", "version", "applies"),
    [
        ([{"introduced": "0"}], "5.2", True),
        ([{"introduced": "0"}, {"fixed": "5.2.1"}], "5.2", True),
        ([{"introduced": "0"}, {"fixed": "5.2.1"}], "5.2.1", False),
        ([{"introduced": "0"}, {"fixed": "5.2.1"}], "5.2.10", False),
        ([{"introduced": "5.0"}, {"last_affected": "5.2"}], "5.2", True),
        ([{"introduced": "5.0"}, {"last_affected": "5.2"}], "5.2.1", False),
        ([{"introduced": "6.0"}], "5.2", False),
        # Mended in two branches, written in no order.
        (
            [
                {"fixed": "5.2.4"},
                {"introduced": "5.2"},
                {"fixed": "4.2.9"},
                {"introduced": "4.2"},
            ],
            "5.2.3",
            True,
        ),
        (
            [
                {"introduced": "4.2"},
                {"fixed": "4.2.9"},
                {"introduced": "5.2"},
                {"fixed": "5.2.4"},
            ],
            "5.0",
            False,
        ),
    ],
)
def test_a_version_is_within_its_ranges(events, version, applies):
    assert bool(list(that_apply(iter([record(*events)]), {"django": version}))) == (
        applies
    )


def test_a_version_that_is_named_is_affected_and_what_was_withdrawn_is_not():
    named = record(versions=["5.2"])
    assert list(that_apply(iter([named]), {"django": "5.2"}))
    gone = record(versions=["5.2"], withdrawn="2026-01-01T00:00:00Z")
    other = record(versions=["5.2"])
    other["affected"][0]["package"]["ecosystem"] = "npm"
    assert not list(that_apply(iter([gone, other]), {"django": "5.2"}))


def test_a_zip_without_what_applies_is_well(tmp_path, capsys):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("A.json", json.dumps(record({"introduced": "99"})))
    call_command("check_advisories", str(path))
    assert "0 advisories apply" in capsys.readouterr().out


def test_what_applies_is_told_with_what_mends_it(tmp_path, capsys):
    path = tmp_path / "one.json"
    path.write_text(json.dumps([record({"introduced": "0"}, {"fixed": "99"})]))
    with pytest.raises(CommandError, match="1 advisories apply"):
        call_command("check_advisories", str(path))
    told = capsys.readouterr().out
    assert f"django {DJANGO}: PYSEC-2026-0, mended by 99. Invented" in told


@pytest.mark.parametrize("content", [b"no json", b"\xff\xfe", None])
def test_a_file_that_is_none_is_said(tmp_path, content):
    path = tmp_path / "x"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match="no file of OSV"):
        call_command("check_advisories", str(path))
