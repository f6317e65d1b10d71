"""The launcher's folders: what lies in them, and what is said where one is wanting."""

import stat
from pathlib import Path

import pytest

from lockbox_site.postgres.cluster import secret
from tests.lockbox_site.conftest import Launch


def test_a_secret_is_made_once_and_readable_by_us_alone(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCKBOX_STATE", str(state))
    assert len(secret("one")) == 64
    assert secret("one") == secret("one") != secret("two")
    kept = next(state.glob("*/secrets/one"))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    with pytest.raises(ValueError, match="not a name"):
        secret("../one")


def test_without_programs_one_sentence_says_what_to_do(
    launch: Launch, state: Path
) -> None:
    refused = launch("start", LOCKBOX_POSTGRES_BIN=str(state))
    assert refused.returncode == 1
    assert refused.stderr.startswith("lockbox: No PostgreSQL 15 or later found: ")
    assert refused.stderr.count("\n") == 1


def test_a_state_folder_that_can_not_be_made_is_named(
    launch: Launch, state: Path
) -> None:
    (state / "file").write_text("")
    for place in (state / "file", state / "file" / "deeper"):
        refused = launch("start", LOCKBOX_STATE=str(place))
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"lockbox: {place}")
        assert "LOCKBOX_STATE names a folder" in refused.stderr
        assert refused.stderr.count("\n") == 1
