"""What forms and the page of a case ask: controls, obstacles, buttons, turns."""

from typing import Any, NamedTuple

from django import template
from django.db.models import Model
from django.forms import BoundField, MultiWidget, RadioSelect
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from requests_app.cases.review.dossier import Dossier, Question, alike
from requests_app.cases.review.law.facts import Obstacle
from requests_app.cases.review.models.afterwards import IncomingAppeal, Revocation
from requests_app.cases.review.papers.afterwards import decision_to_dismiss, last_day
from requests_app.cases.review.papers.decision import ShownComment
from requests_app.core.words.texts import in_english, in_full
from requests_app.desk.turn import Turn, turn_in

register = template.Library()
MOST_BUTTONS = 3


@register.filter
def control(field: BoundField) -> str:
    """The id of a field's first control: where a link to the field leads."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect) and not list(field):
        return f"{field.auto_id}_set"
    if isinstance(widget, (RadioSelect, MultiWidget)):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


# Questions that are answered in words alone.
IN_WORDS = ("N7", "N7.10-2a.for", "N7.10-2a.against")


@register.filter
def place(obstacle: Obstacle) -> str:
    """Where on the form of the assessment it is mended; empty where it is not there."""
    if obstacle.rule in ("N5", "N6"):
        return "harm"
    if obstacle.rule in IN_WORDS:
        return f"id_motivation_{obstacle.rule}_set"
    is_question = obstacle.rule.startswith("N")
    return f"id_answer_{obstacle.rule}_set" if is_question else ""


@register.filter
def comments(field: BoundField) -> list[ShownComment]:
    """Comments on a returned proposal about what stands in the field."""
    form: Any = field.form
    return form.comments_at(field.html_name)


@register.filter
def landmark(crumbs: str) -> str:
    """Where the page stands; nothing where it says nothing of that."""
    if not crumbs.strip():
        return ""
    html = '<nav class="crumbs" aria-label="{}">{}</nav>'
    return format_html(html, _("Breadcrumbs"), mark_safe(crumbs))  # noqa: S308


@register.filter
def cited(basis: str) -> str:
    """A basis in law as Swedish lawyers write it; short in English."""
    return in_full(basis) if get_language() == "sv" else in_english(basis)


@register.filter
def presented(row: Model) -> str:
    """What kind of thing it is and which, where its name does not say so itself."""
    kind, name = capfirst(row._meta.verbose_name), str(row)
    return name if name.startswith(str(kind)) else f"{kind} {name}"


@register.filter
def turn(dossier: Dossier) -> Turn | None:
    """Whose turn it is."""
    return turn_in(dossier)


@register.filter
def dialled(phone: str) -> str:
    """A number as a telephone dials it: digits, and a plus sign where it begins."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")


@register.filter
def grouped_alike(questions: list[Question]) -> list[list[Question]]:
    """Answers that say the same, together."""
    return alike(questions)


class Buttons(NamedTuple):
    first: list[dict[str, Any]]
    folded: list[dict[str, Any]]


@register.filter
def arranged(steps: list[dict[str, Any]]) -> Buttons:
    """What the case waits for and two more; the rest is folded, but never a stop."""
    ordered = sorted(steps, key=lambda step: not step["main"])
    standing = [step for step in ordered if step.get("stands")]
    others = [step for step in ordered if not step.get("stands")]
    room = MOST_BUTTONS - len(standing)
    return Buttons([*others[:room], *standing], others[room:])


@register.filter
def last_day_to_appeal(revocation: Revocation) -> Any:
    """The last day to appeal a revocation that was served."""
    return last_day(revocation)


@register.filter
def dismissal(appeal: IncomingAppeal) -> str:
    """The decision that dismisses an appeal which came in too late."""
    return decision_to_dismiss(appeal)
