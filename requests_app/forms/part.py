"""Naming the parts of what is asked for that are tested by themselves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.names import TICK, NamesNobodyForm
from requests_app.forms.step import PlainText
from requests_app.models import Part, RequestedObject
from requests_app.words.personal import identifiers_in, is_address

LONGEST = 200
NAMEABLE = [choice for choice in Part.Kind.choices if choice[0] != Part.Kind.REST]


class NamePartsForm(NamesNobodyForm):
    own = (TICK,)
    warning = _(
        "Secrecy may apply to one part and not to another: each is tested, and what is"
        " not secret is handed out (TF 2:15). The decision names the parts, to the"
        " recipient too."
    )

    kind = forms.ChoiceField(
        label=_("What kind of parts"), choices=NAMEABLE, widget=forms.RadioSelect
    )
    requested_object = forms.ModelChoiceField(
        RequestedObject.objects.none(),
        label=_("In the object"),
        required=False,
        help_text=_("Empty: of all that is asked for."),
    )
    names = PlainText(
        label=_("The parts"),
        rows=3,
        longest=LONGEST,
        required=False,
        help_text=_(
            "One on each line, as the recipient may read it: “messages 1–4”, “the"
            " pupils' grades”. Name nobody, and no address."
        ),
    )
    are_all = forms.BooleanField(
        label=_("Together they are everything that is asked for"),
        required=False,
        help_text=_("Otherwise what else is asked for is a part of its own."),
    )
    ended = forms.ModelMultipleChoiceField(
        Part.objects.none(),
        label=_("Not tested by themselves any more"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without parts everything is tested as a whole again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = self.choice("requested_object")
        named.queryset = self.subject.requested_objects.still_named()
        named.queryset = named.queryset.select_related("cloud_object")
        numbered = RequestedObject.objects.numbered(self.subject.access_request_id)
        self.called = {row.pk: row.called(place) for place, row in numbered}
        named.label_from_instance = lambda row: self.called[row.pk]
        standing = self.subject.parts.standing().exclude(kind=Part.Kind.REST)
        if not standing:
            del self.fields["ended"]
            return
        self.choice("ended").queryset = standing
        self.choice("ended").label_from_instance = lambda part: part.name
        rest = self.subject.parts.standing().filter(kind=Part.Kind.REST)
        self.fields["are_all"].initial = not rest
        self.fields["kind"].required = False

    def clean_names(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["names"].splitlines()]
        for line in lines:
            if is_address(line) or identifiers_in(line):
                text = _(
                    "“%(name)s” holds an address or a personal number, and the decision"
                    " names the part: write what it is."
                )
                raise ValidationError(text, params={"name": line})
        self.refuse_names("names", "\n".join(lines), _("The parts name no person"))
        return [line for line in lines if line]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("requested_object")
        if cleaned.get("kind") == Part.Kind.OBJECT and "names" in cleaned:
            if chosen is None:
                self.add_error("requested_object", _("Choose which object it is."))
            elif not cleaned["names"]:
                cleaned["names"] = [self.called[chosen.pk]]
        if not (cleaned.get("names") or cleaned.get("ended")) and not self.errors:
            self.add_error("names", _("Name at least one part."))
        if cleaned.get("names") and not cleaned.get("kind") and "kind" in cleaned:
            self.add_error("kind", _("Say what kind of parts they are."))
        return cleaned
