"""People, for those who run the system."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import models
from django.http import HttpRequest

from lockbox_site.models import User
from requests_app.models import Role
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
