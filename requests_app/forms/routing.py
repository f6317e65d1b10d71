"""To which authority: routing, and handing over to another."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm
from requests_app.models import (
    Authority,
    CloudObject,
    CloudSystem,
    Connection,
    RequestedObject,
    SecrecyBranch,
)
from requests_app.permissions.municipalities import served_by
from requests_app.words.swedish_order import by_name


class RouteForm(StepForm):
    """To which authority the objects belong; for one object, also into the map."""

    warning = _("The authority that keeps what is in the object decides (OSL 6:2).")

    objects = forms.ModelMultipleChoiceField(
        RequestedObject.objects.none(),
        label=_("Objects"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    branch = forms.ModelChoiceField(
        SecrecyBranch.objects.none(), label=_("Branch of activity"), required=False
    )
    system = forms.ModelChoiceField(
        CloudSystem.objects.none(),
        label=_("Remember it in the map: system"),
        required=False,
        help_text=_("With kind and designation, the next request routes itself."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", "—"), *CloudObject.Kind.choices], required=False
    )
    designation = forms.CharField(
        label=_("Designation"),
        max_length=40,
        required=False,
        help_text=_("A name that reveals nothing, such as O-17."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_served(self, self.subject.connection)
        loose = self.subject.requested_objects.unrouted()
        chosen = self.choice("objects")
        chosen.queryset = loose
        waiting = list(loose)
        chosen.initial = waiting
        chosen.choices = [(row.pk, row.external_id) for row in waiting]
        if not waiting:
            for name in ("objects", "system", "kind", "designation"):
                del self.fields[name]
        else:
            self.choice("system").queryset = by_name(
                CloudSystem.objects.filter(connection=self.subject.connection_id)
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _branch_of_its_authority(self, cleaned)
        names = [
            name for name in ("system", "kind", "designation") if cleaned.get(name)
        ]
        if names and len(names) < 3:
            self.add_error(
                names[0], _("The map needs system, kind and designation together.")
            )
        if names and len(cleaned.get("objects") or ()) != 1:
            self.add_error("objects", _("Choose one object to enter it in the map."))
        return cleaned


def _offer_served(form: StepForm, connection: Connection) -> None:
    """The authorities whose objects may lie in the connection, and their branches."""
    served = Authority.objects.filter(served_by(connection))
    form.choice("authority").queryset = by_name(served)
    branches = SecrecyBranch.objects.filter(authority__in=served)
    form.choice("branch").queryset = by_name(branches.select_related("authority"))


def _branch_of_its_authority(
    form: forms.Form, cleaned: dict[str, Any]
) -> dict[str, Any]:
    branch, authority = cleaned.get("branch"), cleaned.get("authority")
    if branch and authority and branch.authority_id != authority.pk:
        form.add_error(
            "branch",
            _(
                "The branch belongs to another authority: choose one of the authority"
                " above, or none."
            ),
        )
    return cleaned


class RerouteForm(StepForm):
    warning = _(
        "The review stays in this authority's register as handed over; the other"
        " authority gets its own. Access to the content goes with it."
    )

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Right authority")
    )
    branch = forms.ModelChoiceField(
        SecrecyBranch.objects.none(), label=_("Branch of activity"), required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_served(self, self.subject.access_request.connection)

    def clean(self) -> dict[str, Any]:
        return _branch_of_its_authority(self, super().clean() or {})
