"""Countries in a file: two letters, or the name."""

import pytest

from requests_app.core.catalogue import NAMES, code_of
from tests.helpers.tables import look, url
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db
PROVIDERS = "name;country;contact\n"


def test_every_country_is_known_by_its_letters_and_its_names():
    for code, names in NAMES.items():
        assert {code_of(text) for text in (code, code.lower(), *names)} == {code}
    assert code_of(" sverige ") == code_of("Sweden") == "SE"
    assert code_of("Sverge") == code_of("") == ""


def test_the_page_says_how_a_country_is_written(cast):
    for person, table in ((cast.karin, "standing-recipients"), (cast.sam, "providers")):
        page = words(signed_in(person).get(url(table)))
        assert "Två bokstäver enligt ISO 3166, som SE, eller landets namn." in page


def test_a_name_is_taken_as_its_letters(cast):
    karin = signed_in(cast.karin)
    text = karin.get("/tables/standing-recipients/csv/").content.decode()
    assert ";IE;" in text
    for name in ("Irland", "ireland", "ie"):
        row = text.replace(";IE;", f";{name};")
        results = look(karin, "standing-recipients", row).context["results"]
        assert {(one.state, *one.errors) for one in results} == {("same",)}


@pytest.mark.parametrize("table", ["standing-recipients", "providers"])
def test_what_is_no_country_is_told_beside_its_row(cast, table):
    if table == "providers":
        client, text = signed_in(cast.sam), f"{PROVIDERS}Nya molnet;Irrland;\n"
    else:
        client = signed_in(cast.karin)
        text = client.get(f"/tables/{table}/csv/").content.decode()
        text = text.replace(";IE;", ";Irrland;")
    answer = words(look(client, table, text))
    assert (
        "”Irrland” är inget land: skriv två bokstäver, som SE, eller dess namn."
        in answer
    )


def test_a_provider_without_a_country_is_one(cast):
    text = f"{PROVIDERS}Nya molnet;;\nDet andra;Sverige;\n"
    results = look(signed_in(cast.sam), "providers", text).context["results"]
    assert [(row.state, row.errors) for row in results] == [("new", [])] * 2
