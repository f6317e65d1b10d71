"""The wheel as a server has it: unpacked where there is no clone, with the pinned
packages and nothing else of ours."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

CLONE = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DATABASE_URL": "postgresql://lockbox_owner@/lockbox?host=/nowhere",
    "APP_DATABASE_URL": "postgresql://lockbox_web@/lockbox?host=/nowhere",
    "AUDITOR_DATABASE_URL": "postgresql://lockbox_audit@/lockbox?host=/nowhere",
    "LOCKBOX_SECRET_KEY": "a-dummy-of-sufficient-length-0123456789-abcdefghijklmnop",
    "LOCKBOX_HOSTS": "lockbox.example.se",
}
ASK = """
import json, re, django
django.setup()
from django.test import Client
from lockbox_site.configuration import version
ask = Client(headers={"host": "lockbox.example.se"}, raise_request_exception=False)
page = ask.get("/login/", secure=True).content.decode()
style = re.search(r'"(/static/lockbox/lockbox[^"]*[.]css)"', page)[1]
print(json.dumps({
    "page": page,
    "style": [style, ask.get(style, secure=True).status_code],
    "health": ask.get("/healthz", secure=True).json(),
    "version": version(),
}))
"""

# Where each loader finds the page of forms, which extends Django's of the same name.
FIND = """
import json, pathlib, django
django.setup()
from django.template import engines
(cached,) = engines["django"].engine.template_loaders
print(json.dumps([
    source.name
    for loader in cached.loaders
    for source in loader.get_template_sources("admin/change_form.html")
    if pathlib.Path(source.name).exists()
]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Where a wheel of this clone lies unpacked."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", place, CLONE),
        ],
        check=True,
    )
    (wheel,) = place.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(place)
    return place


def run(place, *command, **environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd="/",
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(place),
            "DJANGO_SETTINGS_MODULE": "lockbox_site.settings",
            **environment,
        },
        capture_output=True,
        text=True,
    )


def test_a_release_speaks_swedish_and_has_its_static_files(installed):
    asked = run(installed, "-c", ASK, **PRODUCTION)
    told = json.loads(asked.stdout)
    # Django has Swedish of its own; this is ours.
    assert (
        "Tillgänglighetsredogörelse" in told["page"]
        and '<html lang="sv"' in told["page"]
    )
    style, status = told["style"]
    # With the digest of its content: nothing is left to collect.
    assert status == 200 and style != "/static/lockbox/lockbox.css"
    (about,) = installed.glob("lockbox-*.dist-info")
    version = about.name.removeprefix("lockbox-").removesuffix(".dist-info")
    assert told["version"] == version and "version" not in told["health"]


def test_what_a_release_needs_is_in_it(installed):
    entry = (next(installed.glob("*.dist-info")) / "entry_points.txt").read_text()
    assert "lockbox = lockbox_site.management.command_line:main" in entry
    for name in (
        "requests_app/catalogue/provisions.csv",
        "requests_app/migrations/0001_tables.py",
        "lockbox_site/collected_templates/lockbox",
        "lockbox_site/locale/sv/LC_MESSAGES/django.mo",
        "lockbox_site/management/commands/migrate.py",
    ):
        assert (installed / name).exists(), name
    assert not (installed / "tests").exists()


def test_no_loader_finds_what_another_finds(installed):
    """The finding: forms of a release extended themselves, asked for a reason twice, and
    lost the first of them."""
    found = json.loads(run(installed, "-c", FIND, **PRODUCTION).stdout)
    assert len(found) == len(set(found)) == 2


def test_a_release_is_told_where_its_database_is(installed):
    refused = run(installed, "-m", "lockbox_site.management.command_line", "check")
    assert (refused.returncode, refused.stderr) == (
        1,
        "lockbox: DATABASE_URL is not set. See docs/settings.md.\n",
    )
