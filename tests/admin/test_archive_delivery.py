"""A registrar takes cases out from a page, and notes the archive's receipt."""

import io
import zipfile

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.records.models import ArchiveDelivery
from tests.helpers.web import fetch, page, signed_in, step_url, words
from tests.workflow.test_archive_delivery import closed

pytestmark = pytest.mark.django_db
LIST = "/requests_app/archivedelivery/"
ADD = f"{LIST}add/"


def test_from_the_page_to_the_receipt(cast):
    case = closed(cast)
    lena = signed_in(cast.lena)
    assert "Ta ut till arkivet" in words(lena.get(ADD))
    typed = {
        "authority": cast.gsn.pk,
        "year": timezone.localtime(case.registered_at).year,
    }
    answer = lena.post(ADD, typed)
    delivery = ArchiveDelivery.objects.get()
    assert f"{delivery.number}.zip" in answer.headers["Content-Disposition"]
    body = io.BytesIO(b"".join(answer.streaming_content))
    with zipfile.ZipFile(body) as packed:
        assert f"{delivery.number}/METS.xml" in packed.namelist()
    seen = words(lena.get(LIST))
    assert f"GSN {delivery.year}" in seen
    shown, queries = fetch(lena, page(delivery))
    assert "Arkivet har inte kvitterat än" in words(shown)
    assert len(queries) <= 12
    now = timezone.localtime(acting.now())
    receipt = {
        "received_by": "Kommunarkivet",
        "receipt": "A 17",
        "received_at_0": f"{now:%Y-%m-%d}",
        "received_at_1": f"{now:%H:%M}",
        "digest": delivery.digest,
    }
    url = step_url(delivery, "receive")
    wrong = lena.post(url, {**receipt, "digest": "0" * 64})
    assert "ett annat paket än det här" in words(wrong)
    assert "64 siffror" in words(lena.post(url, {**receipt, "digest": "abc"}))
    assert lena.post(url, receipt).status_code == 302
    assert "Kommunarkivet (A 17)" in words(lena.get(page(delivery)))
    assert lena.get(url).status_code in (302, 403, 404, 409)


@pytest.mark.parametrize(
    "typed, why",
    [
        ({}, "inte båda"),
        ({"year": "2026", "number": "GSN 2026-0001"}, "inte båda"),
        ({"year": "1999"}, "större än eller lika med 2000"),
        ({"year": "tjugo"}, "heltal"),
        ({"number": "GSN 2026-0001"}, "Inget avslutat ärende har numret"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast, typed, why):
    answer = signed_in(cast.lena).post(ADD, {"authority": cast.gsn.pk, **typed})
    assert why in words(answer)
    for name, value in typed.items():
        assert answer.context["form"].data[name] == value


def test_only_who_delivers_and_the_auditor(cast):
    for person, status in ((cast.agnes, 200), (cast.karin, 403), (cast.rut, 200)):
        assert signed_in(person).get(LIST).status_code == status
    assert signed_in(cast.agnes).get(ADD).status_code == 403
    answer = signed_in(cast.rut).post(ADD, {"authority": cast.gsn.pk, "year": "2026"})
    assert answer.status_code == 200 and not ArchiveDelivery.objects.exists()
