"""People: their accounts, for those who run the system and those who manage roles."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lockbox_site.models import User
from requests_app.cases.review.selectors import burden
from requests_app.core.pages.case import EnteredInOwn, RegisterAdmin
from requests_app.core.pages.histories import once_a_page
from requests_app.core.pages.lists import StepPage
from requests_app.core.people.models import Role
from requests_app.core.people.rights import (
    can_keep_account,
    is_taken,
    people_visible_to,
)
from requests_app.organisation import steps
from requests_app.organisation.forms import (
    CloseForm,
    LendForm,
    LinkForm,
    OpenForm,
    ProtectForm,
    ShowNameForm,
)
from requests_app.organisation.law import why_not_called, why_not_gone
from requests_app.organisation.rights import is_choosable_by
from requests_app.registers.tables.information import FIELDS


class PersonForm(forms.ModelForm):
    """Without a password: the person chooses it."""

    class Meta:
        model = User
        fields = FIELDS

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if (username := typed.get("username")) and "municipality" not in self.errors:
            place = typed.get("municipality") or self.instance.municipality
            others = User.objects.exclude(pk=self.instance.pk)
            if text := why_not_called(username, place.pk):
                self.add_error("username", text)
            elif others.filter(username__iexact=username).exists():
                self.add_error("username", gettext("Somebody else has this user name."))
        return typed

    def clean_identity(self) -> str | None:
        identity = self.cleaned_data["identity"] or None
        is_another = self.instance.pk and identity != self.initial["identity"]
        if is_another and (missed := why_not_gone(self.instance)):
            raise forms.ValidationError(missed)
        return identity


@admin.register(User)
class UserAdmin(EnteredInOwn, RegisterAdmin):
    guide = "arbetsflode#konton"
    change_list_template = "lockbox/person/list.html"
    list_display = ["__str__", "username", "title", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["last_name", "first_name", "username"]
    ordering = ["last_name", "first_name"]
    form = PersonForm
    fields = [
        "username",
        ("first_name", "last_name"),
        "identity",
        "email",
        ("title", "phone"),
        "language",
    ]
    kept_by = [Role.SYSTEM_ADMINISTRATOR]
    entered_by = (Role.SYSTEM_ADMINISTRATOR,)
    gives_power = True
    steps = {
        "link": StepPage(
            _("Let the person choose a password"),
            steps.make_link,
            LinkForm,
            shows="lockbox/person/link.html",
            guide="steg#konton",
        ),
        "deactivate": StepPage(
            _("Close the account"),
            steps.deactivate,
            CloseForm,
            done=_("The account is closed."),
            guide="steg#konton",
        ),
        "reactivate": StepPage(
            _("Open the account again"),
            steps.reactivate,
            OpenForm,
            done=_("The account is open; the roles wait for confirmation."),
            guide="steg#konton",
        ),
        "protect": StepPage(
            _("Protect the name"),
            steps.protect,
            ProtectForm,
            done=_("The alias stands wherever the name would."),
            guide="steg#konton",
        ),
        "lend": StepPage(
            _("Lend to another municipality"),
            steps.lend,
            LendForm,
            done=_("The role waits for a manager there to confirm it."),
            guide="steg#lana-ut-en-person",
        ),
        "show_name": StepPage(
            _("Protect the name no longer"),
            steps.show_name,
            ShowNameForm,
            done=_("The person is called by their own name again."),
            guide="steg#konton",
        ),
    }

    @admin.display(description=_("own name"))
    def own_name(self, obj: User) -> str:
        return f"{obj.own_first_name} {obj.own_last_name}".strip()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        visible = people_visible_to(request.user)
        return super().get_queryset(request).filter(pk__in=visible.values("pk"))

    def choosable(self, request: HttpRequest) -> models.QuerySet[User]:
        """Whoever could get a role, stand in or be asked is found by name."""
        rows = User.objects.order_by(*self.get_ordering(request))
        return rows.filter(is_machine=False).filter(is_choosable_by(request.user))

    @once_a_page
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or not super().has_change_permission(request):
            return super().has_change_permission(request)
        return obj == request.user or can_keep_account(request.user, obj)

    @admin.display(description=_("account is open"), boolean=True)
    def is_open(self, obj: User) -> bool:
        """Without Django's words on how to untick it: steps open and close."""
        return obj.is_active

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [*self.fields, "municipality"]
        is_keeper = can_keep_account(request.user, obj)
        if obj.is_protected and not is_keeper:
            return ["last_name", "title", "language", ("is_open", "made_by")]
        own = ("own_name",) if obj.is_protected else ()
        return [*self.fields, *own, ("is_open", "made_by")]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        # Nobody says of themselves who they are.
        own = ("identity",) if obj == request.user else ()
        shielded = steps.SHIELDED if obj.is_protected else ()
        return ("is_open", "made_by", "own_name", *own, *shielded)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        identity = form.cleaned_data.get("identity")
        if identity and is_taken(identity, form.instance, request.user):
            text = gettext("Another account has this identity.")
            form.add_error("identity", text)

    def page_context(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> dict[str, Any]:
        return {"burden": burden(obj, request.user)}

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if change and "identity" in form.changed_data:
            text = gettext("The roles wait until a manager has confirmed them anew.")
            messages.warning(request, text)
        steps.keep_account(obj, by=request.user)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        if obj.identity:
            return super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(self.step_url(obj, "link"))
