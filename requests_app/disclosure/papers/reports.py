"""Reports, of the documents of disclosure: board report, open data, register data,
transparency, counts, report, small and tables."""

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import TruncMonth
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.afterwards import Lapse, Revocation
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.papers.afterwards import Paper, pdf_of_paper
from requests_app.cases.review.papers.document import Section
from requests_app.core.calendar import months_after
from requests_app.core.fields import first_instant
from requests_app.core.models import GRANTS, Outcome
from requests_app.core.people.models import Authority
from requests_app.disclosure.rights import left_out
from requests_app.oversight.law import Unknown, open_within, unknown_of
from requests_app.oversight.models import EventOutcome, ProviderLog
from requests_app.registers.models.changes import RegisterPage
from requests_app.registers.models.cloud import Connection, ProviderProduct, Use
from requests_app.registers.models.cloud import Outcome as CameOut

# What is to be reported to a board: the decisions made under its delegation.
#
# A line tells what anybody may read in the register, and nothing that is protected.


class Line(NamedTuple):
    """A decision as the board reads it; of a hidden case without its subject."""

    number: str
    outcome: Any
    decided_on: date
    subject: str
    decided_by: str
    item: str


def to_report(authority: Authority, meeting_on: date) -> list[Decision | Revocation]:
    """Delegated decisions up to the meeting's day that no report has had yet, with
    `is_left_out` as the public register has it."""
    kinds: tuple[QuerySet[Any], ...] = (
        Decision.objects.all(),
        Revocation.objects.all(),
    )
    next_day = first_instant(meeting_on + timedelta(days=1))
    decisions = [
        row
        for rows in kinds
        for row in rows.filter(
            review__authority=authority.pk,
            delegation_rule__report_to_board=True,
            decided_at__lt=next_day,
            reported=None,
        )
        .annotate(is_left_out=left_out("review__"))
        .select_related("review__authority")
    ]
    return sorted(decisions, key=lambda row: (row.decided_at, row.pk))


def line_of(decision: Any) -> Line:
    """A decision that `to_report` has read, as a line of the report."""
    review = decision.review
    return Line(
        str(review),
        _outcome(decision),
        timezone.localdate(decision.decided_at),
        "" if decision.is_left_out else review.open_subject,
        decision.decided_by_name,
        _item(decision),
    )


def _item(decision: Any) -> str:
    rule = decision.delegation_snapshot
    if not rule.get("elected_as"):
        return str(rule["item_no"])
    return _("%(item)s, in the board's place (KL 6:39)") % {"item": rule["item_no"]}


def _outcome(decision: Decision | Revocation) -> Any:
    if isinstance(decision, Revocation):
        return _("The grant revoked")
    return decision.get_outcome_display()


def fingerprint_of_report(decisions: list[Decision | Revocation]) -> str:
    """Tells whether the decisions are those that somebody has looked at."""
    keys = ",".join(f"{row._meta.model_name} {row.pk}" for row in decisions)
    return hashlib.sha256(keys.encode()).hexdigest()


# What descriptions of open data share (DCAT-AP-SE), as parts of JSON-LD.

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
EU = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def publisher_of(authority: Authority, folder: str) -> dict[str, Any]:
    return {
        "@id": f"{folder}/#utgivare",
        "@type": "foaf:Agent",
        "foaf:name": authority.name,
        "dcterms:type": {"@id": "http://purl.org/adms/publishertype/LocalAuthority"},
    }


def contact_point(authority: Authority, folder: str) -> dict[str, Any]:
    """Of a data set; nothing where the authority has no address for mail."""
    if not authority.email:
        return {}
    return {
        "dcat:contactPoint": {
            "@id": f"{folder}/#kontakt",
            "@type": "vcard:Organization",
            "vcard:fn": authority.name,
            "vcard:hasEmail": {"@id": f"mailto:{authority.email}"},
        }
    }


def swedish(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "sv"}


def day(of: date) -> dict[str, str]:
    return {"@value": f"{of}", "@type": "xsd:date"}


# The published register as open data: its table, and its description by DCAT-AP-SE.
#
# Source: docs.dataportal.se/dcat/3.0.1 (diggsweden/DCAT-AP-SE).

COLUMNS = ("diarienummer", "inkom", "avsändare", "ärendemening", "status", "beslutat")


def cells(entry: Any) -> list[str]:
    received = timezone.localdate(entry.received_at)
    decided = timezone.localdate(entry.decided_at) if entry.decided_at else ""
    row = [entry.number, f"{received}", entry.sender, entry.subject, entry.state]
    return [*map(str, row), f"{decided}"]


def description(page: RegisterPage, place: str) -> str:
    """JSON-LD. `place` is the address of the page, without a slash at its end."""
    publisher = publisher_of(page.authority, place)
    common: dict[str, Any] = {
        "dcterms:publisher": {"@id": publisher["@id"]},
        "dcterms:license": {"@id": CC0},
        "dcterms:language": {"@id": f"{EU}/language/SWE"},
    }
    catalog = {
        "@id": f"{place}/#katalog",
        "@type": "dcat:Catalog",
        "dcterms:title": swedish(f"Öppna data från {page.authority}"),
        "dcterms:description": swedish("Diarieförda ärenden."),
        "dcterms:modified": day(acting.today()),
        "dcat:dataset": {"@id": f"{place}/#diarium"},
        **common,
    }
    rows = [catalog, publisher, _set(page, place, common), _file(place)]
    return json.dumps(
        {"@context": CONTEXT, "@graph": rows}, ensure_ascii=False, indent=1
    )


def _set(page: RegisterPage, place: str, common: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"{place}/#diarium",
        "@type": "dcat:Dataset",
        "dcterms:title": swedish(f"Diarieförda ärenden, {page.authority}"),
        "dcterms:description": swedish(
            "Leverantörers begäranden om åtkomst till information i molntjänster:"
            " nummer, dag, avsändare, ärendemening och status. Det som är"
            " sekretessmarkerat ingår inte."
        ),
        "dcterms:accessRights": {"@id": f"{EU}/access-right/PUBLIC"},
        "dcterms:accrualPeriodicity": {"@id": f"{EU}/frequency/DAILY"},
        "dcterms:temporal": {
            "@type": "dcterms:PeriodOfTime",
            "dcat:startDate": day(page.since),
        },
        "dcat:theme": {"@id": f"{EU}/data-theme/GOVE"},
        "dcat:keyword": [swedish("diarium"), swedish("molntjänster")],
        "dcat:distribution": {"@id": f"{place}/register.csv#distribution"},
        **contact_point(page.authority, place),
        **common,
    }


def _file(place: str) -> dict[str, Any]:
    return {
        "@id": f"{place}/register.csv#distribution",
        "@type": "dcat:Distribution",
        "dcterms:title": swedish("Diarieförda ärenden (CSV)"),
        "dcat:accessURL": {"@id": f"{place}/"},
        "dcat:downloadURL": {"@id": f"{place}/register.csv"},
        "dcterms:format": "text/csv",
        "dcterms:license": {"@id": CC0},
    }


# What is counted of an authority's year, by product and month. Neither what is on a
# named list nor what is stopped is among it.

REFUSALS = (Outcome.REFUSED, Outcome.DISMISSED)
HOUR = timedelta(hours=1)
LENGTH = ExpressionWrapper(F("closed_at") - F("opens_at"), DurationField())


@dataclass
class Month:
    """Accesses count in the month in which they opened, with all their hours; acts in
    the month in which they were done."""

    came: int = 0
    granted: int = 0
    refused: int = 0
    lapsed: int = 0
    accesses: int = 0
    hours: float = 0
    used: int = 0
    never_used: int = 0
    not_known: int = 0
    inside: int = 0
    outside: int = 0


@dataclass
class OfProduct:
    product: ProviderProduct
    unknown: Unknown
    read_until: datetime | None
    months: dict[date, Month] = field(default_factory=lambda: defaultdict(Month))


class Year(NamedTuple):
    """`months` are those that have begun; `until` is now, or the end of the year."""

    authority: Authority
    year: int
    until: datetime
    months: list[date]
    products: list[OfProduct]


def year_of(authority: Authority, year: int) -> Year:
    """A fixed number of queries, which the database adds up."""
    since, ends = (first_instant(date(n, 1, 1)) for n in (year, year + 1))
    until = min(ends, acting.now())
    last = timezone.localdate(until - timedelta(microseconds=1))
    first = date(year, 1, 1)
    months = [months_after(first, n) for n in range(last.month)]
    products = _products(authority, since, until)
    for key, month, counted in _counted(authority, since, until):
        row = products[key].months[month]
        for name, number in counted.items():
            setattr(row, name, getattr(row, name) + (number or 0))
    rows = sorted(
        products.values(), key=lambda row: (row.product.provider.name, row.product.name)
    )
    return Year(authority, year, until, months, rows)


def _products(
    authority: Authority, since: datetime, until: datetime
) -> dict[int, OfProduct]:
    """Products of the connections that the authority runs, and of those on which it
    was asked for anything."""
    theirs = SecrecyReview.objects.filter(
        authority=authority, access_request__connection=OuterRef("pk")
    )
    connections = list(
        Connection.objects.filter(Q(authority=authority) | Exists(theirs))
        .select_related("product__provider")
        .order_by("pk")
    )
    unknown = unknown_of(connections, since, until)
    read: dict[int, list[datetime | None]] = defaultdict(list)
    logs = ProviderLog.objects.filter(connection__in=connections)
    for log in logs.select_related("position", "connection"):
        read[log.connection.product_id].append(log.position.read_until)
    return {
        row.product_id: OfProduct(
            row.product, unknown[row.product_id], _first(read[row.product_id])
        )
        for row in connections
    }


def _first(moments: list[datetime | None]) -> datetime | None:
    known = [at for at in moments if at is not None]
    return min(known, default=None) if len(known) == len(moments) else None


def _counted(
    authority: Authority, since: datetime, until: datetime
) -> Iterator[tuple[int, date, dict[str, Any]]]:
    """Product, month, and what to add."""
    shown = _shown(authority)
    requests = AccessRequest.objects.filter(
        Exists(shown.filter(access_request=OuterRef("pk"))),
        ~Exists(_hidden().filter(access_request=OuterRef("pk"))),
    )
    of_requests = Q(access_request__in=requests.values("pk"))
    came = requests.filter(received_at__gte=since, received_at__lt=until)
    yield from _by_month(came, "received_at", "", came=Count("pk"))
    keys = shown.filter(access_request__in=requests.values("pk")).values("pk")
    path = "review__access_request__"
    decided = Decision.objects.filter(
        review__in=keys, decided_at__gte=since, decided_at__lt=until
    )
    yield from _by_month(
        decided,
        "decided_at",
        path,
        granted=Count("review", distinct=True, filter=Q(outcome__in=GRANTS)),
        refused=Count("review", distinct=True, filter=Q(outcome__in=REFUSALS)),
    )
    lapsed = Lapse.objects.filter(
        review__in=keys, lapsed_at__gte=since, lapsed_at__lt=until
    )
    yield from _by_month(lapsed, "lapsed_at", path, lapsed=Count("pk"))
    yield from _accesses(of_requests, since, until)
    acts = EventOutcome.objects.current().filter(
        of_requests, event__happened_at__gte=since, event__happened_at__lt=until
    )
    is_inside = Q(outcome=CameOut.INSIDE)
    yield from _by_month(
        acts,
        "event__happened_at",
        "access_request__",
        inside=Count("pk", filter=is_inside),
        outside=Count("pk", filter=~is_inside),
    )


def _accesses(
    of_requests: Q, since: datetime, until: datetime
) -> Iterator[tuple[int, date, dict[str, Any]]]:
    rows = open_within(AccessGrant.objects.filter(of_requests), since, until)
    counted = _by_month(
        rows.filter(opens_at__gte=since),
        "opens_at",
        "access_request__",
        accesses=Count("pk"),
        length=Sum(LENGTH),
        used=Count("pk", filter=Q(use=Use.USED)),
        never_used=Count("pk", filter=Q(use=Use.NEVER_USED)),
        not_known=Count("pk", filter=Q(use__in=[Use.UNKNOWN, Use.RUNNING])),
    )
    for product, month, numbers in counted:
        hours = numbers.pop("length") / HOUR
        yield product, month, {**numbers, "hours": hours}


def _shown(authority: Authority) -> QuerySet[SecrecyReview]:
    rows = SecrecyReview.objects.filter(authority=authority)
    return rows.exclude(status__in=SecrecyReview.MOVED)


def _hidden() -> QuerySet[Any]:
    rows = SecrecyReview.objects.annotate(is_left_out=left_out())
    return rows.filter(is_left_out=True)


def _by_month(
    rows: QuerySet[Any], moment: str, path: str, **counts: Any
) -> Iterator[tuple[int, date, dict[str, Any]]]:
    product = f"{path}connection__product"
    grouped = rows.order_by().annotate(month=TruncMonth(moment))
    for row in grouped.values(product, "month").annotate(**counts):
        month = timezone.localdate(row.pop("month"))
        yield row.pop(product), month, row


# Numbers so small that they could point somebody out are told as 1–4.

FEWEST = 5
SMALL = f"1–{FEWEST - 1}"
# What would tell a small number by what it leaves of others.
NOT_TOLD = "uppges inte"


class Between(NamedTuple):
    """A number as everybody may know it: from what to what it is."""

    least: int
    most: int

    def __str__(self) -> str:
        if self.least == self.most:
            return f"{self.least}"
        return f"{self.least}–{self.most}"


def in_public(number: int) -> Between:
    return Between(1, FEWEST - 1) if 0 < number < FEWEST else Between(number, number)


def sum_of(numbers: Iterable[int]) -> Between:
    """What the sum of these is, as far as each of them may be known: else one that is
    small would be what is left."""
    rows = [in_public(number) for number in numbers]
    return Between(sum(row.least for row in rows), sum(row.most for row in rows))


def parts(numbers: Iterable[int]) -> list[str]:
    """How the parts of a sum that is told beside them are told: where one of them is
    small, none but the zeros, since the rest of the sum would give it away."""
    rows = list(numbers)
    is_small = any(0 < number < FEWEST for number in rows)
    return [NOT_TOLD if is_small and number else f"{number}" for number in rows]


# The numbers of a year as texts, row by row: alike in the paper and the open data.

REQUESTS = {
    "came": "Inkomna begäranden",
    "granted": "Bifall",
    "refused": "Avslag",
    "lapsed": "Förfallna utan beslut",
}
ACCESSES = {
    "accesses": "Åtkomster",
    "hours": "Beviljade timmar",
    "used": "Använda",
    "never_used": "Aldrig använda",
    "not_known": "Inte känt om använda",
    "inside": "Åtgärder inom det beviljade",
    "outside": "Andra åtgärder",
}
PARTS = ("used", "never_used", "not_known")


class TableLine(NamedTuple):
    """The numbers of one product in one month; in the whole year where `month` is
    None."""

    product: OfProduct
    month: date | None
    texts: dict[str, str]


def lines_of(year: Year) -> Iterator[TableLine]:
    for product in year.products:
        months = [product.months.get(month, Month()) for month in year.months]
        for day, month in zip(year.months, months, strict=True):
            yield TableLine(product, day, _of_month(month))
        yield TableLine(product, None, _of_year(months))


def _of_month(month: Month) -> dict[str, str]:
    return _texts(
        lambda name: str(in_public(getattr(month, name))),
        _hours([month]),
        parts(getattr(month, name) for name in PARTS),
    )


def _of_year(months: list[Month]) -> dict[str, str]:
    """What a month does not tell, its year does not tell either."""
    of_months = [parts(getattr(month, name) for name in PARTS) for month in months]
    whole = [
        NOT_TOLD if NOT_TOLD in column else str(sum(map(int, column)))
        for column in zip(*of_months, strict=True)
    ]
    return _texts(
        lambda name: str(sum_of(getattr(month, name) for month in months)),
        _hours(months),
        whole,
    )


def _hours(months: list[Month]) -> str:
    """Granted hours; not told of a few accesses, for then they say how long one was."""
    if any(0 < month.accesses < FEWEST for month in months):
        return NOT_TOLD
    return str(round(sum(month.hours for month in months)))


def _texts(number: Callable[[str], str], hours: str, used: Any) -> dict[str, str]:
    special = {"hours": hours, **dict(zip(PARTS, used, strict=True))}
    names = [*REQUESTS, *ACCESSES]
    return {name: special.get(name) or number(name) for name in names}


# The year as open data: a table, and its description by DCAT-AP-SE.
#
# Source: docs.dataportal.se/dcat/3.0.1 (diggsweden/DCAT-AP-SE).

OPEN_DATA_COLUMNS = (
    "leverantör",
    "produkt",
    "månad",
    *REQUESTS.values(),
    *ACCESSES.values(),
)
FORMATS = {"csv": "text/csv", "pdf": "application/pdf"}


def numbers_csv(year: Year) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(OPEN_DATA_COLUMNS)
    for line in lines_of(year):
        product = line.product.product
        month = f"{line.month:%Y-%m}" if line.month else f"{year.year}"
        names = [product.provider.name, product.name, month]
        writer.writerow(_plain(cell) for cell in [*names, *line.texts.values()])
    return text.getvalue()


def _plain(text: str) -> str:
    """No formula, in a spreadsheet."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def file_name(year: Year, ending: str) -> str:
    return f"transparensrapport-{year.authority.code.lower()}-{year.year}.{ending}"


def description_of_reports(year: Year, place: str) -> str:
    """JSON-LD. `place` is the address of the folder in which the files are put."""
    folder = place.rstrip("/")
    agent = publisher_of(year.authority, folder)
    publisher = {"@id": agent["@id"]}
    name = year.authority.name
    return json.dumps(
        {
            "@context": CONTEXT,
            "@graph": [
                {
                    "@id": f"{folder}/#katalog",
                    "@type": "dcat:Catalog",
                    "dcterms:title": swedish(f"Öppna data från {name}"),
                    "dcterms:description": swedish(
                        "Transparensrapporter om leverantörers åtkomst."
                    ),
                    "dcterms:publisher": publisher,
                    "dcterms:license": {"@id": CC0},
                    "dcterms:language": {"@id": f"{EU}/language/SWE"},
                    "dcterms:modified": day(acting.today()),
                    "dcat:dataset": {"@id": _dataset(folder, year)},
                },
                agent,
                _open_data_set(year, folder, publisher),
                *(_distribution(year, folder, ending) for ending in FORMATS),
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _open_data_set(
    year: Year, folder: str, publisher: dict[str, str]
) -> dict[str, Any]:
    name, last = year.authority.name, timezone.localdate(year.until)
    ends = min(last, date(year.year, 12, 31))
    return {
        "@id": _dataset(folder, year),
        "@type": "dcat:Dataset",
        "dcterms:title": swedish(f"Leverantörers åtkomst {year.year}, {name}"),
        "dcterms:description": swedish(
            "Antal begäranden om åtkomst till information i molntjänster, beslut,"
            " åtkomster och åtgärder, per produkt och månad. Tal under 5 anges som"
            " 1–4."
        ),
        "dcterms:publisher": publisher,
        "dcterms:license": {"@id": CC0},
        "dcterms:accessRights": {"@id": f"{EU}/access-right/PUBLIC"},
        "dcterms:accrualPeriodicity": {"@id": f"{EU}/frequency/ANNUAL"},
        "dcterms:language": {"@id": f"{EU}/language/SWE"},
        "dcterms:issued": day(acting.today()),
        "dcterms:temporal": {
            "@type": "dcterms:PeriodOfTime",
            "dcat:startDate": day(date(year.year, 1, 1)),
            "dcat:endDate": day(ends),
        },
        "dcat:theme": {"@id": f"{EU}/data-theme/GOVE"},
        "dcat:keyword": [
            swedish(word) for word in ("molntjänster", "åtkomst", "sekretess")
        ],
        "dcat:distribution": [
            {"@id": f"{folder}/{file_name(year, ending)}#distribution"}
            for ending in FORMATS
        ],
        **contact_point(year.authority, folder),
    }


def _distribution(year: Year, folder: str, ending: str) -> dict[str, Any]:
    address = f"{folder}/{file_name(year, ending)}"
    return {
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dcterms:title": swedish(f"Transparensrapport {year.year} ({ending.upper()})"),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcterms:format": FORMATS[ending],
        "dcterms:license": {"@id": CC0},
    }


def _dataset(folder: str, year: Year) -> str:
    return f"{folder}/#atkomst-{year.authority.code.lower()}-{year.year}"


def fingerprint_of_open_data(year: Year) -> str:
    """Tells whether the numbers are those that somebody has looked at."""
    return hashlib.sha256(numbers_csv(year).encode()).hexdigest()


# The year as a paper, in Swedish: what it shows, what it rests on, and the numbers.

WHAT = (
    "Leverantörer av molntjänster måste begära åtkomst till myndighetens information,"
    " och myndigheten prövar varje begäran enligt offentlighets- och sekretesslagen."
    " Rapporten visar hur många begäranden som kom, vad som beslutades och vad"
    " leverantörernas egna loggar säger om vad som sedan gjordes.",
    "En begäran räknas i månaden då den kom, ett beslut i månaden då det fattades, en"
    " åtkomst i månaden då den öppnades och en åtgärd i månaden då den utfördes."
    " Talen i en rad behöver därför inte gå ihop.",
    "Tal under 5 anges som 1–4, så att ingen kan pekas ut. Där ett sådant tal annars"
    " kunde räknas fram står uppges inte. Ärenden på en namngiven lista och ärenden som"
    " har stoppats av säkerhetsskyddsskäl ingår inte.",
)
RESTS = (
    "Om en åtkomst användes vet myndigheten bara så långt leverantörens logg är läst."
    " Det som inte är känt redovisas för sig och räknas aldrig som att inget hände."
)


@translation.override("sv")
def pdf_of_year(year: Year) -> bytes:
    """Raises NotDrawn."""
    now = acting.now()
    paper = Paper(
        f"Transparensrapport {year.year}",
        year.authority,
        year.authority,
        f"Leverantörers åtkomst till myndighetens information, {_until(year)}",
        timezone.localdate(now),
    )
    return pdf_of_paper(paper, sections(year), now)


def sections(year: Year) -> Iterator[Section]:
    """In Swedish, whatever the language of whoever looks."""
    with translation.override("sv"):
        yield Section("Vad rapporten visar", WHAT)
        yield Section(
            "Vad den vilar på", (RESTS,), [_rests(row) for row in year.products]
        )
        lines = list(lines_of(year))
        for row in year.products:
            theirs = [line for line in lines if line.product is row]
            name = f"{row.product.provider.name}, {row.product.name}"
            yield _table(f"{name}: begäranden och beslut", theirs, REQUESTS)
            yield _table(f"{name}: åtkomster och åtgärder", theirs, ACCESSES)


def _until(year: Year) -> str:
    last = timezone.localdate(year.until)
    if last.year > year.year:
        return f"hela {year.year}"
    return f"{year.year} till och med den {date_format(last, 'j F Y')}"


def _rests(row: OfProduct) -> str:
    name, unknown = f"{row.product.provider.name}, {row.product.name}", row.unknown
    if unknown.without_log == unknown.connections:
        return f"{name}: ingen logg läses. Vad som gjordes där är inte känt."
    parts = [
        f"loggen är läst till och med den {_day_of(row)}"
        if row.read_until
        else "loggen är inte läst i sin helhet"
    ]
    parts.append(
        f"{unknown.gaps} luckor, varav {unknown.unexplained} inte är förklarade;"
        f" {number_format(round(unknown.hours))} timmar är inte kända"
    )
    return f"{name}: {'; '.join(parts)}."


def _day_of(row: OfProduct) -> str:
    return date_format(timezone.localtime(row.read_until), "j F Y")


def _table(heading: str, lines: list[TableLine], columns: dict[str, str]) -> Section:
    rows = [
        (_name(line), *(line.texts[column] for column in columns)) for line in lines
    ]
    return Section(heading, columns=("Månad", *columns.values()), rows=rows)


def _name(line: TableLine) -> str:
    return date_format(line.month, "F") if line.month else "Hela året"
