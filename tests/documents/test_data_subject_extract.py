"""What a data subject is given as a file: what was tested and no more (GDPR 15.3)."""

import hashlib
import json

import pytest
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.disclosure import data_subjects
from requests_app.disclosure.steps.request import disclose
from tests.cast import provision
from tests.helpers.archive import faults
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.refusals import fresh
from tests.helpers.sheets import text_of
from tests.helpers.web import page, signed_in

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]
GIVEN, WHY = "Du har ringt om din låda.", "Den andre parten lider men."


def answered(cast, status="partly"):
    row = asked_by_a_data_subject(cast)
    data_subjects.identify(row, by=cast.lena, identity="document")
    law = provision("OSL-18-8")
    for number, given in (("1", GIVEN), ("2", "")):
        case = cast.assigned(number=number)
        values = {"review": case, "given": given, "provision": law, "why": WHY}
        disclose(fresh(row), by=cast.lena, **values)
    data_subjects.settle(fresh(row), by=cast.bo, status=status, reasons="x")
    return fresh(row), case


def address(row, kind):
    name = "admin:requests_app_datasubjectrequest_extract"
    return reverse(name, args=[row.pk, kind])


def test_the_file_holds_what_is_given_and_nothing_that_is_kept_back(cast):
    row, hidden = answered(cast)
    client = signed_in(cast.lena)
    assert address(row, "json") in client.get(page(row)).content.decode()
    body = client.get(address(row, "json")).content
    (part,) = json.loads(body)["parts"]
    assert part["given"] == GIVEN
    assert WHY not in body.decode() and hidden.diary_number not in body.decode()
    line = LedgerEntry.objects.filter(event="data_subject_request.extracted").get()
    detail = str(line.detail.body)
    assert hashlib.sha256(body).hexdigest() in detail
    pdf = client.get(address(row, "pdf")).content
    assert faults(pdf) == []
    drawn = text_of(pdf)
    assert GIVEN in drawn and WHY not in drawn and hidden.diary_number not in drawn


def test_what_is_refused_or_open_gives_no_file_and_others_take_none(cast):
    open_row = asked_by_a_data_subject(cast)
    assert signed_in(cast.lena).get(address(open_row, "json")).status_code == 404
    row, _hidden = answered(cast, "refused")
    assert signed_in(cast.lena).get(address(row, "json")).status_code == 404
    assert signed_in(cast.karin).get(address(row, "json")).status_code == 404
