"""What the queue is narrowed to, as the address of the start page says it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.selectors.queue import narrowing
from requests_app.selectors.queue.item import WorkItem

FIELDS = ("authority", "clock", "level", "step")


def is_narrowed(query: Any) -> bool:
    return any(query.get(name) for name in FIELDS)


class QueueFilterForm(forms.Form):
    authority = forms.ChoiceField(label=_("Authority"), required=False)
    clock = forms.ChoiceField(label=_("Runs out"), required=False)
    level = forms.ChoiceField(label=_("Class"), required=False)
    step = forms.ChoiceField(label=_("Next step"), required=False)

    def __init__(self, query: Any, *, items: list[WorkItem], user: Any) -> None:
        super().__init__(query, label_suffix="")
        self.items = items
        self.clocks = narrowing.clocks(user)
        ends = [(name, label) for name, (label, _ends_at) in self.clocks.items()]
        self._offer("authority", narrowing.authorities_in(items, user))
        self._offer("clock", ends)
        self._offer("level", narrowing.classes_in(items))
        self._offer("step", narrowing.steps_in(items))

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("all")), *choices]

    @property
    def is_used(self) -> bool:
        return is_narrowed(self.data)

    def lines(self) -> list[WorkItem]:
        """The lines of the queue that are looked for; all of them where the address
        makes no sense, which is said beside the field."""
        if not self.is_valid():
            return self.items
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return [item for item in self.items if self._is_among(item, chosen)]

    def _is_among(self, item: WorkItem, chosen: dict[str, str]) -> bool:
        return all(self._tests[name](item, value) for name, value in chosen.items())

    @property
    def _tests(self) -> dict[str, Any]:
        return {
            "authority": narrowing.is_of_authority,
            "clock": lambda item, name: narrowing.runs_out_by(
                item, self.clocks[name][1]
            ),
            "level": narrowing.is_of_class,
            "step": lambda item, name: narrowing.step_of(item) == name,
        }
