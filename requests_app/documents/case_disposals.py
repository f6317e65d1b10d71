"""The protocol of a list that was carried out, in Swedish: which cases went, by which
decision and whom, which stay and why, and what is left elsewhere."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from requests_app.documents.paper import Paper, pdf_of_paper
from requests_app.documents.processing.sheet import Section
from requests_app.models import Disposal, DisposalItem

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
