"""The steps of every domain: first time, beginning, completion, files, following step,
identity, leading, pages, presence and trials."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial, update_wrapper
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from requests_app.core.catalogue import part
from requests_app.core.drafts import (
    Known,
    Ticket,
    carry_drafts,
    company_in_words,
    company_under,
    draft_context,
    draft_of,
    forget_draft,
    is_writing,
    keep_sent,
    keep_typed_now,
    leave_form,
    typed_before,
    use_form,
)
from requests_app.core.forms import StepForm, is_version, proposed_data, seen_of
from requests_app.core.models import Content
from requests_app.core.pages.lists import LockboxAdmin, StepPage
from requests_app.core.people.rights import remember_roles
from requests_app.core.step import Busy, WrongState, relation_to
from requests_app.core.words.texts import moment_in_words

# Has somebody taken such a step lately? Told by the lines that each page and each
# change has left; nothing is kept of it but that its text was put away.

A_YEAR = timedelta(days=365)


def put_away_event(step_name: str) -> str:
    return f"step.{step_name}.put_away"


def is_first_in_a_year(user: Any, subject: Any, step_name: str) -> bool:
    """Neither taken, of any subject of the kind, nor put away. It is taken where the
    request that looked at its form also changed that subject."""
    lines = LedgerEntry.objects.filter(
        actor_id=user.pk,
        at__gt=acting.now() - A_YEAR,
        object_type=subject._meta.db_table,
    )
    changed = LedgerEntry.objects.filter(
        object_type=OuterRef("object_type"),
        object_id=OuterRef("object_id"),
        request_id=OuterRef("request_id"),
        kind=Kind.CHANGE,
    )
    taken = Q(Exists(changed), event=f"step.{step_name}.read") & ~Q(request_id="")
    return not lines.filter(taken | Q(event=put_away_event(step_name))).exists()


# Before a decision is signed, or power given or taken: has the person just said who
# they are?
#
# When they did stands in their session (lockbox_site.sign_in), which the page
# "confirm_identity" renews.


def ask_who_it_is(request: HttpRequest, obj: Any, path: str) -> HttpResponse | None:
    """To the page that asks, with what was typed kept for the way back; None where the
    person has said it lately."""
    if has_said_lately(request):
        return None
    if request.method == "POST":
        path = _draft_address(request, obj, path)
    query = urlencode({"next": path})
    return HttpResponseRedirect(f"{reverse('admin:confirm_identity')}?{query}")


def has_said_lately(request: HttpRequest) -> bool:
    asked_at = request.session.get("identified_at", 0)
    return time.time() - asked_at <= settings.STEP_UP_MINUTES * 60


def is_sent_and_right(request: HttpRequest, form: Any, *, signs: bool) -> bool:
    """Where it `signs`, also by somebody who has just said who they are."""
    if signs and form.is_bound and form.is_valid():
        refuse_unsaid(request, form)
    return form.is_bound and form.is_valid()


def refuse_unsaid(request: HttpRequest, form: Any) -> None:
    """For a form that is shown again with all that was typed: say so first."""
    if has_said_lately(request):
        return
    text = _(
        '<a href="{url}" target="_blank">Confirm who you are</a> in a window of its'
        " own, and send this again."
    )
    form.add_error(None, format_html(text, url=reverse("admin:confirm_identity")))


def _draft_address(request: HttpRequest, obj: Any, path: str) -> str:
    """The address at which the person finds what they typed."""
    ticket = Ticket(request.user.pk or 0, path, obj._meta.label_lower, obj.pk)
    if keep_sent(ticket, dict(request.POST.lists())):
        return f"{path}?draft=1"
    text = _(
        "Nothing of what you typed is kept meanwhile: protective security may be"
        " concerned."
    )
    messages.warning(request, text)
    return path


# The page on which something new begins: a form, kept as a draft while it is typed.


def as_typed(kind: Any, request: HttpRequest, **more: Any) -> Any:
    """A form of this class as it was sent, or with what the person had typed on this
    page before."""
    is_post, typed = request.method == "POST", None
    if not is_post:
        typed = typed_before(request, request.path, at_once=not kind.is_secret)
    data = request.POST if is_post else typed
    files = request.FILES if is_post else None
    form = kind(data, files, by=request.user, **more)
    if typed is not None:
        form.show_again()
    return form


class BeginningMixin:
    """For an admin page: where the person may begin a row of its kind, this is how."""

    opts: Any
    admin_site: Any
    gives_power: Any
    has_add_permission: Callable[..., bool]
    # The form by which a row begins; None where a row comes in another way.
    begins_with: Any = None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        form = self._new_form(request)
        if "keep" in request.POST and form.keeps:
            answer = keep_typed_now(request, None, request.path)
            return answer or HttpResponseRedirect(request.path)
        return self.begin(request, form)

    def begin(self, request: HttpRequest, form: Any) -> HttpResponse:
        """What is made of the form, or the form again."""
        raise NotImplementedError

    def beginning(self, request: HttpRequest) -> dict[str, Any]:
        """What else the form is made of."""
        return {}

    def _new_form(self, request: HttpRequest) -> Any:
        """The form by which something new begins, for whoever may."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        more = self.beginning(request)
        return as_typed(self.begins_with, request, subject=None, **more)

    def made(self, request: HttpRequest, form: Any, act: Callable[..., Any]) -> Any:
        """What the step makes of a form that was sent and is right; None otherwise, and
        the form says why."""
        if not self.is_sent(request, form):
            return None
        try:
            new = act(by=request.user, **form.step_fields())
        except ValidationError as error:
            form.add_errors(error)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            forget_draft(request.user, request.path)
            return new
        return None

    def is_sent(self, request: HttpRequest, form: Any) -> bool:
        """Was it sent, and is it right?"""
        is_sent = request.method == "POST"
        return is_sent and is_sent_and_right(request, form, signs=self.gives_power)

    def new_page(
        self, request: HttpRequest, title: str, form: Any, **more: Any
    ) -> HttpResponse:
        """The form by which something new begins, where a step makes it."""
        context = {
            **more,
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "keeps": form.keeps,
        }
        if form.keeps:
            context |= draft_context(request, request.path, at_once=True)
        return TemplateResponse(request, form.template, context)


# What follows a step that has been committed: nothing of it may say otherwise.

log = logging.getLogger(__name__)


def done(
    request: HttpRequest,
    message: Any,
    *,
    to: Callable[[], str],
    otherwise: str,
    first: Callable[[], Any] = lambda: None,
) -> HttpResponseRedirect:
    """Say that it is done and lead on: `to` the page that follows, or `otherwise`
    where looking for it fails. `first` is what belongs to the step and can wait."""
    messages.success(request, message)
    try:
        first()
        return HttpResponseRedirect(to())
    except Exception:
        log.exception("after %s", request.path)
        return HttpResponseRedirect(otherwise)


# What is fetched as a file: saved by the browser, and never shown in a page.


def saved_as(body: bytes | str, media_type: str, name: str) -> HttpResponse:
    return named(HttpResponse(body, content_type=media_type), name)


def named(answer: Any, name: str) -> Any:
    """The same answer, to be saved under that name."""
    answer.headers["Content-Disposition"] = (
        content_disposition_header(True, name) or "attachment"
    )
    return answer


# Two steps of the same person that always follow each other, by one button.


def button_for_both(
    steps: dict[str, StepPage], step_name: str, obj: Any, relation: Any
) -> Any:
    """The button for a step and the one it leads to; empty where the person could not
    take that one."""
    step = steps[step_name]
    if not step.both:
        return ""
    return step.both if steps[step.leads].offered(relation, obj) else ""


def page_after(
    admin: Any, request: HttpRequest, obj: Any, step: StepPage, led_on: bool
) -> str:
    """Straight on to the step that follows, for whoever pressed that button; to the
    next in the queue, for whoever wants that when a case has gone on."""
    following = admin.steps.get(step.leads) if "on" in request.POST else None
    # Who takes a case is something else to it afterwards.
    relation = relation_to(request.user, obj)
    if following is not None and following.offered(relation, obj):
        if step.both:
            return take_as_proposed(admin, request, obj, step.leads)
        path = admin.step_url(obj, step.leads)
        is_begun = draft_of(request.user, path) is not None
        return f"{path}?draft=1" if is_begun else path
    if led_on and request.user.opens_next:  # type: ignore[union-attr]
        done_with = urlencode({"done": admin.page_url(obj)})
        return f"{reverse('admin:next')}?{done_with}"
    return str(admin.after_step(request, obj))


def take_as_proposed(admin: Any, request: HttpRequest, row: Any, step_name: str) -> str:
    """Take a step with what its form proposes; where that is not enough nothing is
    done, and the person is told. The address of the page to go to: the form, if there
    is something to fill in."""
    step = admin.steps[step_name]
    obj = admin.visible_or_404(request, str(row.pk))
    relation = relation_to(request.user, obj)
    why = step.act.obstacle(relation, obj)
    if why or not step.act.may(relation, obj):
        why = why or _("that is for somebody else to do.")
        messages.warning(request, f"{step.label}: {why}")
        return admin.page_url(obj)
    about = {"subject": obj, "by": request.user, "relation": relation}
    form = step.form(proposed_data(step.form(**about)), **about)
    try:
        if not form.is_valid():
            raise ValidationError(_("something is to be filled in first."))
        was = obj.version
        step.act(obj, by=request.user, **form.step_fields())
    except (WrongState, ValidationError) as error:
        why = " ".join(getattr(error, "messages", [str(error)]))
        messages.warning(request, f"{step.label}: {why}")
        return admin.step_url(obj, step_name)
    messages.success(request, step.message(obj))
    admin.afterwards(request.user, obj, step_name, step, was)
    return admin.after_step(request, obj)


# What leads by the hand whoever has not taken a step for a year, until put away.

PUT_AWAY = "put_away"


def put_away(request: HttpRequest, obj: Any, step_name: str) -> bool:
    """Was the button for it pressed? Then it is kept, as a line of the person's."""
    if PUT_AWAY not in request.POST:
        return False
    record(put_away_event(step_name), by=request.user, on=obj, kind=Kind.READ)
    return True


def leading(request: HttpRequest, obj: Any, step_name: str, step: StepPage) -> str:
    """The guide's text, as HTML."""
    is_first = is_first_in_a_year(request.user, obj, step_name)
    return part(step.guide) if is_first else ""


# Parts of pages that belong to no single model.


def page_of(site: Any) -> Callable[[Callable[..., HttpResponse]], Any]:
    """A view that takes the site first, as the site's own views are: signed in only."""

    def page(view: Callable[..., HttpResponse]) -> Any:
        return site.admin_view(update_wrapper(partial(view, site), view))

    return page


def guided(place: str) -> Callable[[Any], Any]:
    """A view that the guide tells of there."""

    def mark(view: Any) -> Any:
        view.guide = place
        return view

    return mark


def refused(form: StepForm, error: WrongState | ValidationError) -> int:
    """The form says why, at the field it is about. Returns the status of the answer."""
    if isinstance(error, ValidationError):
        form.add_errors(error)
        return 200
    form.add_error(None, str(error))
    form.is_overtaken = not isinstance(error, Busy)
    return 409 if form.is_overtaken else 503


def proof_file(proof: Content) -> HttpResponse:
    """Saved and never shown in the page: it came from outside."""
    response = HttpResponse(proof.body, content_type=proof.media_type)
    response.headers["Content-Disposition"] = "attachment; filename=proof"
    return response


def look_from(obj: Any, request: HttpRequest, form: Any) -> None:
    """Let the step compare with what the form was made from, which the page says."""
    if form.seen is None:
        return
    seen = request.POST.get("seen", "")
    if not is_version(seen):
        raise WrongState(_("Nothing says what you saw: look at it, and try again."))
    obj.version = int(seen)


# Who else is at work on a case: told on its page and on its forms, to whoever may know
# that they are.


def known_at_work(page: Any, request: HttpRequest, obj: Any) -> Known:
    """Those whose names the page tells: by the row's history, or by the row itself."""
    known = page.known_people(request, obj)

    def may_be_told(ids: set[int]) -> set[int]:
        return page.at_work_told(obj, known(ids) if known else ids)

    return may_be_told


def join(page: Any, request: HttpRequest, obj: Any, path: str) -> str:
    """The person opens one of its forms: who is there already."""
    known = known_at_work(page, request, obj)
    return company_in_words(use_form(request.user, path, known))


def at_work(page: Any, request: HttpRequest, obj: Any) -> str:
    """Who has which of its forms open, and who types: a sentence for each."""
    texts = []
    base = page.page_url(obj).removesuffix("change/") + "do/"
    for row in company_under(request.user, base, known_at_work(page, request, obj)):
        step = page.steps.get(row.path.removeprefix(base).strip("/"))
        if step is None:
            continue
        words = {"person": row.person, "form": step.label}
        if is_writing(row):
            text = _("%(person)s is writing now: %(form)s.")
        else:
            words["at"] = moment_in_words(row.since)
            text = _("%(person)s has “%(form)s” open since %(at)s.")
        texts.append(text % words)
    return " ".join(texts)


# The one base that turns a step of the workflow into a page.
#
# The admin package itself is declarations.


class StepsAdmin(LockboxAdmin):
    """One page for each step that an object can take."""

    steps: dict[str, StepPage] = {}
    # Do its rows give or take power? Then whoever adds or changes one, or takes a step
    # of it, has just said who they are.
    gives_power = False

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        own = [path("<path:object_id>/do/<slug:step_name>/", view, name=name)]
        return own + super().get_urls()

    def buttons(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> list[dict[str, Any]]:
        rights, leading = self.rights_known(request, obj), self.leading_on(obj)
        return [
            {
                "label": step.label,
                "url": self.step_url(obj, name),
                "name": name,
                "main": step.main(relation, obj) or name in leading,
                "stands": step.stands,
            }
            for name, step in self.steps.items()
            if step.offered(relation, obj, rights)
        ]

    def rights_known(self, request: HttpRequest, obj: Any) -> dict[Any, bool]:
        """What the page has asked already of the rules of its steps, by rule."""
        return {}

    def leading_on(self, obj: Any) -> set[str]:
        """Names of the steps that the object waits for: their buttons stand out."""
        return set()

    def step_url(self, obj: Any, name: str) -> str:
        opts = self.opts
        return reverse(
            f"admin:{opts.app_label}_{opts.model_name}_step", args=[obj.pk, name]
        )

    def page_url(self, obj: Any) -> str:
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk]
        )

    def step_view(
        self, request: HttpRequest, object_id: str, step_name: str
    ) -> HttpResponse:
        """GET shows the form, POST takes the step; what was typed is never lost."""
        step = self.steps.get(step_name)
        if step is None:
            raise Http404
        obj = self.visible_or_404(request, object_id)
        relation = relation_to(request.user, obj)
        if not step.act.may(relation, obj):
            record(f"step.{step_name}", by=request.user, on=obj, kind=Kind.REFUSAL)
            raise PermissionDenied(_("This step is not yours to take."))
        path = self.step_url(obj, step_name)
        keeps = "keep" in request.POST
        if keeps or put_away(request, obj, step_name):
            known = known_at_work(self, request, obj)
            answer = keeps and keep_typed_now(request, obj, path, seen_of(obj), known)
            if answer:
                return answer
            form = step.form(
                request.POST, subject=obj, by=request.user, relation=relation
            )
            form.show_again()
            return self._form_page(request, obj, step_name, form)
        # The form shows what the case is about: a read like any other.
        record(f"step.{step_name}.read", by=request.user, on=obj, kind=Kind.READ)
        if request.method == "POST":
            return self._take_step(request, obj, step_name, step, relation)
        return self._show_form(request, obj, step_name, step, relation)

    def signs(self, step: StepPage) -> bool:
        return step.signs or self.gives_power

    def refuse_without_reason(self, request: HttpRequest, form: Any) -> None:
        super().refuse_without_reason(request, form)
        if self.gives_power:
            refuse_unsaid(request, form)

    def _show_form(
        self,
        request: HttpRequest,
        obj: Any,
        step_name: str,
        step: StepPage,
        relation: Any,
    ) -> HttpResponse:
        path = self.step_url(obj, step_name)
        if obstacle := step.act.obstacle(relation, obj):
            messages.error(request, obstacle)
            return HttpResponseRedirect(self.page_url(obj))
        if self.signs(step) and (confirmation := ask_who_it_is(request, obj, path)):
            return confirmation
        typed = typed_before(request, path, seen=seen_of(obj), at_once=step.keeps)
        form = step.form(typed, subject=obj, by=request.user, relation=relation)
        if typed is not None:
            form.show_again()
        return self._form_page(request, obj, step_name, form)

    def _take_step(
        self,
        request: HttpRequest,
        obj: Any,
        step_name: str,
        step: StepPage,
        relation: Any,
    ) -> HttpResponse:
        form = step.form(
            request.POST, request.FILES, subject=obj, by=request.user, relation=relation
        )
        if form.asks_again():
            form.show_again()
            return self._form_page(request, obj, step_name, form)
        if not form.is_valid():
            return self._form_page(request, obj, step_name, form)
        path = self.step_url(obj, step_name)
        if self.signs(step) and (confirmation := ask_who_it_is(request, obj, path)):
            return confirmation
        # Was it what the case waited for, and not something beside it?
        led_on = step_name in self.leading_on(obj)
        try:
            look_from(obj, request, form)
            was = seen_of(obj)
            result = step.act(obj, by=request.user, **form.step_fields())
        except PermissionDenied:
            record(f"step.{step_name}", by=request.user, on=obj, kind=Kind.REFUSAL)
            raise
        except (WrongState, ValidationError) as error:
            status = refused(form, error)
            return self._form_page(request, obj, step_name, form, status=status)
        if step.shows:
            return self.show_once(request, obj, step.shows, result)
        return done(
            request,
            step.message(obj) or capfirst(_("done.")),
            first=lambda: self.afterwards(request.user, obj, step_name, step, was),
            to=lambda: page_after(self, request, obj, step, led_on),
            otherwise=self.page_url(obj),
        )

    def afterwards(
        self, user: Any, obj: Any, step_name: str, step: StepPage, was: Any
    ) -> None:
        """`was`: the version that the step began with."""
        path = self.step_url(obj, step_name)
        forget_draft(user, path)
        leave_form(user, path)
        if step.is_beside:
            carry_drafts(user, path.removesuffix(f"{step_name}/"), was, obj.version)
        step.afterwards(obj, by=user)

    def show_once(
        self, request: HttpRequest, obj: Any, template: str, result: Any
    ) -> HttpResponse:
        """Answer the step itself: what it gives is kept in no message or session."""
        context = {
            **self.admin_site.each_context(request),
            "title": str(obj),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "given": result,
        }
        return TemplateResponse(request, template, context)

    def after_step(self, request: HttpRequest, obj: Any) -> str:
        """Back to the page; to the start page when the case is no longer theirs."""
        # The step read their roles anew; what is asked now is asked of one reading.
        remember_roles(request.user)
        if self.get_object(request, str(obj.pk)) is None:
            return reverse("admin:index")
        return self.page_url(obj)

    def _form_page(
        self,
        request: HttpRequest,
        obj: Any,
        step_name: str,
        form: Any,
        status: int = 200,
    ) -> HttpResponse:
        path, step = self.step_url(obj, step_name), self.steps[step_name]
        context = {
            **self.admin_site.each_context(request),
            **draft_context(request, path, obj, seen=form.state, at_once=step.keeps),
            "keeps": step.keeps,
            "company": join(self, request, obj, path) if step.keeps else "",
            "title": step.label,
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "form": form,
            "leading": leading(request, obj, step_name, step),
            "both": button_for_both(self.steps, step_name, obj, form.relation),
        }
        return TemplateResponse(request, form.template, context, status=status)


# A rule that is tried on what there was, before two persons set it.

TRY = "_try"


class TrialAdmin(LockboxAdmin):
    """A form with a button that saves nothing, and shows what the rule would have
    done."""

    def trial(self, request: HttpRequest, rule: Any) -> Any:
        """None for a rule that can't be tried as it stands."""
        raise NotImplementedError

    def refuse_without_reason(self, request: HttpRequest, form: Any) -> None:
        if TRY not in request.POST:
            super().refuse_without_reason(request, form)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        """What is only tried is not saved."""
        if TRY in request.POST and not form.errors:
            form.add_error(None, _("This was a trial: nothing has been saved."))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        form = context["adminform"].form
        rule = self._typed(form) if form.is_bound else kwargs.get("obj")
        trial = self.trial(request, rule) if rule is not None else None
        may_try = self.has_change_permission(request, kwargs.get("obj"))
        context |= {"trial": trial, "may_try": may_try}
        return super().render_change_form(request, context, *args, **kwargs)

    def _typed(self, form: Any) -> Any:
        """The rule as it would be saved; None for one that lacks something."""
        typed = form.cleaned_data if hasattr(form, "cleaned_data") else {}
        if not set(form.fields) <= set(typed):
            return None
        values = {name: typed[name] for name in form.fields}
        return self.model(pk=form.instance.pk, **values)
