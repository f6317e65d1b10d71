"""“Jäv” is said of a conflict of interest and of nothing else, in the act's words."""

import gettext

from requests_app.cases.intake.models.review import ConflictDeclaration
from requests_app.registers import reference
from tests.helpers.databases import ROOT

CATALOGUE = ROOT / "lockbox_site/locale/sv/LC_MESSAGES/django.mo"
Ground = ConflictDeclaration.Ground
SAID = ("conflict", "declaration")


def texts():
    with CATALOGUE.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return [(str(key), text) for key, text in catalogue.items()]


def test_it_is_said_of_nothing_else():
    said = [key for key, text in texts() if "jäv" in text.lower()]
    assert len(said) > 5
    assert [key for key in said if not any(word in key.lower() for word in SAID)] == []


def test_the_grounds_are_in_the_words_of_the_act_that_applies():
    (paragraph,) = [
        row["text"]
        for row in reference.paragraphs()
        if (row["statute"], row["chapter"], row["paragraph"]) == ("KL", "6", "28")
    ]
    influence = "inte oväsentlig utsträckning"
    for ground, words in {
        Ground.PARTY: ("part i ärendet", influence),
        Ground.CLOSE: ("närstående", "part i ärendet", influence),
        Ground.REPRESENTATIVE: ("är eller har varit ställföreträdare", influence),
        Ground.SUPERVISION: ("ärendet rör tillsyn över", "själv är knuten till"),
        Ground.OTHER: ("annan särskild omständighet", "ifrågasättas"),
    }.items():
        for said in words:
            assert said in paragraph
            assert said.lower() in str(ground.label).lower()
