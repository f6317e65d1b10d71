"""The one base that turns a step of the workflow into a page.

The admin package itself is declarations.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.forms.step import seen_of
from requests_app.permissions.roles import remember_roles
from requests_app.permissions.steps import relation_to
from requests_app.workbench.completion import done
from requests_app.workbench.following_step import button_for_both, page_after
from requests_app.workbench.identity import ask_who_it_is, refuse_unsaid
from requests_app.workbench.leading import leading, put_away
from requests_app.workbench.lists import LockboxAdmin
from requests_app.workbench.pages import look_from, refused
from requests_app.workbench.presence import join, known_at_work
from requests_app.workbench.step_page import StepPage
from requests_app.workflow.drafts.in_use import leave_form
from requests_app.workflow.drafts.keeping import (
    carry_drafts,
    forget_draft,
)
from requests_app.workflow.drafts.pages import (
    draft_context,
    keep_typed_now,
    typed_before,
)
from requests_app.workflow.step import WrongState


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
