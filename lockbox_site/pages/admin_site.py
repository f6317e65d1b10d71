"""The admin site: its index is the work queue, its menu what the person's roles use."""

from functools import partial, update_wrapper
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audit_app.ledger import Kind, record
from lockbox_site import pages
from lockbox_site.oidc import end_of_session, open_providers
from lockbox_site.pages.desk import own_drafts, queue_of, several_waiting
from lockbox_site.pages.registers import shelves, table_links
from lockbox_site.sign_in import ChangePasswordForm, SignInForm, last_here, remember
from requests_app.audit.pages import pages as auditor_pages
from requests_app.audit.pages.page import page_links
from requests_app.audit.steps import audits
from requests_app.cases.intake.sweep import mailbox_troubles
from requests_app.cases.review.rights.decision import can_freeze
from requests_app.cases.review.rights.involvement import can_record
from requests_app.core.drafts import is_script, keep_typed, tell_script
from requests_app.core.models import Heartbeat
from requests_app.core.pages.lists import LockboxAdmin, RecordedAutocomplete
from requests_app.core.pages.steps import guided
from requests_app.core.people.models import Role
from requests_app.core.people.rights import (
    MAP_KEEPERS,
    authorities_of,
    has_role,
    manages,
    roles_of,
    running_authorities_of,
)
from requests_app.desk.go_live import gets_going, lacking
from requests_app.desk.news import since_last
from requests_app.disclosure.rights import (
    HAND_OUT_READERS,
    SHOWS_REGISTER,
    can_record_hand_out,
    can_record_request,
)
from requests_app.duty.sweep.channels import channel_troubles
from requests_app.duty.sweep.ladders import roster_troubles, way_troubles
from requests_app.organisation.law import without_third_manager
from requests_app.oversight.readiness import RUN
from requests_app.oversight.rights import can_record_breach, sees_doors
from requests_app.oversight.sweep import troubles
from requests_app.privacy.rights import PAPER_KEEPERS
from requests_app.records.rights import SEES_RETENTION
from requests_app.registers.rights import can_propose_products, taking_for

METHODS = ("GET", "HEAD", "POST")


class LockboxAdminSite(admin.AdminSite):
    site_title = "Lockbox"
    site_header = "Lockbox"
    index_title = gettext_lazy("To do")
    site_url = None
    enable_nav_sidebar = False
    login_form = SignInForm

    def register(
        self, model_or_iterable: Any, admin_class: Any = None, **options: Any
    ) -> None:
        """Only pages with our base: libraries' own would bring their holes along."""
        if admin_class is not None and issubclass(admin_class, LockboxAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and user.is_active and not user.is_machine

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # What is nowhere is not there for any method.
            if view != self.catch_all_view and request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            if request.method == "POST" and not self.has_permission(request):
                if is_script(request):
                    return tell_script(request)
                keep_typed(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(keeping, view)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # Not Django's: it would ask every model for its permissions on each page.
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "has_permission": self.has_permission(request),
            "available_apps": [],
            "is_popup": False,
            "is_nav_sidebar_enabled": False,
            "menu": self._menu(request),
            "practice_url": settings.PRACTICE_URL,
        }

    def _menu(self, request: HttpRequest) -> list[dict[str, Any]]:
        if not self.has_permission(request):
            return []
        roles = {row.role for row in roles_of(request.user)}
        oversees = Role.DATA_PROTECTION_OFFICER in roles
        hands_out = bool(roles.intersection(HAND_OUT_READERS))
        entries = [
            ("index", _("To do"), True),
            ("requests_app_secrecyreview_changelist", _("Reviews"), True),
            ("requests_app_accessrequest_changelist", _("Requests"), bool(roles)),
            ("requests_app_delivery_changelist", _("Answers"), bool(roles)),
            ("requests_app_accessgrant_changelist", _("Access"), bool(roles)),
            ("requests_app_disclosurerequest_changelist", _("Hand-outs"), hands_out),
            ("search", _("Search"), bool(roles)),
            ("right_now", _("Right now"), sees_doors(request.user)),
            ("overview", _("Overview"), manages(request.user)),
            ("data_protection", _("Data protection"), oversees),
            ("staffing", _("Staffing"), bool(roles)),
            ("registers", _("Registers"), bool(roles)),
            ("audit", pgettext("the work of auditors", "Audit"), Role.AUDITOR in roles),
        ]
        return [
            {
                "url": (url := reverse(f"admin:{name}")),
                "label": label,
                "here": request.path == url
                or (name != "index" and request.path.startswith(url)),
            }
            for name, label, is_shown in entries
            if is_shown
        ]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        way = {"providers": open_providers()}
        response = super().login(request, {**way, **(extra_context or {})})
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            remember(response, request.user.get_username())
        return response

    @guided("arbetsflode#inloggningen")
    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Django's page, with a form that is braked and on record."""
        view = PasswordChangeView.as_view(
            form_class=partial(ChangePasswordForm, request),
            template_name="registration/password_change_form.html",
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Signed out here; where one is still signed in at the provider, a link."""
        is_elsewhere = request.session.get("signed_in_elsewhere")
        more = {"elsewhere": end_of_session(request) if is_elsewhere else ""}
        return super().logout(request, {**more, **(extra_context or {})})

    @guided("arbetsflode#arbetsflodet-steg-for-steg")
    def index(
        self, request: HttpRequest, extra_context: Any = None
    ) -> TemplateResponse:
        user = request.user
        queue = queue_of(request)
        items = queue.lines
        last = last_here(request)
        # The lines show what cases are about: a read like any other.
        shown = [item.name for item in items if item.wants]
        if shown:
            record("queue.read", by=request.user, kind=Kind.READ, shown=shown)
        context = {
            **self.each_context(request),
            "title": _("To do for you"),
            "items": items,
            "queue": queue,
            "several": several_waiting(items, request.GET),
            "main": next((n for n, item in enumerate(items) if item.step), None),
            "may_search": bool(roles_of(user)),
            "may_record": can_record(request.user),
            "may_stop": has_role(user, Role.SECURITY_PROTECTION_MANAGER),
            "may_freeze": can_freeze(user),
            "may_record_breach": can_record_breach(user),
            "may_record_hand_out": can_record_hand_out(user),
            "may_record_data_subject": can_record_request(user),
            "sees_readiness": has_role(user, *RUN),
            "troubles": self._troubles(request),
            # Others than who gets authorities going see first what waits for them.
            "lacking": lacking(user) if gets_going(user) or not items else [],
            "few_managers": without_third_manager(user) if manages(user) else [],
            "news": since_last(user, last, queue.all_of_them) if last else [],
            "last_here": last,
            "audit_pages": page_links() if audits(user) else [],
            "drafts": own_drafts(self, request),
        }
        return TemplateResponse(request, "admin/index.html", context)

    def _troubles(self, request: HttpRequest) -> list[str]:
        """Providers that do not answer, for those who run the connections."""
        if not has_role(request.user, *RUN):
            return []
        beats = list(Heartbeat.objects.all())
        request.heartbeats = beats  # type: ignore[attr-defined]
        theirs = running_authorities_of(request.user, *RUN)
        return [
            *troubles(beats, theirs),
            *mailbox_troubles(beats),
            *channel_troubles(beats, request.user),
            *roster_troubles(beats, request.user),
            *way_troubles(beats),
        ]

    def get_urls(self) -> list[Any]:
        own = path("registers/", self.admin_view(self.registers), name="registers")
        # Django's own way from any row to a page of it elsewhere: there are none.
        theirs = [
            one
            for one in super().get_urls()
            if getattr(one, "name", None) != "view_on_site"
        ]
        return [own, *pages.urls(self), *auditor_pages.urls(self), *theirs]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return RecordedAutocomplete.as_view(admin_site=self)(request)

    @guided("forsta-stegen#de-forsta-stegen")
    def registers(self, request: HttpRequest) -> HttpResponse:
        """Every list the person may open that is not in the menu, by subject."""
        context = {
            **self.each_context(request),
            "title": _("Registers"),
            "shelves": shelves(self._registry, request),
            "sees_retention": bool(authorities_of(request.user, *SEES_RETENTION)),
            "keeps_map": bool(authorities_of(request.user, *MAP_KEEPERS)),
            "keeps_papers": bool(authorities_of(request.user, *PAPER_KEEPERS)),
            "shows_public": bool(authorities_of(request.user, *SHOWS_REGISTER)),
            "takes_packages": taking_for(request.user).exists(),
            "proposes_products": can_propose_products(request.user),
            "tables": table_links(request.user),
        }
        return TemplateResponse(request, "lockbox/register/index.html", context)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: Any = None
    ) -> Any:
        # Whoever shortens an address gets to what stands above it.
        return HttpResponseRedirect(reverse("admin:registers"))
