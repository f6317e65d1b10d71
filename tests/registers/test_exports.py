"""Exports of Exchange Online and SharePoint Online, as rows of the map."""

import pytest
from django.core.exceptions import ValidationError

from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.steps import ask_objects, bring_in_objects
from requests_app.registers.tables.cloud import SHAPES, as_objects
from tests.cast import MAILBOX

pytestmark = pytest.mark.django_db
# Columns as Export-Csv writes them; Windows PowerShell puts the type first.
MAILBOXES = f"""#TYPE Deserialized.Microsoft.Exchange.Data.Mailbox
"ExternalDirectoryObjectId","DisplayName","PrimarySmtpAddress","RecipientTypeDetails"
"8d1e","Anna Secret","anna@skola.example","UserMailbox"
"8d1f","Elevhälsan","{MAILBOX}","SharedMailbox"
"""
SITES = """"Url","Title","Template","Status"
"https://t.sharepoint.example/sites/plan","Planning","SITEPAGEPUBLISHING#0","Active"
"https://t.sharepoint.example/sites/klass","Class","GROUP#0","Active"
"https://t-my.sharepoint.example/personal/a","Anna","SPSPERS#10","Active"
"""


def brought_in(cast, text, shape, sets="Pupil health"):
    rows = as_objects(
        text,
        SHAPES[shape],
        by=cast.per,
        authority="GSN",
        system="M365",
        sets=sets,
        most=100,
    )
    asked = ask_objects(rows, by=cast.per)
    assert asked.wrong == []
    list(bring_in_objects(asked.drafts, by=cast.per, reason="Export", sha256="x"))
    return asked


def test_mailboxes_get_designations_that_reveal_nothing(cast):
    asked = brought_in(cast, MAILBOXES, "exchange")
    # The one that was there keeps its name, and is the same.
    assert (asked.same, len(asked.drafts)) == (1, 1)
    made = CloudObject.objects.get(external_id="anna@skola.example")
    assert (made.kind, made.designation) == ("mailbox", "M-1")
    assert made.information_links.get().information_set.name == "Pupil health"
    assert brought_in(cast, MAILBOXES, "exchange").same == 2


def test_sites_are_told_from_teams_and_drives(cast):
    brought_in(cast, SITES, "sharepoint")
    rows = CloudObject.objects.filter(external_id__startswith="https://t")
    kinds = {row.external_id.rpartition("/")[2]: row.kind for row in rows}
    assert kinds == {"plan": "site", "klass": "team", "a": "drive"}


def test_a_file_of_another_shape_and_one_that_is_cut_off_are_told(cast):
    with pytest.raises(ValidationError, match="PrimarySmtpAddress"):
        brought_in(cast, SITES, "exchange")
    cut = MAILBOXES.rpartition(',"SharedMailbox"')[0]
    rows = as_objects(
        cut,
        SHAPES["exchange"],
        by=cast.per,
        authority="GSN",
        system="M365",
        sets="",
        most=100,
    )
    wrong = ask_objects(rows, by=cast.per).wrong
    # Counted with the line that PowerShell writes above the heading.
    assert [result.number for result in wrong] == [4]
