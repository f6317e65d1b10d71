"""The pages of the auditor: auditing, audit forms, case, decisions, disposed, figures,
find, habits, outside, patterns, person, roles, saved, sight, stream and verdict."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from audit_app import acting, ledger
from audit_app.ledger import Kind, record, record_each
from audit_app.sealing import keys, sealer
from audit_app.sealing.outside import SeenOutside, Way
from requests_app.audit import steps
from requests_app.audit.forms import (
    AuditForm,
    ChecklistForm,
    DecisionsForm,
    DrawForm,
    EndForm,
    InstantForm,
    PeriodForm,
    ReadingForm,
    RoleChangesForm,
    checklist_values,
)
from requests_app.audit.lines.read import (
    LONGEST_NUMBER,
    Case,
    Sought,
    cases_numbered,
    counted,
    lines,
    stream_for,
    whole_stream,
)
from requests_app.audit.models import AuditFinding, SampledCase, SavedAudit
from requests_app.audit.pages.page import (
    FORMATS,
    MOST_COUNTED,
    Audit,
    Out,
    Selection,
    auditors_form,
    auditors_page,
    case_url,
    cells,
    drawn_up,
    exported,
    is_first_page,
    place_in,
    record_people,
    rows_in_words,
    shown,
    turned,
    wants_export,
)
from requests_app.audit.pages.page import HEADINGS as PAGE_HEADINGS
from requests_app.audit.pages.page import Row as PageRow
from requests_app.audit.pages.page import exactly as exact_moment
from requests_app.audit.selectors import decisions as decision_lines
from requests_app.audit.selectors.case import (
    ALL_BUT_READS,
    READS,
    Act,
    Person,
    RoleChange,
    changes_audited,
    instant,
    person_named,
    read_story,
    roles_of_person,
    story_of,
    who_could_see,
)
from requests_app.audit.selectors.case import entries_of as entries_of_case
from requests_app.audit.selectors.decisions import (
    FEWEST,
    PATTERNS_MOST,
    UNUSED,
    Decided,
    Habit,
    SampledCaseShown,
    Week,
    decisions_asked,
    decisions_for,
    entries_of,
    habits,
    last_week,
    pairs,
    sampled_cases,
    summary,
    times_by_authority,
    unused_rights,
    week_of,
    weeks,
)
from requests_app.audit.selectors.decisions import MOST as MOST_DECISIONS
from requests_app.audit.selectors.record import MOST as MOST_LINES
from requests_app.audit.selectors.record import (
    ComparedNow,
    Gap,
    Ledger,
    Verdict,
    outside_for,
    rows_of_act,
    verdict_for,
)
from requests_app.audit.steps import name_by, saved_audits_of
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.alteration import alterations_in
from requests_app.core.drafts import (
    draft_context,
    forget_draft,
    keep_typed_now,
    typed_before,
)
from requests_app.core.fields import first_instant
from requests_app.core.figures import WEEK, chart
from requests_app.core.forms import StepForm
from requests_app.core.models import Outcome
from requests_app.core.pages.steps import done, guided, named, page_of, refused
from requests_app.core.step import WrongState
from requests_app.core.words.texts import exactly, redact
from requests_app.records.rights import disposed_cases_visible_to

# Audits that are kept: the list, each with its sample, and what leaves the house.

# Nobody makes more; the newest are shown.
MOST = 200


@auditors_page
@guided("revisor#en-granskning-med-stickprov")
def saved_audits(audit: Audit) -> HttpResponse:
    return shown(
        audit,
        "lockbox/auditing/saved_audits.html",
        _("Audits"),
        {},
        rows=decision_lines.saved_audits(audit.user)[:MOST],
    )


@auditors_page
@guided("revisor#en-granskning-med-stickprov")
def saved_audit(audit: Audit, key: int) -> HttpResponse:
    one = audit_or_404(audit.user, key)
    cases = decision_lines.sampled_cases(audit.user, one)
    return shown(
        audit,
        "lockbox/auditing/saved_audit.html",
        one.name,
        {},
        on=[one],
        one=one,
        cases=[(case, case_url(case.number)) for case in cases],
        answered=sum(case.answered for case in cases),
        questions=len(cases) * len(AuditFinding.Question),
        lines=decision_lines.cited(one, cases).steps,
    )


@auditors_page
@guided("revisor#en-granskning-med-stickprov")
def saved_report(audit: Audit, key: int) -> HttpResponse:
    """What was examined, how it was drawn and what was found; on record, of each case
    as well of which it tells more than the number."""
    one = audit_or_404(audit.user, key)
    cases = decision_lines.sampled_cases(audit.user, one)
    entry = record("audit_report.exported", by=audit.user, on=one, kind=Kind.EXPORT)
    open_cases = [case.review for case in cases if case.reads]
    record_each("audit_report.exported", open_cases, by=audit.user, kind=Kind.EXPORT)
    cited = decision_lines.cited(one, cases)
    context = {
        "one": one,
        "cases": [(case, _cited(case, cited)) for case in cases],
        "answered": sum(case.answered for case in cases),
        "questions": len(cases) * len(AuditFinding.Question),
        "lines": cited.steps,
        "checkpoint": keys.newest_believed(),
        "by": audit.user,
        "at": acting.now(),
        "entry": entry,
        "language": translation.get_language(),
    }
    return drawn_up("lockbox/auditing/saved_report.html", context, f"audit-{one.pk}")


@auditors_page
@guided("revisor#en-granskning-med-stickprov")
def population(audit: Audit, key: int) -> HttpResponse:
    """The numbers that the sample was drawn from, one a line, to draw it again."""
    one = audit_or_404(audit.user, key)
    record("audit_population.exported", by=audit.user, on=one, kind=Kind.EXPORT)
    text = one.population.text + "\n"
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    return named(answer, f"audit-{one.pk}-population.txt")


def audit_or_404(user: Any, key: int) -> SavedAudit:
    rows = saved_audits_of(user).select_related("authority", "population", "conclusion")
    names = {"maker": name_by("made_by"), "ender": name_by("ended_by")}
    one = rows.filter(pk=key).annotate(**names).first()
    if one is None:
        raise Http404
    return one


def _cited(
    case: decision_lines.SampledCaseShown, cited: decision_lines.Cited
) -> list[Any]:
    """Each decision, the first one first, and its line."""
    return [(row, cited.decisions.get(row.key)) for row in reversed(case.decisions)]


# Where an auditor writes: an audit is drawn, answered case by case, and ended.

Make = Callable[..., StepForm]


@auditors_form
@guided("revisor#en-granskning-med-stickprov")
def draw(audit: Audit) -> HttpResponse:
    def make(*args: Any, **kwargs: Any) -> StepForm:
        return DrawForm(
            *args, subject=None, by=audit.user, audited=audit.audited, **kwargs
        )

    def act(**fields: Any) -> str:
        first, *more = steps.draw(by=audit.user, **fields)
        if more:
            return reverse("admin:audit_saved")
        return reverse("admin:audit_one", args=[first.pk])

    return _form_page(audit, _("Draw a sample"), make, act, _("The sample is drawn."))


@auditors_form
@guided("revisor#en-granskning-med-stickprov")
def checklist(audit: Audit, key: int, review: int) -> HttpResponse:
    """Where its content may be read; of a named list the rest comes with access."""
    one = audit_or_404(audit.user, key)
    if answer := _to_one_that_has_ended(audit, one):
        return answer
    case, row = _case_or_404(audit, one, review)
    if not row.reads:
        raise PermissionDenied(_("Open the case with a basis first."))
    values, state = checklist_values(row.findings), steps.state_of(row.findings)

    def make(data: Any = None, **kwargs: Any) -> StepForm:
        kwargs |= {"subject": one, "by": audit.user, "initial": values}
        kwargs |= {"state": state}
        return ChecklistForm(data, **kwargs)

    def act(**fields: Any) -> str:
        steps.answer(one, by=audit.user, case=case, **fields)
        return reverse("admin:audit_one", args=[one.pk])

    return _form_page(
        audit,
        _("Checklist for %(number)s") % {"number": row.number},
        make,
        act,
        _("The checklist is saved."),
        about=case.review,
        seen=state,
        one=one,
        case=row,
        case_url=case_url(row.number),
    )


@auditors_form
@guided("revisor#en-granskning-med-stickprov")
def end(audit: Audit, key: int) -> HttpResponse:
    one = audit_or_404(audit.user, key)
    if answer := _to_one_that_has_ended(audit, one):
        return answer

    def make(data: Any = None, **kwargs: Any) -> StepForm:
        return EndForm(data, subject=one, by=audit.user, **kwargs)

    def act(**fields: Any) -> str:
        steps.end(one, by=audit.user, **fields)
        return reverse("admin:audit_one", args=[one.pk])

    cases = sampled_cases(audit.user, one)
    left = sum(not case.is_done for case in cases)
    return _form_page(
        audit,
        _("End the audit"),
        make,
        act,
        _("The audit has ended."),
        one=one,
        left=left,
    )


def _to_one_that_has_ended(audit: Audit, one: SavedAudit) -> HttpResponse | None:
    """There is nothing to fill in. What was filled in before is shown again."""
    if audit.request.method == "POST" or one.ended_at is None:
        return None
    return HttpResponseRedirect(reverse("admin:audit_one", args=[one.pk]))


def _case_or_404(
    audit: Audit, one: SavedAudit, review: int
) -> tuple[SampledCase, SampledCaseShown]:
    rows = SampledCase.objects.select_related("review").filter(audit=one, review=review)
    case = rows.first()
    if case is None:
        raise Http404
    (row,) = sampled_cases(audit.user, one, case.position)
    return case, row


def _form_page(
    audit: Audit,
    title: str,
    make: Make,
    act: Callable[..., str],
    message: str,
    about: SecrecyReview | None = None,
    seen: str | None = None,
    one: SavedAudit | None = None,
    **context: Any,
) -> HttpResponse:
    """GET shows the form, POST takes the step; what is typed is kept as it is typed."""
    request, status = audit.request, 200
    path = request.path
    if request.method == "POST" and "keep" in request.POST:
        with ledger.as_application():
            if answer := keep_typed_now(request, about, path, seen):
                return answer
    if request.method != "POST" or "keep" in request.POST:
        with ledger.as_application():
            typed = request.POST or typed_before(request, path, seen, at_once=True)
        form = make(typed or None)
        if typed:
            form.show_again()
    else:
        form = make(request.POST)
        if form.is_valid():
            status, to = _take(form, act)
            if status == 302:
                return done(
                    request,
                    message,
                    first=lambda: _forget(audit, path),
                    to=lambda: to,
                    otherwise=reverse("admin:audit_saved"),
                )
    with ledger.as_application():
        draft = draft_context(request, path, about, seen, at_once=True)
    page = reverse("admin:audit_one", args=[one.pk]) if one else ""
    response = shown(
        audit,
        "lockbox/auditing/form.html",
        title,
        {},
        on=[row for row in (about or one,) if row],
        form=form,
        one=one,
        page_url=page or reverse("admin:audit_saved"),
        keeps=form.keeps,
        **draft,
        **context,
    )
    response.status_code = status
    return response


def _take(form: StepForm, act: Callable[..., str]) -> tuple[int, str]:
    """The status of the answer, and where it leads when the step has been taken."""
    try:
        with ledger.as_application():
            return 302, act(**form.step_fields())
    except (WrongState, ValidationError) as error:
        return refused(form, error), ""


def _forget(audit: Audit, path: str) -> None:
    with ledger.as_application():
        forget_draft(audit.user, path)


# A case that has been disposed of: its pages say so, by which list and when.

CaseView = Callable[[Audit, str], HttpResponse]


def unless_disposed_of(view: CaseView) -> CaseView:
    @wraps(view)
    def page(audit: Audit, number: str) -> HttpResponse:
        try:
            return view(audit, number)
        except Http404:
            rows = disposed_cases_visible_to(audit.user).filter(diary_number=number)
            gone = list(rows.select_related("authority", "item__disposal", "rule"))
            if not gone:
                raise
        return shown(
            audit,
            "lockbox/auditing/disposed.html",
            _("%(number)s has been disposed of") % {"number": number},
            {"case": number},
            on=gone,
            gone=gone,
        )

    return page


# A case's whole life as one story, and who read it by what right.


class ActInWords(NamedTuple):
    """What was done together: what it is called, and what it changed."""

    first: PageRow
    events: list[PageRow]
    changes: list[PageRow]
    roles: list[str]
    outside: Any
    decides: bool


class Chosen(NamedTuple):
    """A case, and others that have the same number elsewhere."""

    case: Case
    others: list[Case]


@auditors_page
@guided("revisor#1-vem-andrade-utgangen-nar-fran-vad-till-vad")
@unless_disposed_of
def case_story(audit: Audit, number: str) -> HttpResponse:
    chosen = chosen_case(audit, number)
    query = audit.request.GET
    reads = query.get("reads", "")
    kinds = READS if reads == "only" else () if reads == "with" else ALL_BUT_READS
    place = place_in(query.get("before", ""))
    story = story_of(audit.user, audit.audited, chosen.case, kinds, place)
    parameters = {"case": number, **_next_query(audit)}
    acts = [_in_words(audit.site, act) for act in story.acts]
    return shown(
        audit,
        "lockbox/auditing/case.html",
        _("The life of %(number)s") % {"number": number},
        parameters,
        on=rows_about(chosen.case),
        people=_readers(acts),
        **case_context(audit, chosen, "audit_case"),
        acts=acts,
        reads=reads,
        wrong=alterations_in(
            chosen.case.request.pk,
            chosen.case.keys,
            [review.authority_id for review in chosen.case.reviews],
        ),
        **turned(audit, _next_query(audit), story.older),
    )


@auditors_page
@guided("revisor#2-vem-hade-last-arendet-fore-och-med-vilken-ratt")
@unless_disposed_of
def case_readers(audit: Audit, number: str) -> HttpResponse:
    """Who read the case, to the second, and what opened it to them."""
    chosen = chosen_case(audit, number)
    place = place_in(audit.request.GET.get("before", ""))
    story = read_story(audit.user, audit.audited, chosen.case, place)
    acts = [_in_words(audit.site, act) for act in story.acts]
    return shown(
        audit,
        "lockbox/auditing/readers.html",
        _("Who read %(number)s") % {"number": number},
        {"case": number, **_next_query(audit)},
        on=rows_about(chosen.case),
        people=_readers(acts),
        **case_context(audit, chosen, "audit_readers"),
        acts=acts,
        **turned(audit, _next_query(audit), story.older),
    )


def chosen_case(audit: Audit, number: str) -> Chosen:
    """The one that the address names, where several authorities have the number."""
    cases = cases_numbered(audit.user, number)
    if not cases:
        raise Http404
    wanted = audit.request.GET.get("request", "")
    case = next((one for one in cases if str(one.request.pk) == wanted), cases[0])
    return Chosen(case, [one for one in cases if one is not case])


def rows_about(case: Case) -> list[Any]:
    """The rows whose reading is a read of the case."""
    return [*case.reviews] or [case.request]


def case_context(audit: Audit, chosen: Chosen, here: str) -> dict[str, Any]:
    case = chosen.case
    return {
        "case": case,
        "case_url": case_url(case.number),
        "others": chosen.others,
        "here": here,
        "which": f"?request={case.request.pk}" if chosen.others else "",
        "listed": [row for row in case.reviews if not case.seen[row.pk].views],
        "open": [row for row in case.reviews if case.seen[row.pk].views],
    }


def _readers(acts: list[ActInWords]) -> set[int | None]:
    return {row.by_id for act in acts for row in act.events if row.kind == Kind.READ}


def _next_query(audit: Audit) -> dict[str, str]:
    """What of the address the next page asks again."""
    query = audit.request.GET
    return {name: query[name][:20] for name in ("reads", "request") if query.get(name)}


def _in_words(site: Any, act: Act) -> ActInWords:
    rows = rows_in_words(site, act.entries)
    events = [row for row in rows if row.kind != "change"]
    changes = [row for row in rows if row.kind == "change"]
    # What was done last was recorded last: as it was done.
    act_events, act_changes = events[::-1], changes[::-1]
    return ActInWords(
        rows[0], act_events, act_changes, act.roles, act.outside, act.decides
    )


# Decisions by duration, hour, decision-maker and item of delegation.

HEADINGS = [
    gettext_lazy("Case"),
    gettext_lazy("Authority"),
    gettext_lazy("Came in"),
    gettext_lazy("Decided"),
    gettext_lazy("Minutes"),
    gettext_lazy("Outcome"),
    gettext_lazy("Outcome before"),
    gettext_lazy("Decision-maker"),
    gettext_lazy("Reporting officer"),
    gettext_lazy("Item of delegation"),
    gettext_lazy("Item ended"),
]
PIECE = 500


@auditors_page
@guided("revisor#4-vilka-beslut-fattades-inom-tio-minuter-pa-natten")
def decisions(audit: Audit) -> HttpResponse:
    query = audit.request.GET
    form = DecisionsForm(query, audited=audit.audited)
    rows, older = [], None
    if form.is_valid():
        if wants_export(audit):
            return exported(audit, _selection(audit, form), form.query())
        place = place_in(query.get("before", ""))
        page = decisions_for(audit.user, form.sought(), place)
        rows = [(row, case_url(row.number)) for row in page.rows]
        older = page.older
    return shown(
        audit,
        "lockbox/auditing/decisions.html",
        _("Decisions"),
        form.query(),
        form=form,
        exports=FORMATS,
        rows=rows,
        **turned(audit, form.query(), older),
    )


def _selection(audit: Audit, form: DecisionsForm) -> Selection:
    criteria = form.sought()

    def rows() -> Iterator[Out]:
        place = None
        while True:
            piece = decisions_for(audit.user, criteria, place, PIECE)
            entries = entries_of(piece.rows)
            for row in piece.rows:
                yield Out(_cells(row), entries.get(row.key), row.views)
            if piece.older is None:
                return
            place = piece.older

    def count() -> int:
        return decisions_asked(audit.user, criteria)[: MOST_COUNTED + 1].count()

    title = _("Decisions")
    return Selection("audit_decisions", title, HEADINGS, rows, count, form.in_words())


def _cells(row: Decided) -> list[str]:
    return [
        redact(row.number),
        row.authority,
        exact_moment(row.arrived),
        exact_moment(row.at),
        str(int(row.took.total_seconds() // 60)),
        str(row.outcome),
        str(row.before),
        row.decider,
        row.rapporteur,
        row.rule,
        str(row.rule_ended or ""),
    ]


# Figures over time, as pictures with the table behind them.

WEEKS = 12


@auditors_page
@guided("revisor#monster")
def figures(audit: Audit) -> HttpResponse:
    """Figures over time: of the last twelve weeks, the first of them whole, where no
    other time is asked for."""
    form = PeriodForm(audit.request.GET)
    rows: list[Week] = []
    is_cut = False
    if form.is_valid():
        until = form.cleaned_data["until"] or acting.now()
        first = last_week(until) - timedelta(weeks=WEEKS - 1)
        since = form.cleaned_data["since"] or first_instant(first)
        rows = weeks(audit.user, audit.audited, since, until)
        is_cut = bool(rows) and week_of(since) < rows[0].begins
    begins = [week.begins for week in rows]
    return shown(
        audit,
        "lockbox/auditing/figures.html",
        _("Figures over time"),
        form.query(),
        form=form,
        weeks=rows,
        is_cut=is_cut,
        most=MOST_DECISIONS,
        outcomes=Outcome.labels,
        charts=[
            chart(title, begins, values, period=WEEK, unfinished=week_of(acting.now()))
            for title, values in _numbers(rows)
        ],
    )


def _numbers(rows: list[Week]) -> list[tuple[str, list[int]]]:
    return [
        (_("Came in"), [week.arrived for week in rows]),
        (_("Decided"), [week.decided for week in rows]),
        (_("Median time to a decision (minutes)"), [week.minutes for week in rows]),
        (_("Reads"), [week.reads for week in rows]),
    ]


# From a number to the case that has it.


@auditors_page
@guided("revisor#att-soka-pa-ett-varde")
def find(audit: Audit) -> HttpResponse:
    """Where there is none, to the list that says so beside the number."""
    number = audit.request.GET.get("number", "").strip()[:LONGEST_NUMBER]
    gone = disposed_cases_visible_to(audit.user).filter(diary_number=number)
    if number and (cases_numbered(audit.user, number) or gone.exists()):
        return HttpResponseRedirect(case_url(number))
    query = urlencode({"case": number})
    return HttpResponseRedirect(f"{reverse('admin:audit')}?{query}")


# Unusual reading: simple counts, with the rule of each beside it.

# How the form asks for a time.
PERIOD = ("period", "since", "until")


@auditors_page
@guided("revisor#monster")
def unusual_reading(audit: Audit) -> HttpResponse:
    """For a purpose: how many read unusually; and of a case, or a person, who."""
    form = ReadingForm(audit.request.GET or None, by=audit.user, audited=audit.audited)
    shows = form.is_valid()
    cases = form.cases if shows else []
    rows = _rows(form) if shows else []
    return shown(
        audit,
        "lockbox/auditing/habits.html",
        _("Unusual reading"),
        form.query(),
        on=[row for case in cases for row in rows_about(case)],
        people=[row.person_id for row in rows],
        form=form,
        summary=summary(form.window) if shows else None,
        window=form.window if shows else None,
        rows=[(row, _trail(form, row)) for row in rows],
    )


def _rows(form: ReadingForm) -> list[Habit]:
    person = form.cleaned_data["person"]
    if person is None and not form.reviews:
        return []
    return habits(form.window, person=person, reviews=form.reviews)


def _trail(form: ReadingForm, row: Habit) -> str:
    """The reads themselves, of the same time."""
    time = {name: text for name, text in form.query().items() if name in PERIOD}
    person = reverse("admin:audit_person", args=[row.person_id])
    return f"{person}?{urlencode(time | {'kind': 'read'})}"


# What was done outside the application, and where the recorders do not agree.


@auditors_page
@guided("revisor#8-vad-andrades-utanfor-systemet")
def outside(audit: Audit) -> HttpResponse:
    query = audit.request.GET
    if act := query.get("act", "")[:200]:
        return _outside_rows(audit, act)
    compares = query.get("compare") == "1"
    overview = outside_for(audit.user, audit.audited, compares=compares)
    return shown(
        audit,
        "lockbox/auditing/outside.html",
        _("Outside the system"),
        {"compares": compares},
        overview=overview,
        compares=compares,
        most=MOST_LINES,
    )


def _outside_rows(audit: Audit, act: str) -> HttpResponse:
    """What was written together: of which case each row is, and what became of it."""
    act_rows = rows_of_act(audit.user, audit.audited, act)
    return shown(
        audit,
        "lockbox/auditing/outside_rows.html",
        _("Rows changed outside the system"),
        {"act": act},
        rows=rows_in_words(audit.site, act_rows.entries),
        is_cut=act_rows.is_cut,
        most=MOST_LINES,
    )


# What shows only in many cases, with the rule of each beside it.

YEAR = timedelta(days=365)


@auditors_page
@guided("revisor#monster")
def patterns(audit: Audit) -> HttpResponse:
    """What shows in many cases: of twelve months, where no other time is asked for."""
    form = PeriodForm(audit.request.GET)
    now = acting.now()
    span = (now - YEAR, None)
    if form.is_valid() and form.query():
        span = form.cleaned_data["since"], form.cleaned_data["until"]
    unused = unused_rights(audit.audited, now)
    return shown(
        audit,
        "lockbox/auditing/patterns.html",
        _("Patterns"),
        form.query(),
        form=form,
        times=times_by_authority(audit.user, *span),
        pairs=pairs(audit.user, *span),
        fewest=FEWEST,
        unused=unused[:PATTERNS_MOST],
        is_cut=len(unused) > PATTERNS_MOST,
        most=PATTERNS_MOST,
        days=UNUSED.days,
    )


# One list of everything in the ledger, the newest first.


@auditors_page
@guided("revisor#3-vad-gjorde-nagon-forra-manaden")
def stream(audit: Audit) -> HttpResponse:
    query = audit.request.GET
    form = AuditForm(query, by=audit.user, audited=audit.audited)
    rows, older = [], None
    if form.is_valid():
        if wants_export(audit):
            # Whose lines come is known when all is out: of everybody, everybody's.
            one = form.sought().person
            record_people(audit, audit.audited.people if one is None else [one])
            return exported(audit, selection_of(audit, form), form.query())
        place = place_in(query.get("before", ""))
        page = stream_for(audit.user, audit.audited, form.sought(), place, form.cases)
        rows = rows_in_words(audit.site, page.entries)
        older = page.older
    return shown(
        audit,
        "lockbox/auditing/stream.html",
        _("Everything that happened"),
        form.query(),
        people=[row.by_id for row in rows],
        form=form,
        exports=FORMATS,
        rows=rows,
        **turned(audit, form.query(), older),
    )


def selection_of(
    audit: Audit, form: AuditForm, person: int | None = None, name: str = ""
) -> Selection:
    """What a form without errors selects; `person` by key and name, where it is of
    one."""
    sought, criteria, title = form.sought(), form.in_words(), ""
    if person is not None:
        sought = sought._replace(person=person)
        criteria |= {_("Person"): name}
        title = _("What %(person)s did") % {"person": name}

    def rows() -> Iterator[Out]:
        pieces = whole_stream(audit.user, audit.audited, sought, form.cases)
        for piece in pieces:
            in_words = rows_in_words(audit.site, piece)
            for entry, row in zip(piece, in_words, strict=True):
                yield Out(cells(row), row.key, entry.sight.views)

    def count() -> int:
        return counted(audit.audited, sought, MOST_COUNTED)

    title = title or _("Everything that happened")
    return Selection("audit", title, PAGE_HEADINGS, rows, count, criteria)


# All that somebody did where the auditor audits, and the roles they had when.


@auditors_page
@guided("revisor#3-vad-gjorde-nagon-forra-manaden")
def person_trail(audit: Audit, person_id: int) -> HttpResponse:
    query = audit.request.GET
    person = (
        roles_of_person(audit.audited, person_id)
        if is_first_page(audit)
        else person_named(person_id)
    )
    form = AuditForm(query, by=audit.user, audited=audit.audited, of_one=True)
    rows, older = [], None
    title = _("What %(person)s did") % {"person": person.name}
    if form.is_valid():
        if wants_export(audit) and _is_known(audit, person_id, person):
            record_people(audit, [person_id])
            selection = selection_of(audit, form, person_id, person.name)
            return exported(audit, selection, {**form.query(), "person": person.name})
        place = place_in(query.get("before", ""))
        sought = form.sought()._replace(person=person_id)
        stream = stream_for(audit.user, audit.audited, sought, place, form.cases)
        rows = rows_in_words(audit.site, stream.entries)
        older = stream.older
    if not person.name or not (rows or _is_known(audit, person_id, person)):
        raise Http404
    return shown(
        audit,
        "lockbox/auditing/person.html",
        title,
        {**form.query(), "person": person.name},
        on=[get_user_model()(pk=person_id)],
        form=form,
        exports=FORMATS,
        rows=rows,
        roles=person.changes,
        **turned(audit, form.query(), older),
    )


def _is_known(audit: Audit, person_id: int, person: Person) -> bool:
    """By a role here, or by something done here."""
    if person.changes or audit.audited.is_all:
        return True
    return bool(lines(audit.audited, Sought(person=person_id), limit=1).lines)


# Every change of roles and delegations, in one list.

PAGE = 50
ROLES_HEADINGS = [
    gettext_lazy("Recorded"),
    pgettext_lazy("who did it", "By"),
    gettext_lazy("What was done"),
    gettext_lazy("Name"),
    gettext_lazy("Authority"),
    gettext_lazy("Valid from"),
    gettext_lazy("Valid to"),
    gettext_lazy("Reason"),
    gettext_lazy("Remark"),
]


@auditors_page
@guided("revisor#6-hur-andrades-roller-och-vem-godkande-det")
def role_changes(audit: Audit) -> HttpResponse:
    query = audit.request.GET
    form = RoleChangesForm(query, audited=audit.audited)
    rows = list(answering(audit, form)) if form.is_valid() else []
    if form.is_valid() and wants_export(audit):
        return exported(audit, _roles_selection(rows, form.in_words()), form.query())
    page = query.get("p", "1")
    number = int(page) if page.isdecimal() and len(page) < 5 else 1
    first = max(0, number - 1) * PAGE
    return shown(
        audit,
        "lockbox/auditing/roles.html",
        _("Roles and delegations"),
        form.query(),
        form=form,
        exports=FORMATS,
        rows=rows[first : first + PAGE],
        count=len(rows),
        older=number + 1 if len(rows) > first + PAGE else None,
        newer=number - 1 if first else None,
        hidden_fields=form.query(),
    )


def answering(audit: Audit, form: RoleChangesForm) -> Iterator[RoleChange]:
    """The role changes that a form without errors asks for."""
    criteria = form.cleaned_data
    for row in changes_audited(audit.audited):
        if criteria["since"] and row.at < criteria["since"]:
            continue
        if criteria["until"] and row.at >= criteria["until"]:
            continue
        if criteria.get("authority") and row.authority_id != criteria["authority"]:
            continue
        if criteria["person"] not in (None, row.person_id, row.by_id):
            continue
        if row.backdated or not criteria["backdated"]:
            yield row


def _roles_selection(changes: list[RoleChange], criteria: dict[str, str]) -> Selection:
    def rows() -> Iterator[Out]:
        entries = entries_of_case(changes)
        for row in changes:
            cells = [
                exact_moment(row.at),
                row.by,
                str(row.did),
                row.name,
                row.authority,
                str(row.valid_from),
                str(row.valid_to or ""),
                row.reason,
                str(row.backdated),
            ]
            yield Out(cells, entries.get(row.version), is_open=True)

    title = _("Roles and delegations")
    return Selection(
        "audit_roles", title, ROLES_HEADINGS, rows, lambda: len(changes), criteria
    )


# Who could see a case on a day: as it is told today, and as it was known then.


@auditors_page
@guided("revisor#5-vem-kunde-se-arendet-en-viss-dag")
@unless_disposed_of
def case_sight(audit: Audit, number: str) -> HttpResponse:
    chosen = chosen_case(audit, number)
    query = audit.request.GET
    form = InstantForm(query if "at" in query else None)
    span = instant(acting.now())
    if form.is_bound and form.is_valid():
        span = form.span()
    is_wrong = bool(form.is_bound and form.errors)
    context = case_context(audit, chosen, "audit_sight")
    reviews = [] if is_wrong else context["open"]
    return shown(
        audit,
        "lockbox/auditing/sight.html",
        _("Who could see %(number)s") % {"number": number},
        {"case": number, **span._asdict()},
        on=rows_about(chosen.case),
        **context,
        form=form,
        span=span,
        seen=list(who_could_see(audit.audited, reviews, span)),
    )


# What today's verdict rests on: in one table, with what is not proved.

OK, WARN, STOP = "ok", "warn", "stop"
NOT_COMPARED = (
    gettext_lazy("The memory and the program of the web server"),
    gettext_lazy("Sessions, tokens, queues and heartbeats"),
)
WAYS = {
    Way.STAMP: gettext_lazy("time stamp"),
    Way.COMMAND: gettext_lazy("the command of the settings (not checked from here)"),
}


class Row(NamedTuple):
    """What, compared with what, and with which result: `state` colours it."""

    what: Any
    against: Any
    state: str
    result: Any
    notes: list[str]


@auditors_page
@guided("revisor#9-saknas-nagot-i-historiken-eller-handelseloggen")
def verdict(audit: Audit) -> HttpResponse:
    rests_on = verdict_for(audit.audited)
    rows = list(_verdict_rows(rests_on))
    return shown(
        audit,
        "lockbox/auditing/verdict.html",
        _("What the verdict rests on"),
        {},
        rows=rows,
        differences=sum(one.differences for one in rests_on.compared),
        since=_since(rests_on.compared),
        unproved=sum(row.state != OK for row in rows) - len(NOT_COMPARED),
        not_compared=len(NOT_COMPARED),
        disposals=rests_on.disposals,
        digest=sealer.digest(),
    )


def _since(compared: list[ComparedNow]) -> Any:
    """Since when all of it has been compared once; nothing while it has not."""
    times = [one.since for one in compared]
    return min(times) if all(times) else None  # type: ignore[type-var]


def _verdict_rows(verdict: Verdict) -> Iterator[Row]:
    for one in verdict.compared:
        yield _compared(one, verdict.tables)
    yield _chain(verdict.ledger, verdict.gaps)
    yield _seen(verdict.ledger, verdict.seen)
    if unsigned := verdict.ledger.unsigned:
        text = ngettext("%(n)s line", "%(n)s lines", unsigned) % {"n": unsigned}
        what = _("What was written since the last checkpoint: %(lines)s")
        yield Row(what % {"lines": text}, "–", WARN, _("not proved yet"), [])
    for thing in NOT_COMPARED:
        yield Row(thing, "–", WARN, _("not compared"), [])


def _compared(one: ComparedNow, tables: int) -> Row:
    number = one.differences
    text = ngettext("%(n)s difference", "%(n)s differences", number) % {"n": number}
    state, notes = (STOP if number else OK), []
    if one.since is None:
        state = state if number else WARN
        notes.append(_("has not been compared as a whole yet"))
    else:
        notes.append(_("all of it compared since %(at)s") % {"at": exactly(one.since)})
    if "rows " in one.group.checks:
        notes.insert(0, _("%(n)s tables") % {"n": tables})
    return Row(one.group.what, one.group.against, state, text, notes)


def _chain(ledger: Ledger, gaps: list[Gap]) -> Row:
    what = _("The ledger’s chain: %(n)s lines") % {"n": ledger.lines}
    missing = list(_missing(ledger, gaps))
    if not ledger.checkpoints:
        text = _("No checkpoint is signed: nothing proves it.")
        return Row(what, "–", STOP, _("not proved"), [text, *missing])
    keys = ledger.replaced + 1
    signed = ngettext("%(n)s checkpoint", "%(n)s checkpoints", ledger.checkpoints)
    by = ngettext("%(n)s key", "%(n)s keys", keys)
    against = f"{signed % {'n': ledger.checkpoints}}, {by % {'n': keys}}"
    notes = [
        _("the last one of %(n)s lines, %(at)s")
        % {"n": ledger.newest, "at": exactly(ledger.signed_at)}  # type: ignore[arg-type]
    ]
    return Row(what, against, OK, _("signed"), [*notes, *missing])


def _missing(ledger: Ledger, gaps: list[Gap]) -> Iterator[str]:
    """Numbers that no line has, and what may be the cause."""
    if ledger.missing <= 0:
        return
    yield ngettext(
        "%(n)s number has no line: a transaction that was undone leaves such, and so"
        " does a line that was taken out before it was sealed.",
        "%(n)s numbers have no line: a transaction that was undone leaves such, and so"
        " does a line that was taken out before it was sealed.",
        ledger.missing,
    ) % {"n": ledger.missing}
    for gap in gaps:
        yield _("%(first)s–%(last)s, between %(since)s and %(until)s") % {
            "first": gap.first,
            "last": gap.last,
            "since": exactly(gap.since),
            "until": exactly(gap.until),
        }


def _seen(ledger: Ledger, seen: list[SeenOutside]) -> Row:
    what = _("Seen outside")
    if not seen:
        text = _(
            "No witness, no time stamp, no checkpoint handed out: whoever has this"
            " installation and its key could have made all of it anew."
        )
        return Row(what, "–", WARN, _("by nobody"), [text])
    last = max(seen, key=lambda one: one.at)
    names = "; ".join(str(WAYS.get(one.way, one.who)) for one in seen)
    most = max(one.size for one in seen)
    left = ledger.lines - most
    notes = [
        _("%(n)s lines; the %(left)s after them nobody has seen yet")
        % {"n": most, "left": left}
        if left > 0
        else _("%(n)s lines") % {"n": most}
    ]
    return Row(what, names, OK, _("last %(at)s") % {"at": exactly(last.at)}, notes)


# The auditor's workbench, one page a module: it reads, and changes nothing.


def urls(site: Any) -> list[URLPattern]:
    page = page_of(site)
    return [
        path("revision/", page(stream), name="audit"),
        path("revision/find/", page(find), name="audit_find"),
        path("revision/decisions/", page(decisions), name="audit_decisions"),
        path("revision/roles/", page(role_changes), name="audit_roles"),
        path("revision/reading/", page(unusual_reading), name="audit_reading"),
        path("revision/figures/", page(figures), name="audit_figures"),
        path("revision/patterns/", page(patterns), name="audit_patterns"),
        path("revision/outside/", page(outside), name="audit_outside"),
        path("revision/verdict/", page(verdict), name="audit_verdict"),
        path("revision/audits/", page(saved_audits), name="audit_saved"),
        path("revision/audits/draw/", page(draw), name="audit_draw"),
        path("revision/audits/<int:key>/", page(saved_audit), name="audit_one"),
        path("revision/audits/<int:key>/end/", page(end), name="audit_end"),
        path(
            "revision/audits/<int:key>/case/<int:review>/",
            page(checklist),
            name="audit_checklist",
        ),
        path(
            "revision/audits/<int:key>/report/",
            page(saved_report),
            name="audit_report",
        ),
        path(
            "revision/audits/<int:key>/population/",
            page(population),
            name="audit_population",
        ),
        path(
            "revision/person/<int:person_id>/",
            page(person_trail),
            name="audit_person",
        ),
        path(
            "revision/case/<path:number>/readers/",
            page(case_readers),
            name="audit_readers",
        ),
        path(
            "revision/case/<path:number>/sight/",
            page(case_sight),
            name="audit_sight",
        ),
        path(
            "revision/case/<path:number>/",
            page(case_story),
            name="audit_case",
        ),
    ]
