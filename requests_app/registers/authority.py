"""Authorities: made by a system administrator, kept by their own managers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import Authority, Role
from requests_app.permissions.municipalities import in_reach, within_reach
from requests_app.permissions.roles import MANAGERS, authorities_of
from requests_app.registers.register import Register
from requests_app.registers.row import SharedRowForm


class AuthorityForm(SharedRowForm):
    class Meta(SharedRowForm.Meta):
        model = Authority
        fields = (
            "code",
            "name",
            "municipality",
            "kind",
            "regime",
            "diary_pattern",
            "diary_example",
            "diary_system",
            "security_contact",
            "postal_address",
            "email",
            "phone",
            "administrative_court",
            "court_contact",
        )

    def standing(self) -> Authority | None:
        code, place = self.cleaned_data["code"], self.cleaned_data["municipality"]
        row = place.authorities.filter(code__iexact=code).first()
        if row is None:
            if place.pk in within_reach(self.by, Role.SYSTEM_ADMINISTRATOR):
                return None
            text = gettext("A system administrator adds authorities.")
            raise ValidationError({"code": text})
        self.cleaned_data["code"] = row.code
        return row

    def hindrance(self, row: Authority) -> str:
        if row.pk not in authorities_of(self.by, *MANAGERS):
            return gettext("You do not keep rows of %(text)s.") % {"text": row}
        return ""


def _in_reach(user: Any) -> Any:
    return in_reach(Authority.objects.select_related("municipality"), user)


AUTHORITIES = Register(
    name="authorities",
    form=AuthorityForm,
    key=("municipality", "code"),
    kept_by=(Role.SYSTEM_ADMINISTRATOR, *MANAGERS),
    seen_by=tuple(Role),
    note=_(
        "A new authority is added by a system administrator, and changed by its own"
        " managers. What its lawyers have settled is entered in the authority's form."
    ),
    related=(),
    visible=_in_reach,
)
