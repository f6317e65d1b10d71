"""Every direct dependency has its reason in writing, and nothing else has."""

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from requests_app.core.people.models import Role

ROOT = Path(__file__).resolve().parents[2]
REASONS = (ROOT / "docs" / "decisions" / "dependencies.md").read_text()


def test_each_package_has_its_reason():
    read = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, groups = read["project"], read["dependency-groups"].values()
    extras = chain(*project["optional-dependencies"].values())
    wanted = [*project["dependencies"], *extras, *chain(*groups)]
    names = {re.match(r"[\w-]+", line).group() for line in wanted} - {"lockbox"}
    told = set(re.findall(r"^\| ([a-z0-9-]+) \| \S", REASONS, flags=re.M))
    assert told == names


def test_each_npm_package_has_its_reason():
    package = json.loads((ROOT / "tests" / "package.json").read_text())
    for name in package["devDependencies"]:
        assert f"`{name}`" in REASONS, name


ROOMS = ROOT / "requests_app" / "providers"


def test_each_setting_stands_in_the_table():
    """Every variable of ours that the code reads, but for those of providers."""
    text = (ROOT / "docs/settings.md").read_text()
    others = [path for path in ROOT.glob("*_*/**/*.py") if ROOMS not in path.parents]
    read = read_in(others) - read_in(ROOMS.rglob("*.py"))
    assert read and all(f"`{name}`" in text for name in read), read


@pytest.mark.parametrize(
    "room",
    sorted(
        path.name for path in ROOMS.iterdir() if path.is_dir() and path.name[0] != "_"
    ),
)
def test_each_setting_of_a_provider_stands_in_a_guide(room):
    text = "".join(
        path.read_text() for path in (ROOT / "docs" / "providers").glob("*.md")
    )
    read = read_in((ROOMS / room).glob("*.py"))
    assert (read or room != "azure") and all(f"`{name}`" in text for name in read), read


def read_in(paths):
    names = re.compile(r"""["']((?:LOCKBOX|AZURE)_[A-Z_]+)["']""")
    return {name for path in paths for name in names.findall(path.read_text())}


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


def test_each_secret_among_the_settings_has_its_rotation():
    """Whatever the table of settings holds that lets somebody in or signs."""
    settings = (ROOT / "docs/settings.md").read_text()
    secret = r"`((?:LOCKBOX_)?[A-Z_]*(?:KEY|SECRET|TOKEN|PASSPHRASE|CERTIFICATE|RECIPIENTS|DATABASE_URL))`"
    upkeep = (ROOT / "docs/upkeep.md").read_text()
    names = set(re.findall(secret, settings))
    assert len(names) > 10 and all(f"`{name}`" in upkeep for name in names), names
