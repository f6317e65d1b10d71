"""Which version the pages, the metrics and a backup tell."""

import shutil
import subprocess

from lockbox_site import configuration


def git(folder, *words):
    who = ("-c", "user.name=x", "-c", "user.email=x@y.example")
    program = shutil.which("git")
    subprocess.run([program, "-C", folder, *who, *words], check=True)


def commit(folder):
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")


def test_a_clone_tells_its_tag_or_its_commit(tmp_path):
    assert configuration.of_clone(tmp_path) == "unreleased"
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    untagged = configuration.of_clone(tmp_path)
    assert len(untagged) >= 7 and int(untagged, 16)
    git(tmp_path, "tag", "v1.2.0")
    assert configuration.of_clone(tmp_path) == "1.2.0"
    commit(tmp_path)
    assert configuration.of_clone(tmp_path).startswith("1.2.0-1-g")
