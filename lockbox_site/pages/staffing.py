"""Staffing: confirm identity, devices, first links, notices, recertification, role plan
and waiting roles."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import Resolver404, URLPattern, path, resolve, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app import acting
from audit_app.ledger import Kind, record
from lockbox_site import sign_in
from lockbox_site.configuration import provider_for
from lockbox_site.pages.desk import settle, settle_page
from lockbox_site.sign_in import ConfirmForm
from lockbox_site.web import address_of, our_address
from requests_app.core.drafts import draft_context, forget_draft, keep_typed_now
from requests_app.core.forms import StepForm
from requests_app.core.pages.steps import as_typed, guided, is_sent_and_right, refused
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import (
    MANAGERS,
    SECOND_PERSONS,
    SEE_STAFFING,
    authorities_of,
    has_role,
    roles_of,
)
from requests_app.core.queue import NoticeKind
from requests_app.core.step import WrongState
from requests_app.desk.go_live import plan_now
from requests_app.duty.forms import RecertificationForm
from requests_app.duty.models.notices import (
    ALWAYS_TOLD,
    OWN_WAYS,
    PHONE_NUMBER,
    NoticeChannel,
    NoticeChoice,
    NoticeWay,
    PhoneNumber,
    PushDevice,
)
from requests_app.duty.models.roster import RosterCalendar, RosterGroup
from requests_app.duty.powers import confirm_all, end_all
from requests_app.duty.rights import (
    authorities_by_name,
    offers_open_to,
    rosters_visible_to,
)
from requests_app.duty.roster.coverage import (
    boards,
    coverage_of,
    month_of,
    on_duty_now,
    rosters_with_places,
    shifts_to_show,
    ways_to,
    weeks,
)
from requests_app.duty.roster.gaps import gap_lines
from requests_app.duty.steps import (
    add_device,
    choose_notices,
    end_calendar,
    end_device,
    make_calendar,
    tell_number,
)
from requests_app.organisation.forms import (
    FirstLinksForm,
    RolePlanForm,
    WaitingRolesForm,
)
from requests_app.organisation.law import PLANS
from requests_app.organisation.steps import (
    PlanGiven,
    confirm_roles,
    give_plan,
    make_links,
    refuse_roles,
)
from requests_app.providers.secrets import public_key

# Saying again who one is, before a decision is signed.


@guided("arbetsflode#inloggningen")
def confirm_identity(site: Any, request: HttpRequest) -> HttpResponse:
    """A link to the identity provider, for whoever signed in there, or a password."""
    back_to = our_address(request, request.GET.get("next"))
    is_elsewhere = bool(request.session.get("signed_in_elsewhere"))
    form = None if is_elsewhere else ConfirmForm(request, request.POST or None)
    if form is not None and form.is_bound and form.is_valid():
        sign_in.identify(request)
        user: Any = request.user
        record("user.identity_confirmed", by=user, on=user, kind=Kind.AUTH)
        return HttpResponseRedirect(back_to)
    query = urlencode({"again": "1", "next": back_to})
    context = {
        **site.each_context(request),
        "title": _("Confirm who you are"),
        "form": form,
        "provider": provider_for(request) if is_elsewhere else None,
        "elsewhere": f"{reverse('sign_in_elsewhere')}?{query}",
        "back_to": back_to,
        "is_kept": "draft=1" in back_to,
        **_what_it_is_for(site, request, back_to),
    }
    return TemplateResponse(request, "lockbox/sign_in/confirm.html", context)


def _what_it_is_for(site: Any, request: HttpRequest, address: str) -> dict[str, Any]:
    """The step that waits, and the case or row it is taken of: of what the person may
    see."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return {}
    key, name = match.kwargs.get("object_id"), match.kwargs.get("step_name")
    for page in site._registry.values():
        opts = page.opts
        if key and match.url_name == f"{opts.app_label}_{opts.model_name}_step":
            step = getattr(page, "steps", {}).get(name)
            about = page.get_object(request, key)
            return {"about": about, "step": step.label} if about and step else {}
    return {}


# How a person is reached on the phone: their browsers, and their number.


class NumberForm(StepForm):
    number = forms.CharField(
        required=False,
        max_length=16,
        validators=[PHONE_NUMBER],
        label=gettext_lazy("Number for text messages"),
        help_text=gettext_lazy(
            "With the country first, such as +46701234567. Empty: no text messages."
        ),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )


class DeviceForm(StepForm):
    """The browser fills in all but the name (push.js)."""

    name = forms.CharField(
        label=gettext_lazy("What you call this browser"),
        max_length=60,
        help_text=gettext_lazy("Such as “my phone”."),
    )
    endpoint = forms.CharField(widget=forms.HiddenInput, max_length=2000)
    p256dh = forms.CharField(widget=forms.HiddenInput, max_length=200)
    auth = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def clean(self) -> dict[str, Any]:
        # Nobody sees the hidden fields: their errors stand above the form.
        hidden = [
            name for name in ("endpoint", "p256dh", "auth") if name in self.errors
        ]
        for name in hidden:
            del self._errors[name]
        if hidden:
            text = _("The browser did not tell where notices are to go.")
            self.add_error(None, text)
        return self.cleaned_data


@guided("aviseringsstegar#din-telefon")
def devices(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    sent = request.POST.get("form", "")
    data = request.POST if request.method == "POST" else None
    row = PhoneNumber.objects.filter(person=user.pk).first()
    number = NumberForm(
        data if sent == "number" else None,
        subject=None,
        by=user,
        initial={"number": row.number if row else ""},
    )
    device = DeviceForm(data if sent == "device" else None, subject=None, by=user)
    status, forms_sent = 200, {"number": number, "device": device}
    if sent in forms_sent and forms_sent[sent].is_valid():
        done, status = _act(sent, forms_sent[sent], user)
        if done:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("admin:devices"))
    elif sent == "end":
        own = get_object_or_404(PushDevice, person=user.pk, pk=_key(request))
        if not own.ended_at:
            end_device(own, by=user, reason=_("Ended by the person."))
            messages.success(request, _("The device gets nothing more."))
        return HttpResponseRedirect(reverse("admin:devices"))
    context = {
        **site.each_context(request),
        "title": _("My phone"),
        "form": device if sent == "device" else number,
        "number": number,
        "device": device,
        "devices": PushDevice.objects.filter(person=user.pk, ended_at=None),
        "ended": PushDevice.objects.filter(person=user.pk).exclude(ended_at=None)[:5],
        "key": public_key(),
        "has_gateway": NoticeChannel.objects.filter(
            kind=NoticeChannel.Kind.SMS, ended_at=None
        ).exists(),
    }
    return TemplateResponse(
        request, "lockbox/person/devices.html", context, status=status
    )


def _key(request: HttpRequest) -> int:
    text = request.POST.get("device", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _act(sent: str, form: Any, user: Any) -> tuple[str, int]:
    """What is said of it, and the status of the answer where it was refused."""
    fields = form.step_fields()
    try:
        if sent == "number":
            tell_number(user, by=user, **fields)
            return _("Your number is saved."), 200
        device = add_device(user, by=user, **fields)
        return _("Notices come to %(name)s from now on.") % {"name": device.name}, 200
    except (ValidationError, WrongState) as error:
        if isinstance(error, ValidationError) and "endpoint" in getattr(
            error, "error_dict", {}
        ):
            error = ValidationError(error.messages)
        return "", refused(form, error)


# Links by which new people choose their first password, on one sheet to print.


@guided("arbetsflode#konton")
def first_links(site: Any, request: HttpRequest) -> HttpResponse:
    """The sheet answers the making itself: no link is kept anywhere."""
    user: Any = request.user
    if not has_role(user, Role.SYSTEM_ADMINISTRATOR):
        raise PermissionDenied
    form = FirstLinksForm(
        request.POST if request.method == "POST" else None,
        subject=None,
        by=user,
        tick_all="all" in request.GET,
    )
    context = {
        **site.each_context(request),
        "title": _("Links for new accounts"),
        "form": form,
        "back": reverse("admin:lockbox_site_user_changelist"),
    }
    status = 200
    if is_sent_and_right(request, form, signs=True):
        links, status = settle(request, form, make_links)
        if links is not None:
            until = acting.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
            context |= {"links": links, "until": until}
            return TemplateResponse(request, "lockbox/person/link_sheet.html", context)
    return TemplateResponse(request, form.template, context, status=status)


# What the person is told of, and by which way.


class Cell(NamedTuple):
    """A kind by a way: its box, or why it is always told."""

    way: Any
    box: Any
    always: Any


class Column(NamedTuple):
    """A way, and where it goes; or what lacks for it to go anywhere, and where that is
    added."""

    way: Any
    is_there: bool
    says: str
    link: str = ""
    link_says: str = ""


class NoticesForm(forms.Form):
    """A box for each kind of notice and way; what is always told has none."""

    def __init__(self, *args: Any, choice: NoticeChoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            for way in OWN_WAYS:
                if (way, kind) in ALWAYS_TOLD:
                    continue
                self.fields[NoticeChoice.switch(way, kind)] = forms.BooleanField(
                    label=f"{kind.label}: {way.label}",
                    initial=choice.is_on(way, kind),
                    required=False,
                )

    def rows(self) -> Iterator[tuple[Any, list[Cell]]]:
        for kind in NoticeKind:
            yield kind.label, [self._cell(way, kind) for way in OWN_WAYS]

    def _cell(self, way: NoticeWay, kind: NoticeKind) -> Cell:
        always = ALWAYS_TOLD.get((way, kind), "")
        box = None if always else self[NoticeChoice.switch(way, kind)]
        return Cell(capfirst(way.label), box, always)

    def chosen(self) -> list[str]:
        return [switch for switch, is_on in self.cleaned_data.items() if is_on]


@guided("arbetsflode#vad-som-nar-dig")
def notices(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    choice = NoticeChoice.objects.filter(person=user.pk).first() or NoticeChoice()
    data = request.POST if request.method == "POST" else None
    form = NoticesForm(data, choice=choice)
    if request.method == "POST" and form.is_valid():
        choose_notices(user, form.chosen())
        messages.success(request, _("Your choice of notices is saved."))
        return HttpResponseRedirect(reverse("admin:notices"))
    context = {
        **site.each_context(request),
        "title": _("What reaches me, and how"),
        "form": form,
        "columns": _columns(user),
    }
    return TemplateResponse(request, "lockbox/person/notices.html", context)


def _columns(user: Any) -> list[Column]:
    there = ways_to(user)
    says = {
        NoticeWay.MAIL: _mail(user, there[NoticeWay.MAIL]),
        NoticeWay.PUSH: _phone(user),
        NoticeWay.SMS: _number(user, there[NoticeWay.SMS]),
    }
    return [Column(capfirst(way.label), there[way], *says[way]) for way in OWN_WAYS]


def _mail(user: Any, is_there: bool) -> tuple[str, ...]:
    if is_there:
        return (user.email,)
    if not settings.MAIL_SERVER:
        return (_("This Lockbox sends no mail: no mail server is set."),)
    text = _("You have no e-mail address in Lockbox.")
    if user.email:
        text = _("The mail server does not take %(address)s.") % {"address": user.email}
    if has_role(user, Role.SYSTEM_ADMINISTRATOR):
        account = reverse("admin:lockbox_site_user_change", args=[user.pk])
        return text, account, _("Correct the address")
    return (f"{text} {_('Ask your system administrator.')}",)


def _phone(user: Any) -> tuple[str, ...]:
    if not settings.PUSH_KEY:
        return (_("This Lockbox sends no notices to phones."),)
    rows = PushDevice.objects.filter(person=user.pk, ended_at=None)
    if names := ", ".join(rows.values_list("name", flat=True)):
        return (names,)
    text = _("No browser of yours takes notices.")
    return text, reverse("admin:devices"), _("Add one")


def _number(user: Any, is_there: bool) -> tuple[str, ...]:
    row = PhoneNumber.objects.filter(person=user.pk).first()
    if row is None or not row.number:
        text = _("You have told no number.")
        return text, reverse("admin:devices"), _("Tell your number")
    if is_there:
        return (row.number,)
    return (_("No authority where you have a role sends text messages."),)


# All power that waits for somebody to confirm it anew, on one page.


@guided("arbetsflode#behorigheter-bekraftas-pa-nytt")
def recertification(site: Any, request: HttpRequest) -> HttpResponse:
    if not roles_of(request.user):
        raise PermissionDenied
    form = RecertificationForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        tick_all="all" in request.GET,
    )
    record("recertification.read", by=request.user, kind=Kind.READ)
    return settle_page(
        site,
        request,
        form,
        title=_("Rights and roles to confirm anew"),
        act=end_all if form.stops else confirm_all,
        outcome=_ended if form.stops else _confirmed,
    )


def _ended(count: int) -> str:
    return ngettext("%(n)s has ended.", "%(n)s have ended.", count)


def _confirmed(count: int) -> str:
    return ngettext(
        "%(n)s is confirmed for another year.",
        "%(n)s are confirmed for another year.",
        count,
    )


# A plan of roles for few people: who is what now, what takes an explanation, and seats
# for three or five whose roles are given in one go.


@guided("forsta-stegen#roller")
def role_plan(
    site: Any, request: HttpRequest, authority_id: int, number: int
) -> HttpResponse:
    user: Any = request.user
    if not authorities_of(user, *SEE_STAFFING):
        raise PermissionDenied
    authority = Authority.objects.filter(pk=authority_id).first()
    if authority is None or number not in PLANS:
        raise Http404
    if not has_role(user, *SEE_STAFFING, authority=authority.pk):
        raise Http404
    form = None
    if has_role(user, *MANAGERS, authority=authority.pk):
        if "keep" in request.POST:
            answer = keep_typed_now(request, None, request.path)
            return answer or HttpResponseRedirect(request.path)
        form = as_typed(RolePlanForm, request, subject=authority, number=number)
        if (given := _given(request, form)) is not None:
            forget_draft(user, request.path)
            _tell(request, given)
            return HttpResponseRedirect(request.path)
    record("role_plan.read", by=user, on=authority, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Plan of roles: %(name)s") % {"name": authority},
        "authority": authority,
        "number": number,
        "numbers": sorted(PLANS),
        "now": plan_now(authority),
        "form": form,
        "waiting": reverse("admin:waiting_roles", args=[authority.pk]),
    }
    if form is not None:
        context["keeps"] = form.keeps
        context |= draft_context(request, request.path, at_once=True)
    return TemplateResponse(request, RolePlanForm.template, context)


def _given(request: HttpRequest, form: RolePlanForm) -> PlanGiven | None:
    if request.method != "POST" or not is_sent_and_right(request, form, signs=True):
        return None
    try:
        return give_plan(form.subject, by=request.user, **form.step_fields())
    except ValidationError as error:
        form.add_errors(error)
        return None


def _tell(request: HttpRequest, given: PlanGiven) -> None:
    text = ngettext(
        "%(n)s role is given. Another confirms it.",
        "%(n)s roles are given. Another confirms them.",
        given.number,
    )
    messages.success(request, text % {"n": given.number})
    for row, why in given.left:
        text = _("Left: %(role)s for %(name)s. %(why)s")
        names = {"role": row.get_role_display(), "name": row.person, "why": why}
        messages.warning(request, text % names)


# Who is on duty, when nobody may and can act, and one's own shifts.

MOST = 50


@guided("bemanning")
def staffing(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not roles_of(user):
        raise PermissionDenied
    record("staffing.read", by=user, kind=Kind.READ)
    groups = rosters_with_places(user)
    shifts = shifts_to_show(user, groups)
    context = {
        **site.each_context(request),
        "title": _("Staffing"),
        "on_duty": on_duty_now(groups, shifts),
        "shifts": [row for row in shifts if row.person_id == user.pk][:MOST],
        "offers": _offers(user),
        "lays": bool(authorities_of(user, *SEE_STAFFING)),
        **_covered(user, groups),
    }
    return TemplateResponse(request, "lockbox/roster/staffing.html", context)


def _offers(user: Any) -> Any:
    rows = offers_open_to(user).filter(ends_at__gt=acting.now())
    related = ("group__authority", "shift__person", "in_return")
    return rows.select_related(*related).order_by("begins_at")[:MOST]


def _covered(user: Any, groups: list[RosterGroup]) -> dict[str, Any]:
    """Eight weeks ahead, of the authorities whose staffing the person sees."""
    seen = authorities_of(user, *SEE_STAFFING)
    if not seen:
        return {}
    coverage = coverage_of(seen)
    authorities = authorities_by_name(user, *SEE_STAFFING)
    lines = gap_lines(coverage, authorities, groups, MOST)
    return {
        "plans": authorities,
        "boards": boards(coverage, authorities),
        "weeks": weeks(coverage),
        "gaps": lines.first,
        "number": lines.number,
        "more": lines.more,
    }


@guided("bemanning#manaden-och-din-egen-kalender")
def roster_month(site: Any, request: HttpRequest, group_id: int) -> HttpResponse:
    groups = rosters_visible_to(request.user).select_related("authority")
    group = groups.filter(pk=group_id).first()
    if group is None:
        raise Http404
    record("roster_month.read", by=request.user, on=group, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": str(group),
        "group": group,
        "month": month_of(group, _month(request.GET.get("month", ""))),
    }
    return TemplateResponse(request, "lockbox/roster/month.html", context)


def _month(text: str) -> date:
    """The first day of 2026-12; of this month, where it is none."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return acting.today().replace(day=1)
    return first if 2000 <= first.year < 2100 else acting.today().replace(day=1)


@guided("bemanning#manaden-och-din-egen-kalender")
def calendar_address(site: Any, request: HttpRequest) -> HttpResponse:
    """The secret address of one's own calendar: made, shown once, and ended."""
    user: Any = request.user
    if not roles_of(user):
        raise PermissionDenied
    running = RosterCalendar.objects.filter(person=user.pk, ended_at=None).first()
    context = {
        **site.each_context(request),
        "title": _("My shifts in my own calendar"),
        "running": running,
    }
    if request.method == "POST" and "end" in request.POST:
        if running is not None:
            end_calendar(running, by=user)
            messages.success(request, _("The address tells nothing more."))
        return HttpResponseRedirect(reverse("admin:calendar_address"))
    if request.method == "POST":
        context["address"] = request.build_absolute_uri(
            address_of(make_calendar(by=user))
        )
    return TemplateResponse(request, "lockbox/roster/calendar.html", context)


def staffing_urls(page: Callable[[Any], Any]) -> list[URLPattern]:
    return [
        path("staffing/", page(staffing), name="staffing"),
        path(
            "staffing/<int:group_id>/",
            page(roster_month),
            name="roster_month",
        ),
        path(
            "staffing/calendar/",
            page(calendar_address),
            name="calendar_address",
        ),
    ]


# All roles of an authority that wait for a second person, on one page.


@guided("steg#bekrafta-en-roll")
def waiting_roles(site: Any, request: HttpRequest, authority_id: int) -> HttpResponse:
    user: Any = request.user
    own = authorities_of(user, *SECOND_PERSONS)
    if not own:
        raise PermissionDenied
    authority = get_object_or_404(Authority, pk=authority_id)
    form = WaitingRolesForm(
        request.POST if request.method == "POST" else None,
        subject=authority,
        by=user,
        tick_all="all" in request.GET,
    )
    if not form.waiting and authority.pk not in own:
        raise Http404
    return settle_page(
        site,
        request,
        form,
        title=_("Roles that wait: %(name)s") % {"name": authority},
        act=refuse_roles if form.stops else confirm_roles,
        outcome=_refused if form.stops else _waiting_roles_confirmed,
    )


def _refused(count: int) -> str:
    return ngettext("%(n)s role is refused.", "%(n)s roles are refused.", count)


def _waiting_roles_confirmed(count: int) -> str:
    return ngettext(
        "%(n)s role is confirmed and can be used.",
        "%(n)s roles are confirmed and can be used.",
        count,
    )
