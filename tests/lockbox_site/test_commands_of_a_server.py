"""`lockbox-upgrade` and `lockbox-manage` as they lie on a server, without a server."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "lockbox_site/deploy"
UPGRADE = DEPLOY / "lockbox-upgrade"
# Says what it was called with, a word a line.
SAY = """#!/bin/sh
printf '%s\\n' "$@"
"""


def modules():
    return [UPGRADE, *sorted((DEPLOY / "lockbox_upgrade").glob("*.py"))]


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_an_upgrade_needs_no_more_than_python():
    """It works while no release does."""
    assert len(modules()) > 5
    others = {
        name.partition(".")[0]
        for path in modules()
        for name in imports(ast.parse(path.read_text()))
    }
    assert others - sys.stdlib_module_names == {"lockbox_upgrade"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root would begin")
def test_it_is_for_root():
    done = subprocess.run([UPGRADE, "--back"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        1,
        "lockbox-upgrade: Only root may do that.\n",
    )


def test_install_takes_all_that_runs_on_a_server():
    """`install` copies by name what lies beside it."""
    (line,) = (
        line
        for line in (DEPLOY / "install").read_text().splitlines()
        if "cp -r lockbox-manage" in line
    )
    names = {path.name for path in DEPLOY.iterdir()}
    assert names - set(line.split()) == {"image", "install", "pgbackrest", "prometheus"}


def manage(tmp_path, *words, **environment):
    """What lockbox-manage asks of systemd, a word a line."""
    (tmp_path / "systemd-run").write_text(SAY)
    (tmp_path / "systemd-run").chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        [DEPLOY / "lockbox-manage", *words],
        env=path | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_a_command_is_handed_over_word_by_word(tmp_path):
    typed = [
        "--name",
        "två  ord",
        "$HOME ${HOME}",
        "%n",
        'x"y"',
        "it's",
        "*",
        "",
        "a;b",
    ]
    words = manage(tmp_path, "owner", "found_city", *typed)
    at = words.index("/opt/lockbox/current/bin/lockbox")
    assert words[at + 1 :] == ["found_city", *typed]
    # Else systemd reads a dollar as the name of a variable.
    assert "--expand-environment=no" in words[:at]


def test_a_command_has_the_language_of_the_terminal(tmp_path):
    names = ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES")
    languages = {name: f"sv_SE.UTF-8 of {name}" for name in names}
    words = manage(tmp_path, "owner", "check", **languages)
    assert {f"--setenv={name}={text}" for name, text in languages.items()} <= {*words}
    assert not [word for word in manage(tmp_path, "owner", "check") if "setenv" in word]
