"""People, for those who run the system."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from lockbox_site.models import User
from requests_app import permissions
from requests_app.models import Authority, Role
from requests_app.selectors.overview import burden
from requests_app.workbench.lists import LockboxAdmin


class NewPersonForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "title", "language"]


@admin.register(User)
class UserAdmin(LockboxAdmin):
    list_display = ["__str__", "username", "title", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["last_name", "first_name", "username"]
    ordering = ["last_name", "first_name"]
    fields = [
        "username",
        ("first_name", "last_name"),
        "email",
        "title",
        "language",
        "is_active",
    ]
    kept_by = [Role.SYSTEM_ADMINISTRATOR]
    change_form_template = "lockbox/register/form.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        return super().get_queryset(request).filter(is_machine=False)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return self.fields
        return [*NewPersonForm.Meta.fields, "usable_password", "password1", "password2"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        person = self.visible_or_404(request, object_id)
        context = {"burden": burden(person, request.user)}
        return super().change_view(request, object_id, form_url, context)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        person = form.instance
        if not person.pk or form.cleaned_data.get("is_active", True):
            return
        for authority in _without_decider(person):
            form.add_error(
                "is_active",
                gettext(
                    "Nobody would then decide for %(authority)s: give another person"
                    " the role of decision-maker first."
                )
                % {"authority": authority},
            )


def _without_decider(person: User) -> list[Authority]:
    """Authorities for which nobody decides any more when the person has left."""
    theirs = Authority.objects.filter(role_assignments__person=person.pk)
    # Two managers who each take away one of the last two wait for each other here.
    locked = Authority.objects.select_for_update().filter(pk__in=theirs.values("pk"))
    day = permissions.today()
    return [
        authority
        for authority in locked.order_by("pk")
        if permissions.someone_decides(authority.pk, day)
        and not permissions.someone_decides(authority.pk, day, without_person=person.pk)
    ]
