"""Every direct dependency has its reason in writing, and nothing else has."""

import json
import re
import tomllib
from pathlib import Path

from requests_app.models import Role

ROOT = Path(__file__).resolve().parents[2]
REASONS = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()


def test_each_package_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.match(r"[\w-]+", line).group() for line in wanted}
    told = set(re.findall(r"^\| ([a-z0-9-]+) \| \S", REASONS, flags=re.M))
    assert told == names


def test_each_npm_package_has_its_reason():
    package = json.loads((ROOT / "tests" / "package.json").read_text())
    for name in package["devDependencies"]:
        assert f"`{name}`" in REASONS, name


def test_each_setting_stands_in_the_readmes_table():
    """Every LOCKBOX_ variable that the code reads."""
    text = (ROOT / "README.md").read_text()
    read = set()
    for path in ROOT.glob("*_*/**/*.py"):
        read |= set(re.findall(r'"((?:LOCKBOX|AZURE)_[A-Z_]+)"', path.read_text()))
    assert read and all(f"`{name}`" in text for name in read), read


def test_each_role_stands_where_the_directory_is_set_up():
    text = (ROOT / "docs" / "sign-in.md").read_text()
    assert not [role for role in Role.values if f"`{role}`" not in text]


def test_each_test_that_the_threat_model_names_is_there():
    text = (ROOT / "docs" / "threat-model.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", text))
    assert len(named) > 20
    assert not [path for path in sorted(named) if not (ROOT / path).is_file()]
    # Where a table has a column of tests, each of its lines names one.
    for table in re.findall(r"^\|.*\| Test \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M):
        lacking = [line for line in table.splitlines() if "`tests/" not in line]
        assert not lacking, lacking
