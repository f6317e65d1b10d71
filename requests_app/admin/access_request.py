from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from audit_app.row_versions import Source
from requests_app.admin.access_request_steps import STEPS
from requests_app.admin.arrival import payload_page
from requests_app.admin.filters import Product
from requests_app.admin.registering import register_too
from requests_app.forms.access_request import ManualRequestForm
from requests_app.models import (
    AccessRequest,
    OutsideAnswer,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.known_people import known_people
from requests_app.permissions.request_visibility import (
    can_read_request,
    is_loose,
    requests_visible_to,
)
from requests_app.permissions.roles import roles_of
from requests_app.permissions.steps import can_record
from requests_app.permissions.visibility import readable_by, visible_to
from requests_app.selectors.clocks import clock_of
from requests_app.selectors.dossier.objects import objects_of
from requests_app.selectors.entry import near_doubles, outside_answer_of
from requests_app.selectors.moved import hides_objects, merged_into, merged_with
from requests_app.templatetags.lockbox import moment
from requests_app.words.addresses import printable
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.completion import done
from requests_app.workbench.pages import proof_file
from requests_app.workbench.step_page import link_to
from requests_app.workflow import intake
from requests_app.workflow.drafts.keeping import forget_draft
from requests_app.workflow.step import WrongState


def _rows(user: Any) -> models.QuerySet[AccessRequest]:
    return requests_visible_to(user).select_related(
        "connection__product", "connection__authority", "justification"
    )


@admin.register(AccessRequest)
class AccessRequestAdmin(CaseAdmin):
    guide = "arbetsflode#begaran-kommer-in"
    rows = staticmethod(_rows)
    list_display = [
        "__str__",
        "case_at_provider",
        "connection",
        "received",
        "deadline",
        "get_status_display",
    ]
    list_filter = [
        "status",
        ("connection__product", Product),
        "received_at",
        "received_by",
    ]
    list_select_related = ["connection__product"]
    request_path = "pk"
    add_label = _("Record a request")
    ordering = ["-received_at"]
    page_template = "lockbox/request/page.html"
    steps = STEPS

    @admin.display(description=_("answer by"), ordering=deadline_path())
    def deadline(self, obj: AccessRequest) -> str:
        return moment(obj.clock.answer_by)

    @admin.display(description=_("support case"), ordering="support_case")
    def case_at_provider(self, obj: AccessRequest) -> str:
        return printable(obj.support_case)

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, obj: AccessRequest) -> str:
        return moment(obj.received_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_record(request.user)

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("arrivals/<int:arrival_id>/", self.payload_view, "payload"),
            ("proof/", self.proof_view, "proof"),
        )
        pages = [
            path(
                f"<path:object_id>/{route}",
                self.admin_site.admin_view(view),
                name=f"requests_app_accessrequest_{name}",
            )
            for route, view, name in own
        ]
        return pages + super().get_urls()

    begins_with = ManualRequestForm

    def begin(self, request: HttpRequest, form: ManualRequestForm) -> HttpResponse:
        """A request typed from the provider's portal."""
        if self.is_sent(request, form):
            try:
                return self._record(request, form)
            except WrongState as error:
                form.add_error(None, str(error))
        both = gettext("Record and register") if form.may_register else ""
        return self.new_page(request, gettext("Record a request"), form, both=both)

    def _record(self, request: HttpRequest, form: ManualRequestForm) -> HttpResponse:
        received = intake.receive(
            form.cleaned_data["connection"],
            form.application,
            by=request.user,
            payload=form.payload,
            received_by=AccessRequest.ReceivedBy.MANUAL,
            received_at=form.cleaned_data["requested_at"],
            recorded_afterwards=form.cleaned_data["recorded_afterwards"],
            picture=form.cleaned_data["picture"],
        )
        return done(
            request,
            gettext("The request has been recorded."),
            first=lambda: forget_draft(request.user, request.path),
            to=lambda: self._after_recording(request, received.access_request),
            otherwise=reverse("admin:index"),
        )

    def _after_recording(self, request: HttpRequest, obj: Any) -> str:
        to = self.after_step(request, obj)
        steps = self.admin_site.get_model_admin(SecrecyReview)
        return register_too(steps, request, obj, to) if "on" in request.POST else to

    def page_context(
        self, request: HttpRequest, obj: AccessRequest, relation: Any
    ) -> dict[str, Any]:
        reads = can_read_request(request.user, obj)
        visible = visible_to(request.user).filter(access_request=obj)
        reviews = list(visible.select_related("authority", "case_officer"))
        objects = obj.requested_objects.still_named()
        if not reads:
            readable = readable_by(request.user)
            objects = objects.filter(review__in=readable.values("pk"))
        grants = list(obj.grants.all())
        named = objects_of(objects)
        shown = [row.row for row in named]
        return {
            "reads": reads,
            "reviews": reviews,
            "objects": named,
            "hides_objects": not reads and hides_objects(reviews, shown, obj),
            "merged_into": merged_into(request.user, obj),
            "merged_with": merged_with(request.user, obj),
            "arrivals": _arrivals(obj) if reads else (),
            "outside_answer": outside_answer_of(obj) if reads else None,
            "doubles": _doubles(request.user, obj) if reads else (),
            "clock": clock_of(obj, grants),
            "grants": grants,
            "is_loose": is_loose(obj),
        }

    def buttons(
        self, request: HttpRequest, obj: AccessRequest, relation: Any
    ) -> list[dict[str, Any]]:
        """After the request's own steps: on to the reviews it has been routed to."""
        own = super().buttons(request, obj, relation)
        main = not any(button["main"] for button in own)
        reviews = visible_to(request.user).filter(access_request=obj)
        return own + [
            link_to(gettext("To the review %(name)s") % {"name": review}, review, main)
            for review in reviews.live().select_related("authority")
        ]

    def payload_view(
        self, request: HttpRequest, object_id: str, arrival_id: int
    ) -> HttpResponse:
        """What arrived, word for word."""
        obj = self.visible_or_404(request, object_id)
        rows = obj.arrivals.select_related("payload", "source")
        arrival = rows.filter(pk=arrival_id).first()
        if arrival is None or not can_read_request(request.user, obj):
            raise Http404
        return payload_page(self, request, obj, arrival)

    def proof_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What shows that it was answered outside Lockbox."""
        obj = self.visible_or_404(request, object_id)
        answer = outside_answer_of(obj)
        reads = can_read_request(request.user, obj)
        if answer is None or answer.proof is None or not reads:
            raise Http404
        record("request.proof_read", by=request.user, on=obj, kind=Kind.READ)
        return proof_file(answer.proof)

    def history_sources(
        self, request: HttpRequest, obj: AccessRequest, reads: bool
    ) -> list[Source]:
        """The request, and of its objects those of reviews that the person reads."""
        own = Source(AccessRequest, "id", obj.pk)
        if reads:
            theirs = (RequestedObject, OutsideAnswer)
            return [
                own,
                *(Source(each, "access_request_id", obj.pk) for each in theirs),
            ]
        read = readable_by(request.user).filter(access_request=obj)
        keys = read.values_list("pk", flat=True)
        return [own, *(Source(RequestedObject, "review_id", pk) for pk in keys)]

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj)

    def reads(self, request: HttpRequest, obj: AccessRequest) -> bool:
        return can_read_request(request.user, obj)


def _arrivals(obj: AccessRequest) -> models.QuerySet[Any]:
    return obj.arrivals.select_related("arrived_by", "reason")


def _doubles(user: Any, obj: AccessRequest) -> list[Any]:
    """While it can still be merged."""
    return near_doubles(user, obj) if obj.status in AccessRequest.AWAITING else []
