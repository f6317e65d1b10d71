"""The documents of kept records: case disposals, disposal protocol and disposals."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localdate

from audit_app.models import LedgerEntry
from requests_app.cases.review.papers.afterwards import Paper, pdf_of_paper
from requests_app.cases.review.papers.document import Section
from requests_app.core.fields import first_instant
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import Authority
from requests_app.core.two_persons import RegisterChange
from requests_app.records.models import Disposal, DisposalItem, Obstacle, RetentionRule

# The protocol of a list that was carried out, in Swedish: which cases went, by which
# decision and whom, which stay and why, and what is left elsewhere.

TITLE = "Gallringsprotokoll för ärenden"
RULES = ("Vad ärendena gäller", "Klassificering", "Beslut om gallring", "Frist", "Från")
GONE = ("Diarienummer", "Registrerat", "Avslutat", "Beslut om gallring", "Gallrat")
KEPT = ("Diarienummer", "Avslutat", "Varför", "Bevaras till", "Svar av")


def file_name(disposal: Disposal) -> str:
    return f"gallringsprotokoll-{disposal.authority.code}-{disposal.pk}.pdf".lower()


@translation.override("sv")
def pdf_of_list(disposal: Disposal, at: datetime) -> bytes:
    """As it stands, to be ended at that moment. Raises NotDrawn."""
    name = f"{disposal.authority.name}, lista {disposal.pk}"
    made_on = timezone.localdate(at)
    paper = Paper(TITLE, name, disposal.authority, name, made_on)
    return pdf_of_paper(paper, _sections(disposal, at), at)


def _sections(disposal: Disposal, at: datetime) -> Iterator[Section]:
    items = disposal.items.select_related("rule", "disposed_case")
    gone = [item for item in items if hasattr(item, "disposed_case")]
    stays = [item for item in items if not hasattr(item, "disposed_case")]
    yield _by_whom(disposal)
    yield _rules(gone)
    yield _gone(gone)
    yield _stays(stays)
    yield _elsewhere(at)


def _by_whom(disposal: Disposal) -> Section:
    return Section(
        "Av vem",
        points=(
            f"Listan upprättades {_moment(disposal.drawn_at)} av {disposal.drawn_by}.",
            f"Den föreslogs {_moment(disposal.proposed_at)} av {disposal.proposed_by}.",
            f"Den bekräftades {_moment(disposal.confirmed_at)} av"
            f" {disposal.confirmed_by}.",
            "Den verkställdes av den databasroll som bara gallrar"
            " (lockbox_disposal). För varje rad som gallrades säger en rad i loggen"
            " att den har gallrats, enligt den här listan.",
        ),
    )


def _rules(gone: list[DisposalItem]) -> Section:
    rules = sorted({item.rule for item in gone}, key=lambda rule: rule.pk)
    rows = [
        (
            rule.get_matter_display(),
            rule.process_code or "–",
            rule.disposal_decision,
            rule.length,
            _day(rule.valid_from),
        )
        for rule in rules
    ]
    if not rows:
        return Section("Beslut om gallring", ("Inget ärende gallrades.",))
    return Section("Beslut om gallring", columns=RULES, rows=rows)


def _gone(gone: list[DisposalItem]) -> Section:
    if not gone:
        return Section("Gallrade ärenden", ("Inget ärende gallrades.",))
    cases: list[Any] = [item.disposed_case for item in gone]
    rows = [
        (
            str(case),
            _day(case.registered_on) if case.registered_on else "–",
            _day(case.closed_on),
            case.disposal_decision,
            _moment(case.disposed_at),
        )
        for case in cases
    ]
    sums = [sum(getattr(c, n) for c in cases) for n in ("rows", "versions", "details")]
    text = (
        f"{len(cases)} ärenden: {sums[0]} rader med {sums[1]} versioner, deras texter"
        f" och filer, och {sums[2]} uppgifter i loggen om dem."
    )
    return Section("Gallrade ärenden", (text,), columns=GONE, rows=rows)


def _stays(stays: list[DisposalItem]) -> Section:
    heading = "Ärenden på listan som inte gallrades"
    if not stays:
        return Section(heading, ("Alla ärenden på listan gallrades.",))
    return Section(heading, columns=KEPT, rows=[_why(item) for item in stays])


def _why(item: DisposalItem) -> tuple[str, ...]:
    answers = item.answers.filter(answer="retain").select_related("answered_by")
    last = answers.order_by("until").last()
    why = item.get_kept_because_display() or "–"
    if last is None:
        return str(item), _day(item.closed_on), why, "–", "–"
    until = _day(last.until) if last.until else "–"
    why = f"{why} {last.reason}"
    return str(item), _day(item.closed_on), why, until, str(last.answered_by)


def _elsewhere(at: datetime) -> Section:
    return Section(
        "Vad som finns kvar",
        points=(
            "Loggens rader finns kvar, med nummer, tid och kontrollsumma. Vad de"
            " handlade om är gallrat, med det salt som kontrollsumman gjordes med.",
            _backups(at),
            "Databasens skrivlogg (WAL) på servern har ärendena tills den skrivs över,"
            " och det lediga utrymmet i databasens filer tills något annat skrivs där."
            " En server i reserv och en kopia för läsning är av med dem när de har"
            " hunnit ifatt databasen.",
            "Uttag som har gjorts (arkivpaket, hela myndighetens eller kommunens fil,"
            " revisorers uttag) finns hos den som tog ut dem, och gallras där.",
            "Den publicerade loggen (tiles) har kontrollsummor och de rader som"
            " förseglats: aldrig vad de handlade om. Den gallras inte.",
            "Det som har lämnats ut, expedierats eller överlämnats finns hos den som"
            " fick det.",
        ),
    )


def _backups(at: datetime) -> str:
    days = settings.BACKUP_DAYS
    last = timezone.localdate(at) + timedelta(days=days)
    return (
        "Säkerhetskopior, och den arkiverade skrivlogg som de spelas framåt med, har"
        f" ärendena till och med {_day(last)}: de sparas i {days} dagar. Den som"
        " återställer en kopia verkställer listan på nytt."
    )


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "j F Y H.i") if at else "–"


def _day(day: date) -> str:
    return date_format(day, "j F Y")


# What was disposed of in a span of days: told by the ledger's own lines, which stand,
# so that a protocol can be drawn again and say the same.

# A line that tells of a disposal, what it says, and the line whose detail it was.
TOLD = """
with told as materialized (
  select told.*, detail.body::jsonb as says,
    lockbox_line_moment(told.at, detail.body::jsonb) as moment,
    case when told.object_id ~ '^[0-9]{1,18}$' then told.object_id::bigint end as about
  from audit_app_ledgerentry told
  join audit_app_ledgerdetail detail on detail.entry_id = told.id
  where told.object_type = 'audit_app_ledgerdetail' and told.event = %(event)s
    and told.authority_id is not distinct from %(authority)s)
"""
BY_RULE = f"""{TOLD}
select date_trunc(%(each)s, told.moment at time zone %(zone)s)::date,
  told.says->>'period', count(*), min(line.at), max(line.at)
from told join audit_app_ledgerentry line on line.id = told.about
where told.moment >= %(since)s and told.moment < %(before)s
group by 1, 2 order by 1, 2
"""  # noqa: S608 — ours
BY_TWO = f"""{TOLD}
select min(told.moment), told.says->>'basis', line.kind, count(*), min(line.at),
  max(line.at), coalesce(audit_name_of(proposal.actor_id), ''),
  coalesce(audit_name_of(told.actor_id), '')
from told join audit_app_ledgerentry line on line.id = told.about
left join audit_app_ledgerentry proposal on proposal.event = 'disposal.proposed'
  and proposal.id::text = told.says->>'proposal'
where told.moment >= %(since)s and told.moment < %(before)s
  and told.db_role = 'lockbox_disposal'
  and not told.says ? 'disposal'
group by proposal.id, proposal.actor_id, told.actor_id, told.says->>'basis', line.kind
order by 1, 3
"""  # noqa: S608 — ours
# Each proposal names the lines: so nothing else of the ledger is read.
DAYS_OF_TWO = """
select told.authority_id,
  (lockbox_line_moment(told.at, says.body::jsonb) at time zone %(zone)s)::date, count(*)
from audit_app_ledgerentry proposal
join audit_app_ledgerdetail detail on detail.entry_id = proposal.id
cross join jsonb_array_elements_text(detail.body::jsonb->'lines') number
join audit_app_ledgerentry told on told.object_type = 'audit_app_ledgerdetail'
  and told.object_id = number and told.event = 'detail.disposed'
join audit_app_ledgerdetail says on says.entry_id = told.id
  and says.body::jsonb->>'proposal' = proposal.id::text
where proposal.object_type = 'audit_app_ledgerdetail' and proposal.object_id = ''
  and proposal.event = 'disposal.proposed' and proposal.db_role = 'lockbox_disposal'
group by 1, 2
"""
ROWS = """
select lockbox_line_moment(line.at, detail.body::jsonb), detail.body::jsonb->>'period',
  (detail.body::jsonb->>'rows')::bigint
from audit_app_ledgerentry line
join audit_app_ledgerdetail detail on detail.entry_id = line.id
where line.object_type = %(beats)s and line.event = 'rows.expired'
  and lockbox_line_moment(line.at, detail.body::jsonb) >= %(since)s
  and lockbox_line_moment(line.at, detail.body::jsonb) < %(before)s
order by line.id
"""


class Span(NamedTuple):
    """The disposals of one authority, or of what is nobody's, on these days."""

    authority: Authority | None
    first: date
    last: date

    @property
    def before(self) -> datetime:
        return first_instant(date.fromordinal(self.last.toordinal() + 1))

    @property
    def since(self) -> datetime:
        return first_instant(self.first)

    @property
    def is_a_day(self) -> bool:
        return self.first == self.last


class ByRule(NamedTuple):
    """Lines from `first` to `last` whose details ran out in one month, or on a day."""

    on: date
    period: str
    number: int
    first: datetime
    last: datetime


class ByTwo(NamedTuple):
    """What one proposed and another confirmed, of one kind of line."""

    at: datetime
    basis: str
    kind: str
    number: int
    first: datetime
    last: datetime
    proposed_by: str
    confirmed_by: str


class Decided(NamedTuple):
    """A decision on disposal by which a rule was set, and by whom."""

    authority: str
    decision: str
    proposed_by: str
    confirmed_by: str
    at: datetime


def by_rule(span: Span) -> list[ByRule]:
    each = "day" if span.is_a_day else "month"
    rows = _rows(BY_RULE, span, event="detail.expired", each=each)
    return [ByRule(*row) for row in rows]


def by_two(span: Span) -> list[ByTwo]:
    return [ByTwo(*row) for row in _rows(BY_TWO, span, event="detail.disposed")]


def rows_gone(span: Span) -> list[tuple[datetime, str, int]]:
    """Notices and addresses, which are nobody's: when, of which period, how many."""
    return [] if span.authority else _rows(ROWS, span)


def _rows(query: str, span: Span, **terms: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "authority": span.authority.pk if span.authority else None,
                "since": span.since,
                "before": span.before,
                "zone": settings.TIME_ZONE,
                "beats": Heartbeat._meta.db_table,
                **terms,
            },
        )
        return cursor.fetchall()


def decided(span: Span) -> list[Decided]:
    """The decisions that held on these days; of what is nobody's, all boards'."""
    changes = RegisterChange.objects.filter(
        row_table=RetentionRule._meta.db_table, confirmed_at__lt=span.before
    )
    if span.authority:
        changes = changes.filter(authority=span.authority)
    changes = changes.select_related("authority", "proposed_by", "confirmed_by")
    return list(_holding(changes.order_by("authority__name", "confirmed_at"), span))


def _holding(changes: Any, span: Span) -> Iterator[Decided]:
    """The last one before the first day, and those that came after."""
    in_force: dict[int, Decided] = {}
    for change in changes:
        before = in_force.pop(change.authority_id, None)
        if before and change.confirmed_at > span.since:
            yield before
        decision = change.new_values.get("disposal_decision")
        in_force[change.authority_id] = Decided(
            str(change.authority),
            decision or (before.decision if before else ""),
            str(change.proposed_by),
            str(change.confirmed_by),
            change.confirmed_at,
        )
    yield from in_force.values()


def held_back(span: Span) -> dict[str, dict[str, int]]:
    """By period and reason, how many stayed beyond their time when the rules were last
    carried out on these days."""
    key = str(span.authority.pk) if span.authority else ""
    for line in _rounds():
        if span.since <= line.happened_at < span.before:
            periods = line.facts["periods"]
            return {
                name: counted[key]["held"]
                for name, counted in periods.items()
                if key in counted
            }
    return {}


def days_with_disposals() -> dict[str, dict[date, int]]:
    """By the key of an authority, empty for what is nobody's: on which days how many
    went, the newest first."""
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for key, on, number in [*_of_rounds(), *_of_two()]:
        days[key][on] += number
    return {key: dict(sorted(on.items(), reverse=True)) for key, on in days.items()}


def _of_rounds() -> Iterator[tuple[str, date, int]]:
    """What had gone in all, less what had before."""
    before: Counter[tuple[str, str]] = Counter()
    for line in reversed(list(_rounds())):
        on = localdate(line.happened_at)
        for name, boards in line.facts["periods"].items():
            for key, counted in boards.items():
                if more := counted["gone"] - before[name, key]:
                    yield key, on, more
                before[name, key] = counted["gone"]


def _of_two() -> Iterator[tuple[str, date, int]]:
    with connection.cursor() as cursor:
        cursor.execute(DAYS_OF_TWO, {"zone": settings.TIME_ZONE})
        for authority, on, number in cursor.fetchall():
            yield str(authority or ""), on, number


def _rounds() -> Any:
    """The lines of rounds, the newest first: one a day."""
    lines = LedgerEntry.objects.filter(
        object_type=Heartbeat._meta.db_table, event="retention.carried_out"
    )
    return lines.select_related("detail").order_by("-pk").iterator()


# The protocol of a disposal, in Swedish: drawn of the ledger's own lines.

DISPOSAL_PROTOCOL_TITLE = "Gallringsprotokoll"
NOBODYS = "Uppgifter som inte hör till en enda myndighet"
DISPOSAL_PROTOCOL_ROWS = {
    "notice_rows": "Aviseringar som har skickats",
    "addresses": "E-postadresser, enheter och nummer som avisering skickas till",
}
KINDS: dict[str, str] = {
    LedgerEntry.Kind.CHANGE: "Ändring",
    LedgerEntry.Kind.EVENT: "Händelse",
    LedgerEntry.Kind.READ: "Läsning",
    LedgerEntry.Kind.REFUSAL: "Nekad åtkomst",
    LedgerEntry.Kind.AUTH: "Inloggning",
    LedgerEntry.Kind.EXPORT: "Uttag",
}
HELD_WHAT = ("Slag av uppgift", "Antal", "Skäl")
GONE_WHAT = ("Gallrat", "Slag av uppgift", "Antal", "Äldsta", "Yngsta")
BY_WHOM = ("Gallrat", "Beslut om gallring", "Slag", "Antal", "Från och till", "Av vem")


@translation.override("sv")
def pdf_of_protocol(span: Span) -> bytes:
    """Raises NotDrawn."""
    name = span.authority.name if span.authority else NOBODYS
    paper = Paper(
        DISPOSAL_PROTOCOL_TITLE,
        name,
        span.authority or "Lockbox",
        f"{name}, {_days(span)}",
        timezone.localdate(),
    )
    return pdf_of_paper(paper, _disposal_protocol_sections(span), timezone.now())


def _disposal_protocol_sections(span: Span) -> Iterator[Section]:
    yield Section(
        "Vad protokollet visar",
        (
            "En rad i loggen gallras aldrig. Det som gallras är uppgiften om vad raden"
            " handlade om. För varje sådan uppgift säger en ny rad att den har"
            " gallrats, och protokollet är hämtat ur de raderna. Det kan tas fram på"
            " nytt.",
        ),
    )
    yield _decisions(span)
    yield _by_rule(span)
    yield _by_two(span)
    if not span.authority:
        yield _disposal_protocol_rows(span)
    yield _not_gone(span)


def _decisions(span: Span) -> Section:
    rows = [
        (
            row.authority,
            row.decision,
            row.proposed_by,
            row.confirmed_by,
            _disposal_protocol_day(row.at),
        )
        for row in decided(span)
    ]
    columns = ("Myndighet", "Beslut", "Infört av", "Bekräftat av", "Den")
    none = "Inget beslut om gallring var infört under tiden."
    return _table("Beslut om gallring", none, columns, rows)


def _by_rule(span: Span) -> Section:
    rows = [
        (
            date_format(row.on, "j F Y" if span.is_a_day else "F Y"),
            _period(row.period),
            str(row.number),
            _disposal_protocol_day(row.first),
            _disposal_protocol_day(row.last),
        )
        for row in by_rule(span)
    ]
    none = "Ingenting gallrades enligt reglerna under tiden."
    return _table("Gallrat enligt myndighetens regler", none, GONE_WHAT, rows)


def _period(name: str) -> str:
    field: Any = RetentionRule._meta.get_field
    return DISPOSAL_PROTOCOL_ROWS.get(name) or capfirst(str(field(name).verbose_name))


def _by_two(span: Span) -> Section:
    rows = [
        (
            _disposal_protocol_day(row.at),
            row.basis,
            KINDS[row.kind],
            str(row.number),
            f"{_disposal_protocol_day(row.first)} – {_disposal_protocol_day(row.last)}",
            f"Föreslaget av {row.proposed_by}, bekräftat av {row.confirmed_by}",
        )
        for row in by_two(span)
    ]
    none = "Ingenting gallrades av två personer under tiden."
    return _table("Gallrat av två personer efter ett beslut", none, BY_WHOM, rows)


def _disposal_protocol_rows(span: Span) -> Section:
    rows = [
        (_disposal_protocol_day(at), DISPOSAL_PROTOCOL_ROWS[period], str(number))
        for at, period, number in rows_gone(span)
    ]
    none = "Inga sådana gallrades under tiden."
    columns = ("Gallrat", "Slag av uppgift", "Antal")
    return _table("Aviseringar och adresser", none, columns, rows)


def _not_gone(span: Span) -> Section:
    rows = [
        (_period(name), str(number), str(Obstacle(why).label))
        for name, reasons in held_back(span).items()
        for why, number in sorted(reasons.items())
    ]
    none = "Ingenting hölls kvar efter sin tid när reglerna senast verkställdes."
    return _table("Vad som hölls kvar efter sin tid, och varför", none, HELD_WHAT, rows)


def _table(
    heading: str,
    none: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
) -> Section:
    if not rows:
        return Section(heading, (none,))
    return Section(heading, columns=columns, rows=rows)


def _days(span: Span) -> str:
    first, last = (date_format(day, "j F Y") for day in (span.first, span.last))
    return first if span.is_a_day else f"{first} – {last}"


def _disposal_protocol_day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y")
