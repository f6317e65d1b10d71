"""A year for everybody: nothing protected, small numbers told as such, a paper for the
archive and a description as DCAT-AP-SE has it."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.review.steps import people
from requests_app.disclosure.papers.reports import (
    description_of_reports,
    in_public,
    numbers_csv,
    parts,
    pdf_of_year,
    sections,
    sum_of,
    year_of,
)
from tests.background.test_logs import act, granted, read
from tests.helpers.archive import faults
from tests.helpers.example_provider import standin
from tests.helpers.sheets import text_of

__all__ = ["standin"]

pytestmark = pytest.mark.django_db
PLACE = "https://www.example.se/oppna-data/"
# Of docs.dataportal.se/dcat/3.0.1: what each class must have.
MUST = {
    "dcat:Catalog": {
        "dcterms:title",
        "dcterms:description",
        "dcterms:publisher",
        "dcterms:license",
        "dcat:dataset",
    },
    "dcat:Dataset": {"dcterms:title", "dcterms:description", "dcterms:publisher"},
    "dcat:Distribution": {"dcat:accessURL", "dcterms:format"},
    "foaf:Agent": {"foaf:name"},
    "vcard:Organization": {"vcard:fn", "vcard:hasEmail"},
}


@pytest.mark.parametrize(
    "number, text", [(0, "0"), (1, "1–4"), (4, "1–4"), (5, "5"), (17, "17")]
)
def test_a_small_number_is_told_as_small(number, text):
    assert str(in_public(number)) == text


def test_no_sum_and_no_rest_tells_a_small_number():
    assert str(sum_of([0, 7])) == "7"
    assert str(sum_of([3, 7])) == "8–11"
    assert parts([6, 1, 0]) == ["uppges inte", "uppges inte", "0"]
    assert parts([6, 0, 5]) == ["6", "0", "5"]


def year(cast, authority=None, when=None):
    return year_of(authority or cast.gsn, when or acting.today().year)


def month_of(counted, name):
    (row,) = [row for row in counted.products if str(row.product) == name]
    (month,) = row.months.values()
    return month


def test_what_is_counted_is_what_happened(cast, standin):
    """At noon: what is known of the use is known within the year."""
    noon = timezone.localtime(acting.now() + timedelta(days=1)).replace(hour=12)
    with acting.at(noon):
        granted(cast, standin)
        at = AccessGrant.objects.get().opens_at
        standin.pages = [[act("1", at=at), act("2", log="another", at=at)]]
        read(cast)
    with acting.at(at + timedelta(hours=3)):
        standin.pages.append([])
        read(cast)
        month = month_of(year(cast, when=noon.year), "Example")
    assert (month.came, month.granted, month.refused, month.lapsed) == (1, 1, 0, 0)
    assert (month.accesses, month.hours, month.used) == (1, 1.5, 1)
    assert (month.never_used, month.not_known) == (0, 0)
    assert (month.inside, month.outside) == (1, 1)


def test_what_is_not_known_is_never_told_as_unused(cast):
    began = acting.today().year
    cast.answered()
    with acting.at(AccessGrant.objects.get().ends_at + timedelta(days=3)):
        counted = year(cast, when=began)
    month = month_of(counted, "Microsoft 365")
    assert (month.used, month.never_used, month.not_known) == (0, 0, 1)
    text = str(list(sections(counted)))
    assert "ingen logg läses. Vad som gjordes där är inte känt." in text


def test_nothing_protected_is_in_it(cast):
    subject = cast.answered()
    request = subject.access_request
    counted = year(cast)
    everything = numbers_csv(counted) + str(list(sections(counted)))
    everything += description_of_reports(counted, PLACE)
    for secret in (
        "Mailbox",
        subject.diary_number,
        request.external_id,
        "Karin",
        "Bo Test",
        "Repair",
    ):
        assert secret not in everything, secret
    assert month_of(counted, "Microsoft 365").came == 1
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    assert all(not row.months for row in year(cast).products)


def test_a_year_begins_by_the_clocks_here(cast):
    last_of_2026 = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    for number, minutes in (("1", 0), ("2", 60)):
        with acting.at(last_of_2026 + timedelta(minutes=minutes)):
            cast.new(number=number)
    with acting.at(datetime(2027, 3, 5, 12, tzinfo=UTC)):
        for number in (2026, 2027):
            counted = year_of(cast.gsn, number)
            (months,) = [row.months for row in counted.products if row.months]
            ((day, month),) = months.items()
            assert (day.year, month.came) == (number, 1)
        assert len(counted.months) == 3


def test_the_table_is_read_back_with_small_numbers_told_so(cast):
    cast.answered()
    rows = list(csv.DictReader(io.StringIO(numbers_csv(year(cast)))))
    told_rows = [row for row in rows if row["Inkomna begäranden"] != "0"]
    month, whole = told_rows
    assert month["månad"] == f"{acting.today():%Y-%m}"
    assert whole["månad"] == f"{acting.today().year}"
    assert month["Inkomna begäranden"] == whole["Inkomna begäranden"] == "1–4"
    assert month["Beviljade timmar"] == whole["Beviljade timmar"] == "uppges inte"
    assert month["Inte känt om använda"] == "uppges inte"
    assert not {cell for row in rows for cell in row.values()} & set("1234")


def test_the_description_has_what_dcat_ap_se_asks_for(cast):
    counted = year(cast)
    counted.authority.email = "namnden@example.se"
    told_things = json.loads(description_of_reports(counted, PLACE))["@graph"]
    things = {row["@id"]: row for row in told_things}
    (dataset,) = [row for row in told_things if row["@type"] == "dcat:Dataset"]
    for row in [*told_things, dataset["dcat:contactPoint"]]:
        assert row.keys() >= MUST[row["@type"]], row
        prefixes = {name.partition(":")[0] for name in row if name[0] != "@"}
        assert prefixes <= {"dcat", "dcterms", "foaf", "vcard"}
    for path in ("dcterms:publisher", "dcat:distribution"):
        links = dataset[path]
        for link in links if isinstance(links, list) else [links]:
            assert link["@id"] in things
    assert dataset["dcterms:license"]["@id"].endswith("publicdomain/zero/1.0/")
    assert dataset["dcterms:accrualPeriodicity"]["@id"].endswith("/frequency/ANNUAL")
    begins = dataset["dcterms:temporal"]["dcat:startDate"]
    assert begins == {"@value": f"{acting.today().year}-01-01", "@type": "xsd:date"}
    for row in told_things:
        if row["@type"] == "dcat:Distribution":
            assert row["dcat:accessURL"]["@id"].startswith(PLACE)
            assert row["dcterms:license"]["@id"].endswith("zero/1.0/")


@pytest.mark.usefixtures("laid_out")
def test_the_paper_is_for_the_archive_and_says_what_it_rests_on(cast):
    cast.answered()
    body = pdf_of_year(year(cast))
    assert faults(body) == []
    text = text_of(body)
    for words in (
        f"Transparensrapport {acting.today().year}",
        "Grundskolenämnden",
        "Vad den vilar på",
        "Microsoft 365: begäranden och beslut",
        "1–4",
    ):
        assert words in text, words
