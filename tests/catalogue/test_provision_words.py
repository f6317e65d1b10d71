"""The words of each provision against the statute's own."""

import csv
import json
import re
from datetime import date

import pytest

from requests_app.cases.review.law.tree import provision_words
from requests_app.registers.reference import HERE

ROWS = list(csv.DictReader((HERE / "provisions.csv").open(encoding="utf-8")))
BY_CODE = {row["code"]: row for row in ROWS}
DEGREES = {
    "": "det kan antas att",
    "måste": "det måste antas att",
    "särskild": "det av särskild anledning kan antas att",
}
# Put together from more than one place of the paragraph, or shortened; read one by one
# against it.
ADAPTED = {
    ("OSL-18-8", "also"),  # which of seven points
    ("OSL-18-9", "also"),  # two points
    ("OSL-19-3-st2", "rule"),  # the word order of a main clause
    ("OSL-21-7", "condition"),  # short names of the statutes
    ("OSL-22-1-st1", "also"),  # point 1, without what the government may add
    ("OSL-22-1-st2", "scope"),  # the same, as the paragraph refers to it
    ("OSL-23-2-st2", "about"),  # two kinds of information in one
    ("OSL-23-3-st2", "about"),  # "other" than the first part says
    ("OSL-26-11-st2", "scope"),  # the word order of its sentence
    ("OSL-31-23", "also"),  # three points
    ("OSL-32-3b-st2p1", "scope"),  # three points
    ("OSL-32-3b-st2p2", "scope"),
    ("OSL-32-8", "also"),  # three points
    ("OSL-35-1-st1p3", "also"),  # point 3 alone
    ("OSL-37-1", "scope"),  # with who assists
    ("OSL-37-3", "also"),  # two points
    ("OSL-39-1-st2", "about"),  # "there" spelt out
    ("OSL-39-2", "about"),  # "dels ... dels"
    ("OSL-39-3-st2", "scope"),  # what the government has prescribed
    ("OSL-39-3-st4", "scope"),
    ("OSL-40-4", "scope"),  # the word order of its sentence
    ("OSL-40-7g", "also"),  # two points
}


def squeezed(text):
    text = re.sub(r"\s+", " ", text.replace("–", "-")).strip()
    return text.replace("personal-administrativ", "personaladministrativ")


def statute_text(row):
    paragraphs = json.loads((HERE / "statutes.json").read_text("utf-8"))["paragraphs"]
    number = row["paragraph"].split(" §")[0]
    return squeezed(
        " ".join(
            entry["text"]
            for entry in paragraphs
            if (entry["statute"], entry["chapter"], entry["paragraph"])
            == ("OSL", row["chapter"], number)
        )
    )


def parts(row):
    words = provision_words()[row["code"]]
    condition = words.condition
    if words.harm and row["harm_test"] == "reverse":
        condition = f"det inte står klart att uppgiften kan röjas utan att {words.harm}"
    elif words.harm:
        condition = f"{DEGREES[words.degree]} {words.harm} om uppgiften röjs"
    named = ("about", "scope", "also", "rule", "against")
    texts = {name: getattr(words, name) for name in named}
    texts["condition"] = condition
    for day, scope in words.scope_from.items():
        texts[f"scope from {day}"] = scope
    return {name: text for name, text in texts.items() if text}


def test_every_provision_has_its_words_and_no_other():
    assert list(provision_words()) == [row["code"] for row in ROWS]


@pytest.mark.parametrize("code", BY_CODE)
def test_they_are_the_words_of_the_statute(code):
    row = BY_CODE[code]
    text = statute_text(row)
    adapted = {
        (code, name) for name, said in parts(row).items() if squeezed(said) not in text
    }
    assert adapted == {pair for pair in ADAPTED if pair[0] == code}


@pytest.mark.parametrize("code", BY_CODE)
def test_it_has_a_condition_unless_secrecy_is_absolute(code):
    row = BY_CODE[code]
    assert ("condition" in parts(row)) == (row["harm_test"] != "absolute")


def test_the_school_of_2028_is_named_as_it_will_be():
    words = provision_words()["OSL-23-2-st1"]
    assert "förskoleklassen" in words.scope
    assert "förskoleklassen" not in words.scope_in(date(2028, 7, 1))
