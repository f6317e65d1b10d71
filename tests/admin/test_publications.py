"""The pages of what is published: drawn up, read by another, fetched with its proof."""

import json

import pytest
from django.urls import reverse

from requests_app.core import two_persons
from requests_app.core.two_persons import RegisterChange
from requests_app.disclosure.publication import offered
from requests_app.registers.models.changes import Publication, Publisher
from tests.helpers.ledgers import configure
from tests.helpers.publications import believing, published, sealed_file
from tests.helpers.two_persons import proposed
from tests.helpers.web import page, signed_in, words

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]

LIST, NEW = reverse("admin:publications"), reverse("admin:publication_new")
PACKAGES = reverse("admin:packages")


def test_one_draws_it_up_another_confirms_and_anybody_has_the_file(
    cast, settings, tmp_path
):
    key = configure(settings, tmp_path).public
    lena = signed_in(cast.lena)
    shown = lena.get(NEW)
    keys = [one.key for one in offered(cast.gsn)]
    assert all(key in shown.content.decode() for key in keys)
    sent = {"authority": cast.gsn.pk, "name": "skolan", "title": "Skolans mängder"}
    assert "Markera det som ges ut" in words(lena.post(NEW, sent))
    sent["rows"] = keys[:3]
    assert lena.post(NEW, sent).status_code == 302
    change = RegisterChange.objects.get()
    read = words(signed_in(cast.karin).get(page(change)))
    assert "Skolans mängder" in read and "lockbox-package" in read
    two_persons.confirm(change, by=cast.karin)
    row = Publication.objects.get()
    url = reverse("admin:publication", args=[row.pk])
    assert "kan hämtas om en minut" in words(lena.get(url))
    file = reverse("admin:publication_file", args=[row.pk])
    assert lena.get(file).status_code == 404
    sealed_file(row)
    answer = lena.get(file)
    assert answer.headers["Content-Disposition"].endswith('"skolan-1.json"')
    body = json.loads(answer.content)
    assert (
        len(body["package"]["entries"]) == 3 and str(key).split("+")[0] in answer.text
    )
    assert signed_in(cast.rut).get(file).status_code == 404
    assert signed_in(cast.eva).get(LIST).status_code == 403
    assert "Skolans mängder" in words(signed_in(cast.ines).get(LIST))
    lena.post(url, {"reason": "Fel lagrum"})
    two_persons.confirm(RegisterChange.objects.get(confirmed_at=None), by=cast.karin)
    assert "Fel lagrum" in words(lena.get(LIST))


def test_reasons_are_published_when_they_have_been_tested(cast):
    lena = signed_in(cast.lena)
    sent = {"authority": cast.gsn.pk, "name": "skal", "title": "Skäl"}
    sent |= {"reasons": "Åtkomsten är olämplig.", "reasons_title": "Avslag"}
    answer = words(lena.post(NEW, sent))
    assert "Pröva dem först" in answer and "Behövs när skäl ges ut" in answer
    assert "Åtkomsten är olämplig." in answer
    sent |= {"source": "OSL 10 kap. 2 a §", "is_tested": "on"}
    named = {**sent, "reasons": "Karin Test har prövat."}
    assert "nämner någon som arbetar här" in words(lena.post(NEW, named))
    assert lena.post(NEW, sent).status_code == 302


def test_a_file_is_looked_at_and_taken_from_the_page(cast, settings, tmp_path):
    key = configure(settings, tmp_path).public
    text = sealed_file(published(cast))
    believing(cast, cast.gsn, key)
    path = tmp_path / "package.json"
    ines = signed_in(cast.ines)
    sent = {"source": "file", "authority": cast.gsn.pk, "look": "1"}
    assert "Välj en fil" in words(ines.post(PACKAGES, sent))
    path.write_text(text)
    with path.open() as file:
        seen = ines.post(PACKAGES, {**sent, "file": file})
    assert "Mängder i skolan" in words(seen)
    assert "Detsamma står här" in words(seen)
    form = seen.context["form"]
    assert form.data["text"] == text
    path.write_bytes(b"\xff\xfe\x00")
    with path.open("rb") as file:
        seen = ines.post(PACKAGES, {**sent, "file": file})
    assert "filen är inte JSON" in words(seen)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("x", "tre delar"),
        ("lockbox.example+00000000+AQ==", "tre delar"),
    ],
)
def test_a_key_that_is_none_is_refused_beside_its_field(cast, key, said):
    sent = {"authority": cast.gsn.pk, "name": "Grannen", "key": key, "is_active": "on"}
    add = reverse("admin:requests_app_publisher_add")
    assert said in words(signed_in(cast.per).post(add, {**sent, "_reason": "x"}))
    sent["feed"] = "http://granne.example/paket"
    answer = words(signed_in(cast.per).post(add, {**sent, "_reason": "x"}))
    assert not RegisterChange.objects.exists() and "tre delar" in answer


def test_a_publisher_is_added_by_two(cast, settings, tmp_path):
    key = configure(settings, tmp_path).public
    row = Publisher(authority=cast.gsn, name="Grannen", key=str(key))
    change = proposed(row, cast.per)
    assert not Publisher.objects.exists()
    two_persons.confirm(change, by=cast.ivar)
    shown = signed_in(cast.ines).get(page(Publisher.objects.get()))
    assert "Grannen" in words(shown)
