"""What tests need of others stands in one table, and the README says what it says."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

from tests import tools
from tests.helpers.databases import ROOT


def test_the_readme_names_each_tool():
    text = " ".join((ROOT / "README.md").read_text().split())
    assert tools.sentence() in text


def test_ci_installs_what_the_table_names():
    assert "python3 tests/tools.py packages" in (ROOT / ".ci" / "run").read_text()


def test_no_test_looks_for_a_tool_by_itself():
    """It would find it where its mark does not name it."""
    programs = {name for tool in tools.TOOLS.values() for name in tool.programs}
    looked_for = re.compile(r"which\(\"(" + "|".join(programs) + r")\"")
    found = [
        path
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if "node_modules" not in path.parts and looked_for.search(path.read_text())
    ]
    assert found == []


def test_a_folder_of_programs_that_can_not_be_read_is_passed_over(
    tmp_path, monkeypatch
):
    """The finding: with one of root's before them `cp` and `ps` were missing."""
    good, loose, file = tmp_path / "good", tmp_path / "loose", tmp_path / "file"
    for folder in (good, loose):
        folder.mkdir()
    file.touch()
    (loose / "gone").symlink_to(tmp_path / "nothing")
    (good / "cp").touch()
    odd = [tmp_path / "missing", tmp_path / ("x" * 300), file, loose]
    monkeypatch.setattr(tools, "PATH", os.pathsep.join(map(str, [*odd, good])))
    with ThreadPoolExecutor() as pool:
        folders = [tmp_path / "links" for _time in range(8)]
        made = set(pool.map(tools.let_find, folders, [set()] * 8))
    assert made == {str(tmp_path / "links" / "others")}
    assert os.listdir(*made) == ["cp"]
    assert os.listdir(tmp_path / "links") == ["others"]
