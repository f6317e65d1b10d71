"""What tests need of others stands in one table, and the README says what it says."""

import re

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
