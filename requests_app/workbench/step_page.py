"""What an admin class says of each step: its button, its form, and what follows."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.urls import reverse

from requests_app.forms.step import EmptyForm, StepForm
from requests_app.workflow.step import Step


def never(_may: Any, _subject: Any) -> bool:
    return False


def always(_may: Any, _subject: Any) -> bool:
    return True


def leave(_subject: Any, *, by: Any) -> None:
    pass


class StepPage(NamedTuple):
    """A step of the workflow as a page: a button, and a form. Whose it is, and when it
    can be taken, the step itself says."""

    label: Any
    act: Step[..., Any]
    form: type[StepForm]
    # When this is the step the case waits for: its button stands out.
    main: Callable[[Any, Any], bool] = never
    # What is said afterwards: a text, or what tells it by how the object has become.
    done: Any = ""
    # A template for what the step gives and nobody sees again, such as a secret.
    shows: str = ""
    # The step that the person may go straight on to.
    leads: str = ""
    # The button that takes that one too, as its form proposes; without it, its form is
    # opened.
    both: Any = ""
    # Is its button never folded away?
    stands: bool = False
    # Does it leave alone what is typed on the other forms of its subject?
    is_beside: bool = False
    # Does it sign a decision, or give or take power? Then whoever takes it has just
    # said who they are.
    signs: bool = False
    # Where the guide tells of it: its text leads whoever has not done it for long.
    guide: str = ""
    # What is done once it has been committed, and can be done later if it fails.
    afterwards: Callable[..., None] = leave

    @property
    def keeps(self) -> bool:
        """Is its form saved while somebody types?"""
        return not self.form.is_secret and not issubclass(self.form, EmptyForm)

    def offered(
        self, relation: Any, obj: Any, rights: dict[Any, bool] | None = None
    ) -> bool:
        """`rights`: what other steps have asked of them already."""
        rights = {} if rights is None else rights
        may = self.act.may
        if may not in rights:
            rights[may] = may(relation, obj)
        return rights[may] and self.act.starts_now(relation, obj)

    def message(self, obj: Any) -> Any:
        return self.done(obj) if callable(self.done) else self.done


def link_to(label: str, obj: Any, main: bool) -> dict[str, Any]:
    """A button that only leads on."""
    opts = obj._meta
    name = f"admin:{opts.app_label}_{opts.model_name}_change"
    return {"label": label, "url": reverse(name, args=[obj.pk]), "main": main}
