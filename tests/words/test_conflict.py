"""“Jäv” is said of a conflict of interest and of nothing else."""

import gettext

from tests.helpers.databases import ROOT

CATALOGUE = ROOT / "lockbox_site/locale/sv/LC_MESSAGES/django.mo"
SAID = ("conflict", "declaration")


def texts():
    with CATALOGUE.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return [(str(key), text) for key, text in catalogue.items()]


def test_it_is_said_of_nothing_else():
    said = [key for key, text in texts() if "jäv" in text.lower()]
    assert len(said) > 5
    assert [key for key in said if not any(word in key.lower() for word in SAID)] == []
