"""Feeds of packages: what is newer or revoked becomes a task, and changes nothing."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core import two_persons
from requests_app.core.models import Heartbeat
from requests_app.core.step import machine_account
from requests_app.core.two_persons import RegisterChange
from requests_app.disclosure.publication import revoke
from requests_app.registers import reference as starters
from requests_app.registers.models.changes import Original
from requests_app.registers.models.information import InformationSet, Origin
from requests_app.registers.packages import believed
from requests_app.registers.sweep import read_feeds
from tests.helpers.ledgers import configure
from tests.helpers.packages import settled, taken
from tests.helpers.publications import believing, published, sealed_file
from tests.helpers.web import page as page_of
from tests.helpers.web import signed_in, words
from tests.providers.http.conftest import (
    patient,
    receiver,
    world,
)

__all__ = ["patient", "receiver", "world"]

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]
FEED = "https://hook.example/paket"


@pytest.fixture
def fed(cast, settings, tmp_path, receiver):
    """The school board has taken edition 1 of a publisher's package, and follows it."""
    key = configure(settings, tmp_path).public
    publication = published(cast)
    believing(cast, cast.gsn, key, feed=FEED)
    package = believed(sealed_file(publication), cast.gsn)
    row = InformationSet.objects.filter(authority=cast.gsn).order_by("name").first()
    row.personal_data = "criminal"
    with acting_as(cast.ines):
        row.save()
    taken(cast.ines, cast.gsn, "information-sets", package=package)
    assert Origin.objects.filter(package="mangder").exists()
    return tmp_path / "feed"


def laid(cast, receiver, folder):
    call_command("publish_packages", "GSN", str(folder))
    receiver.pages = {one.name: one.read_bytes() for one in folder.iterdir()}


def read(hours=0):
    with acting.at(acting.now() + timedelta(hours=hours)):
        return read_feeds(machine_account("sweep"))


def test_a_newer_edition_is_a_task_and_no_change(cast, fed, receiver):
    laid(cast, receiver, fed)
    assert read() == [] and not Original.objects.exists()
    sealed_file(published(cast))
    laid(cast, receiver, fed)
    changes = RegisterChange.objects.count()
    assert read() == []  # not before the hour has come
    assert read(hours=1) == ["packages: 1 newer or revoked"]
    assert read(hours=2) == []
    assert RegisterChange.objects.count() == changes
    original = Original.objects.get()
    assert (original.package, original.edition) == ("mangder", 2)
    ines = signed_in(cast.ines)
    assert "Originalet har ändrats: mangder (2)" in words(ines.get("/"))
    page = reverse("admin:original", args=[original.pk])
    shown = ines.get(page)
    assert f"source=original%3A{original.pk}" in shown.content.decode()
    chosen = ines.get(reverse("admin:packages") + f"?source=original:{original.pk}")
    assert "mangder (2)" in words(chosen)
    form = {"source": f"original:{original.pk}", "authority": cast.gsn.pk, "look": "1"}
    assert "Mängder i skolan" in words(ines.post(reverse("admin:packages"), form))
    assert ines.post(page).status_code == 302
    assert "Originalet har ändrats" not in words(ines.get("/"))
    assert ines.get(page).status_code == 404


def test_a_revoked_edition_is_a_task(cast, fed, receiver):
    publication = cast.gsn.publications.get()
    change = revoke(publication, by=cast.lena, reason="Fel lagrum")
    two_persons.confirm(change, by=cast.karin)
    sealed_file(publication)
    laid(cast, receiver, fed)
    assert read() == ["packages: 1 newer or revoked"]
    assert "Det har återkallats: Fel lagrum" in words(signed_in(cast.ines).get("/"))


@pytest.mark.parametrize("how", ["tampered", "outside", "schema", "no feed", "cut"])
def test_what_can_not_be_believed_is_told_and_changes_nothing(cast, fed, receiver, how):
    sealed_file(published(cast))
    laid(cast, receiver, fed)
    index = json.loads(receiver.pages["index.json"])
    newest = index["packages"][-1]
    if how == "tampered":
        body = receiver.pages[newest["file"]]
        receiver.pages[newest["file"]] = body.replace(b"skolan", b"Skolan", 1)
    elif how == "outside":
        newest["file"] = "../other.json"
    elif how == "schema":
        index["schema"] = 2
    elif how == "no feed":
        index = ["x"]
    text = json.dumps(index)
    receiver.pages["index.json"] = (text[:40] if how == "cut" else text).encode()
    assert read() == [] and not Original.objects.exists()
    beat = Heartbeat.objects.get(name__startswith=Heartbeat.FEED)
    assert beat.failures == 1 and beat.trouble
    publisher = cast.gsn.publishers.get()
    assert beat.trouble in words(signed_in(cast.per).get(page_of(publisher)))


def test_a_newer_starter_package_is_a_task_for_who_took_the_older(cast, monkeypatch):
    taken(cast.ines, cast.gsn, keys={"set/bibliotek"})
    settled(cast.ivar, cast.gsn)
    assert read() == []
    monkeypatch.setattr("requests_app.registers.steps.EDITION", 2)
    assert read() == ["packages: 1 newer or revoked"]
    original = Original.objects.get()
    assert original.body is None and original.publisher == starters.PUBLISHER
    page = reverse("admin:original", args=[original.pk])
    assert "?source=small" in signed_in(cast.ines).get(page).content.decode()
