"""From the last release to this one, with a city at work: cases go on where they were.

`make install-test` runs it: the older release builds its own demonstration first.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    "LOCKBOX_RELEASE" not in os.environ, reason="`make install-test` runs it"
)
CLONE = Path(__file__).resolve().parents[2]
NOT_OVER = ("new", "registered", "assigned", "in_assessment", "proposed")
AT_WORK = f"""
import django
django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
from requests_app.cases.intake.rights import visible_to
from requests_app.models import Heartbeat, SecrecyReview
from requests_app.cases.intake.steps.file import make_note
from django.utils import timezone

people = [p for p in get_user_model().objects.filter(is_active=True) if not p.is_machine]
pages = 0
for person in people:
    client = Client(headers={{"host": "localhost"}})
    client.force_login(person)
    assert client.get("/").status_code == 200, person
    seen = visible_to(person).filter(status__in={NOT_OVER!r})[:3]
    for review in seen:
        address = f"/requests_app/secrecyreview/{{review.pk}}/change/"
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, (person, review)
        pages += 1
assert pages > 20, pages
running = SecrecyReview.objects.filter(status="in_assessment").first()
make_note(
    running,
    by=running.case_officer,
    text="After the upgrade",
    source="telephone",
    happened_at=timezone.now(),
)
assert Heartbeat.objects.get(name="round").failures == 0
print(pages)
"""


def git(*words):
    done = subprocess.run(["git", *words], cwd=CLONE, capture_output=True, text=True)
    return done.stdout.strip()


def last_release():
    """The newest tag before this commit."""
    tag = git("describe", "--tags", "--abbrev=0", "--match=v[0-9]*", "HEAD^")
    return tag or pytest.skip("there is no release before this one")


@pytest.fixture
def older(tmp_path):
    """The older release's files; it runs with the packages of this one."""
    git("archive", "--output", str(tmp_path / "older.tar"), last_release())
    place = tmp_path / "older"
    shutil.unpack_archive(tmp_path / "older.tar", place)
    return place


def python(folder, *command, **environment):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def test_a_city_at_work_is_upgraded(older):
    # PostgreSQL's own user must be able to pass.
    state = Path(tempfile.mkdtemp(prefix="lockbox-test-"))
    state.chmod(0o711)
    own = {"LOCKBOX_STATE": str(state)}
    tell = "from lockbox_site import postgres; print(postgres.ensure())"
    url = python(older, "-c", tell, **own)
    try:
        for command in ("migrate", "demo"):
            python(older, "manage.py", command, **own)
        now = {
            "DATABASE_URL": url,
            "LOCKBOX_SECRET_KEY": "x" * 50,
            "LOCKBOX_HTTPS": "0",
            "DJANGO_SETTINGS_MODULE": "lockbox_site.settings",
        }
        for command in ("migrate", "check_database", "check_record", "sweep"):
            python(CLONE, "manage.py", command, **now)
        assert int(python(CLONE, "-c", AT_WORK, **now)) > 20
    finally:
        python(older, "-m", "lockbox_site.postgres", "destroy", **own)
        shutil.rmtree(state)
