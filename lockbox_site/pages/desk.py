"""Desk: drafts, guides, queue, search, several, several reviews, stop by number and
take turn."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import Kind, record
from lockbox_site import sign_in
from lockbox_site.web import our_address
from requests_app.cases.intake.rights import visible_to
from requests_app.cases.review.forms.people import StopByNumberForm
from requests_app.cases.review.rights.involvement import answerable_by, routable_by
from requests_app.cases.review.steps.afterwards import (
    propose_striking_off_several,
    stop_several,
)
from requests_app.cases.review.steps.case import register_several
from requests_app.cases.review.steps.people import assign_several
from requests_app.core import catalogue as kept
from requests_app.core.drafts import texts_of
from requests_app.core.forms import SeveralForm
from requests_app.core.pages.steps import (
    ask_who_it_is,
    guided,
    is_sent_and_right,
    refused,
)
from requests_app.core.people.models import Authority, Draft
from requests_app.core.people.rights import BY_ROLE, has_role, roles_of
from requests_app.core.queue import LONGEST, WorkItem, url
from requests_app.core.step import Busy, SomeHindered, WrongState, relation_to
from requests_app.core.words.texts import moment_in_words
from requests_app.desk.forms import (
    FIELDS,
    AssignSeveralForm,
    QueueFilterForm,
    RegisterSeveralForm,
    SearchForm,
    SeveralReviewsForm,
    StrikeOffSeveralForm,
    is_narrowed,
)
from requests_app.desk.queue.everything import (
    everything_for,
    in_order,
    of_step,
    work_for,
)
from requests_app.desk.queue.reviews import FARTHEST
from requests_app.desk.search import case_matches, search
from requests_app.duty.ladders import request_of
from requests_app.duty.models.notices import LadderNotice, TurnTaken, turn_of
from requests_app.duty.models.roster import Act
from requests_app.duty.rights import can_take_turn
from requests_app.duty.steps import address_of, take_turn
from requests_app.templatetags.lockbox import declared_by

# The work queue of the start page, whole or narrowed as its address says.

# So few are looked over at once: they need no filter.
FEW = 5


class Queue(NamedTuple):
    """`lines` of all that wait; `form` where they can be narrowed."""

    lines: list[WorkItem]
    all_of_them: list[WorkItem]
    form: QueueFilterForm | None


def queue_of(request: HttpRequest) -> Queue:
    """Narrowed, all that waits is looked through, and not only what is shown of it."""
    user: Any = request.user
    narrowed = is_narrowed(request.GET)
    items = in_order(everything_for(user, FARTHEST if narrowed else LONGEST))
    if not narrowed and len(items) <= FEW:
        return Queue(items, items, None)
    form = QueueFilterForm(request.GET, items=items, user=user)
    return Queue(form.lines() if narrowed else items, items, form)


# What the script of each page asks for: to stay signed in, the next case, keys.

# What a person switches for themselves: the field, and when it is true.
SWITCHES = {"keys": ("keys_off", "off"), "opens_next": ("opens_next", "on")}


def stay(site: Any, request: HttpRequest) -> HttpResponse:
    """A sign of the person: they stay signed in, as long as it may be."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "stay" not in request.POST:
        raise Http404
    return JsonResponse({"ends": sign_in.prolong(request)})


def next_case(site: Any, request: HttpRequest) -> HttpResponse:
    """On to the form of the next that waits for the person, after the one they come
    from; back to that, where its step was taken and another of it waits for them."""
    items = [item for item in in_order(work_for(request.user, LONGEST)) if item.step]
    here, done = request.GET.get("after", ""), request.GET.get("done", "")
    if done in {item.url for item in items}:
        return HttpResponseRedirect(done)
    places = [n for n, item in enumerate(items, 1) if here in (item.url, item.step_url)]
    following = items[places[0] :] if places else []
    forms = [item.form_url for item in (*following, *items)]
    return HttpResponseRedirect(forms[0] if forms else reverse("admin:index"))


def waiting(site: Any, request: HttpRequest) -> JsonResponse:
    """The addresses of all that waits for the person, narrowed as their page is: the
    start page asks whether any is new, and shows nothing of it before it is loaded
    again."""
    return JsonResponse({"rows": [item.url for item in queue_of(request).lines]})


def keys(site: Any, request: HttpRequest) -> HttpResponse:
    """Switch the keys, or that the next opens after a step, on or off: for the person,
    wherever they sign in."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    switched = {name: request.POST[name] for name in SWITCHES if name in request.POST}
    if not switched or not set(switched.values()) <= {"on", "off"}:
        raise Http404
    user: Any = request.user
    for name, value in switched.items():
        field, when = SWITCHES[name]
        setattr(user, field, value == when)
    with acting_as(user):
        user.save(update_fields=[SWITCHES[name][0] for name in switched])
    return HttpResponseRedirect(our_address(request, request.POST.get("next")))


# What somebody has typed and not sent, as a list on their start page: each with its
# case and form, for as long as they may see the case.


class OwnDraft(NamedTuple):
    draft: Draft
    form: Any
    case: str = ""
    url: str = ""
    # Why the form can't be opened; and then what was written, to be copied.
    trouble: str = ""
    texts: list[str] = []


def own_drafts(site: Any, request: HttpRequest) -> list[OwnDraft]:
    """The newest first. Of a case out of sight only that there is one."""
    person: Any = request.user
    if not person.has_drafts:
        return []
    rows = Draft.objects.filter(person=person.pk).order_by("-saved_at")
    return [_own(site, request, row) for row in rows]


def _own(site: Any, request: HttpRequest, draft: Draft) -> OwnDraft:
    try:
        match = resolve(draft.path)
    except Resolver404:
        return OwnDraft(draft, _("A form that is no more"), trouble=_("It is gone."))
    page = next((page for page in _pages(site) if _is_step_of(page, match)), None)
    if page is None:
        return OwnDraft(draft, _begun(match), url=f"{draft.path}?draft=1")
    obj = page.get_object(request, match.kwargs["object_id"])
    if obj is None or not page.has_view_permission(request, obj):
        trouble = _(
            "You can not see the case any more. What you typed is kept: you get it back"
            " if the case is opened to you again."
        )
        return OwnDraft(draft, _("A case out of sight"), trouble=trouble)
    step = page.steps[match.kwargs["step_name"]]
    relation = relation_to(request.user, obj)
    trouble = step.act.obstacle(relation, obj)
    if not step.act.may(relation, obj):
        trouble = _("This step is not yours to take.")
    if trouble:
        url, texts = page.page_url(obj), texts_of(draft.fields)
        return OwnDraft(draft, step.label, str(obj), url, trouble, texts)
    return OwnDraft(draft, step.label, str(obj), f"{draft.path}?draft=1")


def _begun(match: ResolverMatch) -> str:
    """What a form that is about no row yet is for."""
    owner = declared_by(match.func)
    if hasattr(owner, "opts"):
        return _("New: %(what)s") % {"what": owner.opts.verbose_name}
    authority = Authority.objects.filter(pk=match.kwargs.get("authority_id", 0)).first()
    if match.url_name == "role_plan" and authority:
        return _("Plan of roles: %(name)s") % {"name": authority}
    return _("Something new")


def _pages(site: Any) -> list[Any]:
    return [page for page in site._registry.values() if getattr(page, "steps", None)]


def _is_step_of(page: Any, match: Any) -> bool:
    opts = page.opts
    name = f"{opts.app_label}_{opts.model_name}_step"
    return match.url_name == name and match.kwargs["step_name"] in page.steps


# The guides, as pages: for everybody who works here.


@guided("steg")
def guides(site: Any, request: HttpRequest) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": _("Guides"),
        "guides": [kept.guide(name) for name in kept.GUIDES],
    }
    return TemplateResponse(request, "lockbox/guide/index.html", context)


@guided("steg")
def guide(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    if name not in kept.GUIDES:
        raise Http404
    one = kept.guide(name)
    context = {**site.each_context(request), "title": one.title, "guide": one}
    return TemplateResponse(request, "lockbox/guide/page.html", context)


# Cases by number, object, person, or words in what the person may read of them.


@guided("arbetsflode#sok")
def text_search(site: Any, request: HttpRequest) -> HttpResponse:
    if not roles_of(request.user):
        raise PermissionDenied
    form = SearchForm(request.GET if "q" in request.GET else None, by=request.user)
    results, cases = None, None
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["q"]
        results = search(request.user, text, form.narrowing())
        cases = case_matches(request.user, text.strip())
        reviews = [hit.review for hit in results.hits] + [row.review for row in cases]
        shown = sorted({str(review) for review in reviews})
        record("text.searched", by=request.user, kind=Kind.READ, text=text, shown=shown)
    context = {
        **site.each_context(request),
        "title": _("Search in cases, decisions and notes"),
        "form": form,
        "found": results,
        "cases": cases,
    }
    return TemplateResponse(request, "lockbox/search/page.html", context)


# A page on which several rows are settled together.


def settle_page(
    site: Any,
    request: HttpRequest,
    form: SeveralForm,
    *,
    title: str,
    act: Callable[..., int],
    outcome: Callable[[int], str],
    signs: bool = True,
    back: str = "",
    **context: Any,
) -> HttpResponse:
    """Show the rows, or settle those that were ticked: by `act`, told by `outcome` with
    how many they were. `signs`: does the person say anew who they are? `back`: where
    the page came from, if not from the start page."""
    back = back or reverse("admin:index")
    status = 200
    if is_sent_and_right(request, form, signs=signs):
        count, status = settle(request, form, act)
        if count is not None:
            messages.success(request, outcome(count) % {"n": count})
            return HttpResponseRedirect(back)
    context |= {**site.each_context(request), "title": title, "form": form}
    context["back"] = back
    return TemplateResponse(request, form.template, context, status=status)


def settle(request: Any, form: SeveralForm, act: Callable[..., Any]) -> tuple[Any, int]:
    """What `act` gives; or None, and the status of the form that says why."""
    try:
        return act(by=request.user, **form.step_fields()), 200
    except SomeHindered as error:
        name = form.stop if form.stops else form.go
        for row in error.denied:
            record(f"step.{name}", by=request.user, on=row, kind=Kind.REFUSAL)
        form.hindered(error)
        return None, 409
    except Busy as error:
        return None, refused(form, error)


# Cases that wait for the same step of one's own, taken together: registered, assigned,
# or proposed to be struck off.


class Together(NamedTuple):
    form: type[SeveralReviewsForm]
    right: str
    title: Callable[[], str]
    act: Callable[..., int]
    outcome: Callable[[int], str]


@guided("arbetsflode#registrera")
def together(site: Any, request: HttpRequest, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    kind = STEPS[step]
    if not has_role(request.user, *BY_ROLE[kind.right]):
        raise PermissionDenied
    form = kind.form(
        request.POST if request.method == "POST" else None,
        subject=None,
        by=request.user,
        tick_all="all" in request.GET,
        narrowed_to=request.GET,
    )
    response = settle_page(
        site,
        request,
        form,
        title=kind.title(),
        act=kind.act,
        outcome=kind.outcome,
        signs=False,
    )
    if isinstance(response, TemplateResponse) and form.waiting:
        # The lines show what cases are about: a read like any other.
        shown = [item.name for item in form.waiting if item.wants]
        record("queue.read", by=request.user, kind=Kind.READ, shown=shown)
    return response


def _registered(count: int) -> str:
    return ngettext(
        "%(n)s case has been registered.", "%(n)s cases have been registered.", count
    )


def _assigned(count: int) -> str:
    return ngettext(
        "%(n)s case has been assigned.", "%(n)s cases have been assigned.", count
    )


def _proposed(count: int) -> str:
    return ngettext(
        "It has been proposed to strike %(n)s case off.",
        "It has been proposed to strike %(n)s cases off.",
        count,
    )


def several_waiting(
    items: Sequence[WorkItem], narrowed_to: Any
) -> list[tuple[str, int, str]]:
    """The steps that several of these lines wait for: title, number and address of the
    page that takes them together, narrowed as the queue is."""
    chosen = {name: narrowed_to[name] for name in FIELDS if narrowed_to.get(name)}
    numbers = {step: len(of_step(step, items)) for step in STEPS}
    return [
        (
            STEPS[step].title(),
            number,
            reverse("admin:several", args=[step], query=chosen or None),
        )
        for step, number in numbers.items()
        if number > 1
    ]


STEPS = {
    "register": Together(
        RegisterSeveralForm,
        "registers",
        lambda: _("Register several"),
        register_several,
        _registered,
    ),
    "assign": Together(
        AssignSeveralForm,
        "assigns",
        lambda: _("Assign several"),
        assign_several,
        _assigned,
    ),
    "propose-striking-off": Together(
        StrikeOffSeveralForm,
        "proposes_striking_off",
        lambda: _("Propose to strike off several"),
        propose_striking_off_several,
        _proposed,
    ),
}


# A stop for protective security by whoever was told a number, and reads no case.


@guided("steg#stoppa-for-sakerhetsskydd")
def stop_by_number(site: Any, request: HttpRequest) -> HttpResponse:
    """Who they are is asked before the form: nothing typed on it is kept anywhere."""
    if not has_role(request.user, *BY_ROLE["stops"]):
        raise PermissionDenied
    path = request.get_full_path()
    if request.method == "GET" and (asks := ask_who_it_is(request, None, path)):
        return asks
    form = StopByNumberForm(
        request.POST or None,
        subject=None,
        by=request.user,
        initial={"case": request.GET.get("case", "")},
    )
    status = 200
    if is_sent_and_right(request, form, signs=True):
        status = _stop(request, form)
        if status == 302:
            return HttpResponseRedirect(_receipt(request, form))
    if form.has_error("case"):
        record("stop.no_case", by=request.user, kind=Kind.REFUSAL)
    title = _("Stop a case by its number")
    context = {**site.each_context(request), "title": title, "form": form}
    return TemplateResponse(request, form.template, context, status=status)


def _stop(request: HttpRequest, form: StopByNumberForm) -> int:
    """The status of the answer: 302 when they are stopped."""
    try:
        stop_several(by=request.user, **form.step_fields())
    except (WrongState, ValidationError) as error:
        return refused(form, error)
    text = _("Stopped %(at)s: %(cases)s. Nobody can approve the request any more.")
    cases = ", ".join(str(row) for row in form.reviews)
    at = moment_in_words(acting.now())
    messages.success(request, text % {"at": at, "cases": cases})
    return 302


def _receipt(request: HttpRequest, form: StopByNumberForm) -> str:
    """The case itself, where they see it: it says what happens now."""
    stopped = [row.pk for row in form.reviews]
    seen = visible_to(request.user).filter(pk__in=stopped).first()
    return url("secrecyreview_change", seen.pk) if seen else reverse("admin:index")


# “I take it”: what a notice on the phone leads to. It decides nothing.

# What a turn can be of, by the name in the address: those that the person may know.
SUBJECTS = {
    "secrecyreview": visible_to,
    "accessrequest": routable_by,
    "delivery": answerable_by,
}


@guided("aviseringsstegar#jag-tar-det")
def take_turn_page(
    site: Any, request: HttpRequest, kind: str, pk: int, act: str
) -> HttpResponse:
    user: Any = request.user
    known = SUBJECTS.get(kind)
    subject: Any = known(user).filter(pk=pk).first() if known and act in Act else None
    if subject is None or not can_take_turn(user, subject):
        raise Http404
    trouble, status = "", 200
    if request.method == "POST":
        try:
            taken = take_turn(subject, by=user, act=act)
        except WrongState as error:
            trouble, status = str(error), 503 if isinstance(error, Busy) else 409
        else:
            text = _("It is yours until %(time)s. The others are told so.")
            values = {"time": moment_in_words(taken.held_until)}
            messages.success(request, text % values)
            return HttpResponseRedirect(request.path)
    record("turn.read", by=user, on=subject, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": str(subject),
        "trouble": trouble,
        "page": address_of(subject),
        "act": Act(act).label,
        **_facts(subject, act),
    }
    return TemplateResponse(
        request, "lockbox/notice_ladder/take_turn.html", context, status=status
    )


def _facts(subject: Any, act: str) -> dict[str, Any]:
    request, item = request_of(subject), address_of(subject)
    what = {"item": item, "act": act, "turn": turn_of(subject)}
    turns = TurnTaken.objects.filter(**what).select_related("person")
    notices = LadderNotice.objects.filter(**what).exclude(sent_at=None)
    return {
        "answer_by": request.clock.answer_by,
        "waits": request.status in request.AWAITING,
        "held": turns.filter(held_until__gt=acting.now()).first(),
        "told": notices.filter(taken=None).order_by("sent_at").count(),
        "maybe_twice": notices.filter(maybe_twice=True).exists(),
    }
