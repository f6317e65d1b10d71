"""Request, of the admin pages of the desk: access request, access request steps,
arrival, authority and register change."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import Source
from audit_app.ledger import Kind, record
from requests_app.cases.access.forms import AnsweredOutsideForm
from requests_app.cases.access.models import OutsideAnswer
from requests_app.cases.access.queue import clock_of
from requests_app.cases.intake import admin as intake_admin
from requests_app.cases.intake.admin import DealtWith
from requests_app.cases.intake.forms import (
    ChangedByProviderForm,
    CompleteNoticeForm,
    ConfirmMailForm,
    CorrectEntryForm,
    HandleArrivalForm,
    JoinAuditIdForm,
    LinkNarrowerForm,
    ManualRequestForm,
    MergeForm,
    MoveForm,
    WithdrawForm,
)
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    RequestedObject,
    deadline_path,
)
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import (
    arrivals_visible_to,
    can_read_arrival,
    can_read_request,
    is_loose,
    known_people,
    readable_by,
    requests_visible_to,
    visible_to,
)
from requests_app.cases.intake.selectors import (
    hides_objects,
    merged_into,
    merged_with,
    near_doubles,
    objects_of,
    outside_answer_of,
)
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.admin import Product, register_too
from requests_app.cases.review.forms.people import RouteForm
from requests_app.cases.review.rights.involvement import can_record
from requests_app.cases.review.steps import case
from requests_app.core import two_persons
from requests_app.core.drafts import forget_draft
from requests_app.core.forms import NumberField
from requests_app.core.models import Content
from requests_app.core.pages.case import CaseAdmin, EnteredInOwn, SecondPersonStatus
from requests_app.core.pages.lists import LockboxAdmin, StepPage, always, link_to
from requests_app.core.pages.steps import done, proof_file
from requests_app.core.people.models import Authority, Role, SecrecyBranch
from requests_app.core.people.rights import (
    MANAGERS,
    MAP_KEEPERS,
    SEES_UNROUTED,
    has_role,
    roles_of,
    within_reach,
)
from requests_app.core.step import WrongState
from requests_app.core.two_persons import (
    GUARDED,
    RegisterChange,
    changes_visible_to,
    settlers,
    settlers_of,
)
from requests_app.core.words.texts import moment, printable
from requests_app.organisation.rights import does_run
from requests_app.oversight import selectors
from requests_app.privacy.models import ProcessingPaper
from requests_app.registers.forms import (
    ConfirmChangeForm,
    ConfirmFileForm,
    RefuseChangeForm,
    RefuseFileForm,
)
from requests_app.registers.models.changes import Publication
from requests_app.registers.models.information import ClassificationLabel, Origin
from requests_app.registers.selectors import differences

# The steps of a request, in the order in which their buttons stand.

STEPS = {
    "complete": StepPage(
        _("Complete from the portal"),
        steps_request.complete_notice,
        CompleteNoticeForm,
        main=lambda _by, obj: obj.is_draft,
        done=_("What the notice lacked has been recorded."),
        guide="steg#skriv-klart-begaran",
    ),
    "route": StepPage(
        _("Route"),
        case.route,
        RouteForm,
        main=lambda _by, obj: not obj.is_draft,
        done=_("The request has been routed."),
        guide="steg#fordela-begaran",
    ),
    "merge": StepPage(
        _("Merge with another"),
        steps_request.merge,
        MergeForm,
        done=_("The request has been merged."),
        guide="steg#sla-ihop-eller-koppla-arenden",
    ),
    "link-narrower": StepPage(
        _("Link to the request that it is narrower than"),
        steps_request.link_narrower,
        LinkNarrowerForm,
        done=_("The requests have been linked."),
        guide="steg#sla-ihop-eller-koppla-arenden",
    ),
    "correct-entry": StepPage(
        _("Correct what was typed"),
        steps_request.correct_entry,
        CorrectEntryForm,
        done=_("The request has been corrected."),
        guide="steg#ratta-det-som-skrevs-in",
    ),
    "move": StepPage(
        _("Move to another connection"),
        steps_request.move_to_connection,
        MoveForm,
        done=_("The request has been moved."),
        guide="steg#flytta-till-ratt-anslutning",
    ),
    "record-change": StepPage(
        _("Record the provider's change"),
        steps_request.record_change,
        ChangedByProviderForm,
        done=_("The change has been recorded."),
        guide="steg#anteckna-leverantorens-andring",
    ),
    "join-audit-id": StepPage(
        _("Join with the provider's audit log"),
        steps_request.join_audit_id,
        JoinAuditIdForm,
        done=_("The id has been joined with the request."),
        guide="steg#sla-ihop-eller-koppla-arenden",
    ),
    "answered-outside": StepPage(
        _("Answered outside Lockbox"),
        steps_request.record_outside_answer,
        AnsweredOutsideForm,
        done=_("What was answered has been recorded."),
        guide="steg#anteckna-ett-svar-utanfor-lockbox",
    ),
    "withdraw": StepPage(
        _("Withdrawn by the provider"),
        dialogue.withdraw,
        WithdrawForm,
        done=_("The withdrawal has been recorded."),
        guide="steg#leverantoren-tar-tillbaka-begaran",
    ),
}


# What arrived and could not be taken in.


def payload_page(
    case_admin: CaseAdmin, request: HttpRequest, obj: Any, arrival: Arrival
) -> HttpResponse:
    """The payload as a page to read; with ?bytes=1 byte for byte, as plain text; with
    ?picture=1 what it was typed from."""
    record("arrival.read", by=request.user, on=arrival, kind=Kind.READ)
    if "picture" in request.GET and arrival.source is not None:
        return proof_file(arrival.source)
    if "bytes" in request.GET:
        return HttpResponse(
            arrival.payload.body, content_type="text/plain; charset=utf-8"
        )
    context = {
        **case_admin.admin_site.each_context(request),
        "title": gettext("What arrived"),
        "opts": case_admin.opts,
        "object": obj,
        "page_url": case_admin.page_url(obj),
        "arrival": arrival,
    }
    return TemplateResponse(request, "lockbox/arrival/payload.html", context)


def _record_link() -> dict[str, Any]:
    url = reverse("admin:requests_app_accessrequest_add")
    return {"label": gettext("Record a request"), "url": url, "main": False}


@admin.register(Arrival)
class ArrivalAdmin(CaseAdmin):
    guide = "arbetsflode#begaran-kommer-in"
    list_display = ["__str__", "connection", "arrived", "trouble", "is_handled"]
    list_filter = [DealtWith, ("connection__product", Product), "arrived_at"]
    list_select_related = ["connection__product", "handled"]
    request_path = "access_request"
    is_register = True
    page_template = "lockbox/arrival/page.html"
    steps = {
        "confirm-mail": StepPage(
            _("It is genuine: take it in"),
            dialogue.confirm_mail,
            ConfirmMailForm,
            done=_("The notice has been taken in as a request."),
            guide="steg#ett-inkommet-mejl",
        ),
        "handle": StepPage(
            _("Dealt with"),
            steps_request.handle_arrival,
            HandleArrivalForm,
            main=always,
            done=_("The arrival is noted as dealt with."),
            guide="steg#ett-inkommet-mejl",
        ),
    }

    @admin.display(description=_("arrived"), ordering="arrived_at")
    def arrived(self, obj: Arrival) -> str:
        return moment(obj.arrived_at)

    @admin.display(description=_("dealt with"), boolean=True)
    def is_handled(self, obj: Arrival) -> bool:
        return not obj.is_unhandled

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *SEES_UNROUTED)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Arrival]:
        return arrivals_visible_to(request.user).select_related(
            "connection__product",
            "handled",
            "arrived_by",
            "access_request",
            "mail__rule",
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.payload_view)
        own = [
            path("<path:object_id>/payload/", view, name="requests_app_arrival_payload")
        ]
        return own + super().get_urls()

    def payload_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        if not can_read_arrival(request.user, obj):
            raise Http404
        return payload_page(self, request, obj, obj)

    def page_context(
        self, request: HttpRequest, obj: Arrival, relation: Any
    ) -> dict[str, Any]:
        return {
            "reads_it": can_read_arrival(request.user, obj),
            "is_doubted": dialogue.is_doubted(obj),
        }

    def buttons(
        self, request: HttpRequest, obj: Arrival, relation: Any
    ) -> list[dict[str, Any]]:
        """What to do with it: look at its request, or type in what it asks for."""
        own = super().buttons(request, obj, relation)
        about = obj.access_request
        if about is None:
            return own + ([_record_link()] if self._may_record(request, obj) else [])
        visible = requests_visible_to(request.user).filter(pk=about.pk)
        if not visible.exists():
            return own
        label = gettext("To the request %(name)s") % {"name": about}
        return [*own, link_to(label, about, main=not own)]

    def _may_record(self, request: HttpRequest, obj: Arrival) -> bool:
        runs = obj.connection.authority_id
        return can_record(request.user, authority=runs)

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # An arrival never changes: it has no history of its own.
        raise Http404


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
        received = steps_request.receive(
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


@admin.register(Authority)
class AuthorityAdmin(EnteredInOwn, LockboxAdmin):
    """Made by a system administrator; kept by the authority's own managers."""

    guide = "arbetsflode#en-ny-myndighets-forsta-it-chefer"

    list_display = ["name", "code", "kind"]
    search_fields = ["name", "code"]
    authority_path = "pk"
    seen_in_municipality = True
    kept_by = MANAGERS
    entered_by = (Role.SYSTEM_ADMINISTRATOR,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.SYSTEM_ADMINISTRATOR)

    def choosable(self, request: HttpRequest) -> QuerySet[Authority]:
        """Authorities within the person's reach, and those that they stand in for by
        an agreement."""
        reach = Q(municipality__in=within_reach(request.user))
        return Authority.objects.filter(reach | does_run(request.user, ""))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Its managers stand in for others: it does not move to where these are."""
        return ("municipality",) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "managers_from":
            kwargs["form_class"] = NumberField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "regime":
            kwargs["help_text"] = _(
                "What the authority's lawyers hold an answer to a provider to be."
                " Decisions keep what was said here when they were made; the notice on"
                " appeal follows it."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(SecrecyBranch)
class SecrecyBranchAdmin(LockboxAdmin):
    guide = "forsta-stegen#fler-myndigheter"
    list_display = ["name", "authority"]
    list_select_related = ["authority"]
    authority_path = "authority"
    seen_in_municipality = True
    kept_by = MANAGERS


@admin.register(ClassificationLabel)
class ClassificationLabelAdmin(LockboxAdmin):
    guide = "forsta-stegen#informationsmangder"
    list_display = ["authority", "aspect", "level", "label"]
    list_select_related = ["authority"]
    list_filter = ["aspect"]
    authority_path = "authority"
    kept_by = MAP_KEEPERS


def _package_in(change: RegisterChange) -> Content | None:
    """What would be published: whoever confirms it reads it."""
    if change.row_model is not Publication:
        return None
    return Content.objects.filter(pk=change.new_values.get("body_id")).first()


@admin.register(RegisterChange)
class RegisterChangeAdmin(CaseAdmin):
    guide = "arbetsflode#tva-personer"
    page_template = "lockbox/register_change/page.html"
    is_register = True
    list_display = ["row_name", "register", "act", "authority", "proposed_by", "status"]
    list_select_related = ["authority", "proposed_by"]
    list_filter = [SecondPersonStatus]
    search_fields = ["row_name", "reason"]
    search_help_text = _("What it is about, or the reason")
    steps = {
        "confirm": StepPage(
            _("Confirm the change"),
            two_persons.confirm,
            ConfirmChangeForm,
            main=always,
            done=_("The change has been confirmed and is in force."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
        "refuse": StepPage(
            _("Refuse the change"),
            two_persons.refuse,
            RefuseChangeForm,
            done=_("The change has been refused: everything stays as it was."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
        "confirm-file": StepPage(
            _("Confirm all that came in the file"),
            two_persons.confirm_file,
            ConfirmFileForm,
            done=_("The changes have been confirmed and are in force."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
        "refuse-file": StepPage(
            _("Refuse all that came in the file"),
            two_persons.refuse_file,
            RefuseFileForm,
            done=_("The changes have been refused: everything stays as it was."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
        "withdraw": StepPage(
            _("Take the proposal back"),
            two_persons.withdraw,
            RefuseChangeForm,
            done=_("The proposal has been taken back."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
    }

    @property
    def seen_by(self) -> list[str]:  # type: ignore[override]
        return [*settlers(), Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR]

    @admin.display(description=_("register"))
    def register(self, obj: RegisterChange) -> Any:
        return obj.row_model._meta.verbose_name

    @admin.display(description=_("status"))
    def status(self, obj: RegisterChange) -> Any:
        return obj.state

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RegisterChange]:
        return changes_visible_to(request.user)

    def page_context(
        self, request: HttpRequest, obj: RegisterChange, relation: Any
    ) -> dict[str, Any]:
        waits = not obj.is_settled
        keepers = [] if not waits else GUARDED[obj.row_model].keepers
        return {
            "waits": waits,
            "settlers": settlers_of(obj).select_related("person") if waits else [],
            "roles": ", ".join(str(Role(role).label) for role in keepers),
            "differences": differences(obj),
            "trial": intake_admin.trial_of_change(obj) if waits else None,
            "rule_trial": selectors.trial_of_change(obj, request.user)
            if waits
            else None,
            "origin": Origin.objects.filter(change=obj).first(),
            "package": _package_in(obj),
            "is_of_paper": obj.row_model is ProcessingPaper,
            "register": obj.row_model._meta.verbose_name,
        }
