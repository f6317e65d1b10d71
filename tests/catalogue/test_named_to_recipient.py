"""Which provisions tell something by being named: held against the statutes' own text.

A paragraph that covers everybody in an activity that the authority is known to have
tells nothing of anybody. One that exists only where somebody is threatened, reported,
investigated or prepared for tells that there is such a thing, and by the words that it
has for it, which stand here.
"""

import csv
import re

import pytest

from requests_app.registers.reference import BLOCKS_APPROVAL, HERE, RED_FLAG, paragraphs

ROWS = list(csv.DictReader((HERE / "provisions.csv").open(encoding="utf-8")))
BY_CODE = {row["code"]: row for row in ROWS}
# What naming the paragraph would tell, in its own words.
TELLS = {
    "OSL-15-1b": "inom ramen för Natosamarbetet",
    "OSL-15-2": "verksamhet för att försvara landet",
    "OSL-17-1": "förberedelser för sådan inspektion, revision eller annan granskning",
    "OSL-17-2": "pågående granskning för kontroll",
    "OSL-17-3b": "skydd för personer som rapporterar om missförhållanden",
    "OSL-18-1": "förundersökning i brottmål",
    "OSL-18-8b": "incidentrapport",
    "OSL-19-7": "vid förberedelse till sådan stridsåtgärd",
    "OSL-19-9": "rättstvist",
    "OSL-21-3-st1": "utsättas för hot eller våld eller lida annat allvarligt men",
    "OSL-21-3-st3": "fingerade personuppgifter",
    "OSL-21-3a": "en part har skyddad folkbokföring",
    "OSL-21-5": "fara för att någon utsätts för övergrepp",
    "OSL-22-1-st1": "av särskild anledning kan antas",
    "OSL-23-2-st3": "av särskild anledning kan antas",
    "OSL-23-5-st2": "av särskild anledning kan antas",
    "OSL-25-7": "uppgift i anmälan eller utsaga av en enskild",
    "OSL-26-5": "uppgift i anmälan eller utsaga av en enskild",
    "OSL-32-3b-st2p1": "rapporterande person",
    "OSL-32-3b-st2p2": "rapporterande person",
    "OSL-35-1-st1p3": "säkerhetsprövning",
    "OSL-39-3-st1": "utsätts för våld eller lider annat allvarligt men",
    "OSL-40-7g": "anmälan om oro för ett barn",
}


def statute_text(row):
    number = row["paragraph"].split(" §")[0]
    return " ".join(
        entry["text"]
        for entry in paragraphs()
        if (entry["statute"], entry["chapter"], entry["paragraph"])
        == ("OSL", row["chapter"], number)
    )


@pytest.mark.parametrize("code", BY_CODE)
def test_a_provision_may_be_named_unless_its_own_words_tell_something(code):
    row = BY_CODE[code]
    assert (row["may_be_named"] == "no") == (code in TELLS), row["named_because"]


@pytest.mark.parametrize("code", TELLS)
def test_it_does_so_in_the_words_of_the_statute(code):
    assert TELLS[code] in " ".join(statute_text(BY_CODE[code]).split())


def test_each_says_why_in_a_sentence():
    for row in ROWS:
        assert re.fullmatch(r"[A-ZÅÄÖ].{20,198}\.", row["named_because"]), row["code"]
        assert "  " not in row["named_because"]


def test_what_every_authority_has_to_guard_against_threats_is_never_named_lightly():
    """Each flag of the catalogue is among them: protected persons and informers."""
    assert TELLS.keys() >= RED_FLAG | BLOCKS_APPROVAL
