"""Who takes part has no conflict of interest, or says which (FL 16 §, KL 6:28)."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm
from requests_app.models import ConflictDeclaration
from requests_app.selectors.changed import Change, change_of
from requests_app.selectors.dossier.objects import objects_of
from requests_app.workflow.conflict import UNDECLARED


class ConflictGroundField(forms.ChoiceField):
    """The grounds of KL 6:28; and what is none, for a lawyer of several boards."""

    def __init__(self, *, required: bool = True) -> None:
        grounds = ConflictDeclaration.Ground.choices
        super().__init__(
            label=_("Ground of the conflict"),
            choices=grounds if required else [("", "—"), *grounds],
            required=required,
            help_text=_(
                "Only that you handle the same matter for another board is no conflict"
                " of interest (KL 6:31 second paragraph)."
            ),
        )


class NoConflictField(forms.BooleanField):
    """The declaration that is asked of everyone who takes part (KL 6:28–30)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "label", _("I have no conflict of interest in this case (KL 6:28)")
        )
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)


class TakingPartForm(StepForm):
    """A step by which somebody takes part: asks those who have not declared yet."""

    stage = ""

    @cached_property
    def objects(self) -> list[Any]:
        """What the provider wants to touch, with what lies in it."""
        return objects_of(self.subject.requested_objects.still_named())

    @cached_property
    def change(self) -> Change | None:
        """What is other in the request than when the person looked at it."""
        return change_of(self.by, self.subject, self.relation)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.stage not in self.relation.declared:
            # Asked with everything else, not in a second round.
            self.fields["no_conflict"] = NoConflictField(
                required=True, error_messages={"required": UNDECLARED}
            )
