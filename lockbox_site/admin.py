"""People: their accounts, for those who run the system and those who manage roles."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lockbox_site.models import User
from requests_app.forms.left_alone import and_who_is_missed
from requests_app.forms.step import EmptyForm, ReasonForm, StepForm
from requests_app.law.last_holders import why_not_gone
from requests_app.models import Role, RoleAssignment
from requests_app.permissions.people import can_keep_account, people_visible_to
from requests_app.registers.account import FIELDS
from requests_app.selectors.overview import burden
from requests_app.workbench.cases import RegisterAdmin
from requests_app.workbench.once_a_page import once_a_page
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import person


class PersonForm(forms.ModelForm):
    """Without a password: the person chooses it."""

    class Meta:
        model = User
        fields = FIELDS

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(username__iexact=username).exists():
            text = gettext("Somebody else has this user name.")
            raise forms.ValidationError(text)
        return username

    def clean_identity(self) -> str | None:
        identity = self.cleaned_data["identity"] or None
        is_another = self.instance.pk and identity != self.initial["identity"]
        if is_another and (missed := why_not_gone(self.instance)):
            raise forms.ValidationError(missed)
        return identity


class LinkForm(EmptyForm):
    warning = _(
        "Makes an address at which the person chooses a password, once and within a"
        " day. It is shown to you once. It ends the person's sessions, and when it has"
        " been used, the person's roles wait until an IT manager has confirmed them."
    )


class CloseForm(ReasonForm):
    warning: Any = _(
        "The person is signed out at once and can not sign in any more. Cases are not"
        " handed over by themselves."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going = RoleAssignment.objects.filter(person=self.subject.pk)
        self.warning = and_who_is_missed(self.warning, going)


class ProtectForm(StepForm):
    alias = forms.CharField(
        label=_("Alias"),
        max_length=150,
        help_text=_(
            "Stands wherever the name would: on pages and papers, in proofs, mail,"
            " lists and the record. Choose one that tells nothing of the person."
        ),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("With it the person signs in from now on."),
    )
    warning = _(
        "Why is asked nowhere, and is not to be written. Papers that are drawn up"
        " already keep the name that they were signed with."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].initial = self.subject.username

    def clean_alias(self) -> str:
        alias = self._without_name("alias")
        taken = User.objects.exclude(pk=self.subject.pk)
        if taken.filter(first_name="", last_name__iexact=alias).exists():
            raise forms.ValidationError(gettext("Somebody else is called so."))
        return alias

    def clean_username(self) -> str:
        username = self._without_name("username")
        UnicodeUsernameValidator()(username)
        others = User.objects.exclude(pk=self.subject.pk)
        if others.filter(username__iexact=username).exists():
            text = gettext("Somebody else has this user name.")
            raise forms.ValidationError(text)
        return username

    def _without_name(self, field: str) -> str:
        text = self.cleaned_data[field]
        words = f"{self.subject.first_name} {self.subject.last_name}".split()
        parts = [word for word in words if word.casefold() in text.casefold()]
        if parts:
            raise forms.ValidationError(
                gettext("It tells a part of the name: “%(part)s”.") % {"part": parts[0]}
            )
        return text


class ShowNameForm(EmptyForm):
    warning = _(
        "The person's own name stands on every page and in the record again, of what"
        " was done meanwhile too."
    )


class OpenForm(ReasonForm):
    warning = _("The person's roles have to be confirmed again by an IT manager.")


@admin.register(User)
class UserAdmin(RegisterAdmin):
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
    gives_power = True
    steps = {
        "link": StepPage(
            _("Let the person choose a password"),
            person.make_link,
            LinkForm,
            shows="lockbox/person/link.html",
        ),
        "deactivate": StepPage(
            _("Close the account"),
            person.deactivate,
            CloseForm,
            done=_("The account is closed."),
        ),
        "reactivate": StepPage(
            _("Open the account again"),
            person.reactivate,
            OpenForm,
            done=_("The account is open; the roles wait for confirmation."),
        ),
        "protect": StepPage(
            _("Protect the name"),
            person.protect,
            ProtectForm,
            done=_("The alias stands wherever the name would."),
        ),
        "show_name": StepPage(
            _("Protect the name no longer"),
            person.show_name,
            ShowNameForm,
            done=_("The person is called by their own name again."),
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
        return super().get_queryset(request).filter(is_machine=False)

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
            return self.fields
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
        shielded = person.SHIELDED if obj.is_protected else ()
        return ("is_open", "made_by", "own_name", *own, *shielded)

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
        person.keep_account(obj, by=request.user)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        if obj.identity:
            return super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(self.step_url(obj, "link"))
