"""People, for those who run the system."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext

from lockbox_site.models import User
from requests_app import permissions
from requests_app.models import Authority, Role
from requests_app.workbench import LockboxAdmin


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

    def refuse(self, request: HttpRequest, form: Any) -> None:
        person = form.instance
        if person.pk is None or form.cleaned_data.get("is_active", True):
            return
        # Two who each take away one of the last two wait for each other here.
        held = Authority.objects.filter(reviewers__person=person.pk)
        here = Authority.objects.filter(pk__in=held.values("pk")).order_by("pk")
        day = permissions.today()
        for authority in here.select_for_update():
            left = permissions.someone_decides(
                authority.pk, day, without_person=person.pk
            )
            if permissions.someone_decides(authority.pk, day) and not left:
                text = gettext("Nobody would then decide for %(authority)s.")
                form.add_error("is_active", text % {"authority": authority})

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        return super().get_queryset(request).filter(is_service=False)

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
