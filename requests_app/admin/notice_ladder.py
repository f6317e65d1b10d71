from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.notice_ladder import NoticeLadderForm
from requests_app.models import Connection, NoticeLadder, RoleAssignment
from requests_app.models.notice_rungs import DEFAULT, read, written
from requests_app.permissions.roles import MANAGERS, SEE_STAFFING, authorities_of
from requests_app.selectors.ladders.preview import authorities_concerned, preview
from requests_app.workbench.lists import LockboxAdmin


@admin.register(NoticeLadder)
class NoticeLadderAdmin(LockboxAdmin):
    """Whoever edits one looks at who would be told, before it is saved."""

    guide = "aviseringsstegar#stegen"

    change_form_template = "lockbox/notice_ladder/form.html"
    form = NoticeLadderForm
    list_display = ["authority", "product_in_words", "class_from", "rungs_in_words"]
    list_select_related = ["authority", "product"]
    authority_path = "authority"
    kept_by = MANAGERS
    seen_by = SEE_STAFFING

    @admin.display(description=_("product"), ordering="product__name")
    def product_in_words(self, ladder: NoticeLadder) -> str:
        return str(ladder.product or gettext("all products"))

    @admin.display(description=_("rungs"))
    def rungs_in_words(self, ladder: NoticeLadder) -> str:
        rungs = ((str(rung),) for rung in read(ladder.rungs))
        return format_html_join("", "<div>{}</div>", rungs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        field = form.base_fields.get("rungs")
        if field is not None:
            field.widget.people = _people(request)
        return form

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "authority" and field is not None:
            # A request follows the ladder of whoever runs its connection.
            runs = Connection.objects.values("authority")
            field.queryset = field.queryset.filter(pk__in=runs)
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        begun = super().get_changeform_initial_data(request)
        return {**begun, "rungs": written(DEFAULT)}

    def refuse(self, request: HttpRequest, form: Any) -> None:
        if form.errors or form.as_read == request.POST.get("as_read"):
            return
        form.add_error(
            None, _("Look below at who would be told; then save it once more.")
        )

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        form = context["adminform"].form
        ladder = _as_typed(form, kwargs.get("obj"))
        if ladder is not None:
            concerned = authorities_concerned(ladder)
            chosen = request.POST.get("shown_for", "")
            of = next((row for row in concerned if str(row.pk) == chosen), concerned[0])
            context |= {
                "concerned": concerned,
                "shown_for": of,
                "evenings": preview(ladder, of),
                "as_read": form.as_read if form.is_bound else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        # It waits for a second person, and has no page of its own until then.
        name = "admin:requests_app_noticeladder_changelist"
        return HttpResponseRedirect(reverse(name))


def _as_typed(form: Any, stored: Any) -> Any:
    """The ladder as it stands in the form; None where it can't be read yet."""
    if not form.is_bound:
        return stored
    values = form.cleaned_data if hasattr(form, "cleaned_data") else {}
    names = ("authority", "product", "class_from", "margin", "rungs")
    if not values.get("rungs") or values.get("authority") is None:
        return None
    return NoticeLadder(**{name: values[name] for name in names if name in values})


def _people(request: HttpRequest) -> list[tuple[str, str]]:
    """A rung's choices, key and name: who has a role at an authority whose staffing
    this person sees."""
    runs = authorities_of(request.user, *SEE_STAFFING)
    rows = RoleAssignment.objects.standing().filter(authority__in=runs)
    rows = rows.select_related("person").order_by("person__last_name", "person")
    return list({str(row.person_id): str(row.person) for row in rows}.items())
