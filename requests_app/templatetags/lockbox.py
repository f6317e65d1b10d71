"""How instants and content are written on pages."""

import inspect
import json
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.db.models.options import Options
from django.http import HttpRequest
from django.urls import ResolverMatch, resolve
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import answer
from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.selectors import shown_terms
from requests_app.cases.review.dossier import scope_of, stages
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import Decision, Reservation
from requests_app.cases.review.models.masks import MaskedText
from requests_app.cases.review.papers.decision import invitation as invitation_letter
from requests_app.cases.review.papers.document import last_days
from requests_app.cases.review.steps import decision as steps_decision
from requests_app.cases.review.steps import gate
from requests_app.cases.review.steps.gate import lengths
from requests_app.core.catalogue import address, country_name
from requests_app.core.words.texts import (
    exactly,
    is_personal,
    minutes_in_words,
    moment,
    moment_in_words,
    number_in_words,
    redact,
    span,
    with_numbers_to_call,
)

register = template.Library()
register.filter(moment)
register.filter(exactly)
register.filter(stages)
register.filter(shown_terms)
register.filter("scope", scope_of)
register.filter(is_personal)
register.filter(redact)
register.filter(with_numbers_to_call)


@register.simple_tag
def at_this_moment() -> str:
    return exactly(acting.now())


@register.filter
def length_of_time(length: timedelta) -> str:
    """9 min, 1 h 12 min, 4 d 3 h."""
    return span(length)


@register.filter
def country(code: str) -> str:
    return country_name(code)


@register.filter
def ago(at: datetime) -> str:
    passed = acting.now() - at
    if passed < timedelta(minutes=1):
        return _("%(seconds)s seconds ago") % {
            "seconds": max(0, int(passed.total_seconds()))
        }
    return _("%(span)s ago") % {"span": span(passed)}


@register.filter
def in_words(number: int) -> str:
    return number_in_words(number)


@register.filter
def minutes(count: int | None) -> str:
    """A number of minutes in words."""
    return minutes_in_words(count)


@register.filter
def length_warnings(access_request: AccessRequest, granted: int | None) -> list[str]:
    """Where asked, granted and given lengths of access differ."""
    return lengths(access_request, granted).warnings


@register.filter
def what_stops(delivery: Delivery) -> list[Any]:
    """In words: why an approval is not to be given as things are now."""
    return [question.words for question in answer.what_stops(delivery)]


@register.filter
def invitation(decision: Decision) -> str:
    """The letter that invites a narrower request; empty where none is called for."""
    return invitation_letter(decision)


@register.filter
def last_days_of_appeal(decision: Decision) -> list[tuple[str, date]]:
    """The last day to appeal for each whom the decision was served on; none where its
    recipient can not appeal it."""
    return last_days(decision)


@register.filter
def left_to_serve(decision: Decision) -> QuerySet[Reservation]:
    """The reservations that have not been served yet on whom they bind."""
    return gate.unserved(decision)


@register.filter
def lacks_documents(decision: Decision) -> str:
    """Why a decision is not on paper; "later" where nothing stands in the way, and
    empty where it is."""
    rows = decision.documents.all()
    drawn = [row for row in rows if row.correction_id is row.reasons_id is None]
    copies = 2 if hasattr(decision, "revocation") else 1
    if len(drawn) == copies * len(DecisionDocument.Version):
        return ""
    return steps_decision.hindrance() or "later"


@register.filter
def text(content: Any) -> str:
    """The text of a content row; a red mark where it is no longer what was kept."""
    if content is None:
        return ""
    body = text_to_copy(content)
    if not content.is_intact or not content.reads_as_id:
        return body
    return body + mask_note(content)


@register.filter
def text_to_copy(content: Any) -> str:
    """The same without who corrected or restricted it: to be pasted elsewhere."""
    return content.text if content.is_intact else _altered_mark()


def mask_note(content: Any) -> str:
    """That a text reads otherwise than it was kept, since when and by whom."""
    masked = MaskedText.objects.filter(reads=content.reads_as_id)
    mask = masked.select_related("mask__made_by").get().mask
    words = {
        "mask": mask,
        "time": moment_in_words(mask.made_at),
        "name": mask.made_by,
    }
    return "\n" + _("[%(mask)s: %(name)s, %(time)s.]") % words


def _altered_mark() -> SafeString:
    return format_html(
        '<strong class="altered">{}</strong>',
        _("The text is no longer what was kept, and is not shown."),
    )


@register.filter
def pretty(content: Any) -> str:
    """JSON set in lines; anything else as it is."""
    if not content.is_intact:
        return _altered_mark()
    try:
        return json.dumps(json.loads(content.text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return content.text


@register.filter
def objects_asked_about(consultation: Consultation) -> QuerySet[RequestedObject]:
    rows = consultation.review.requested_objects.still_named()
    return rows.select_related("cloud_object")


@register.filter
def under(
    rows: Iterable[list[SafeString]], headers: list[dict[str, Any]]
) -> list[SafeString]:
    """The cells of each row of a list, under their headings also on screens too narrow
    for columns."""
    labels = [
        format_html(' data-label="{}"', capfirst(head["text"])) for head in headers
    ]
    return [
        mark_safe(  # noqa: S308 — Django's own cells
            "".join(
                f"{cell[:3]}{label}{cell[3:]}"
                for cell, label in zip(row, labels, strict=True)
            )
        )
        for row in rows
    ]


@register.filter
def add_url(opts: Options) -> str:
    return f"admin:{opts.app_label}_{opts.model_name}_add"


@register.filter
def changelist_url(opts: Options) -> str:
    return f"admin:{opts.app_label}_{opts.model_name}_changelist"


@register.filter
def change_url(opts: Options) -> str:
    return f"admin:{opts.app_label}_{opts.model_name}_change"


@register.filter
def history_url(opts: Options) -> str:
    return f"admin:{opts.app_label}_{opts.model_name}_history"


# Django's icons for yes and no, whose only words are Python's.

ICON = re.compile(r'<img src="[^"]+" alt="(True|False|None)">')

WORDS = {
    "True": gettext_lazy("Yes"),
    "False": gettext_lazy("No"),
    "None": gettext_lazy("Unknown"),
}


@register.filter
def icons_in_words(html: SafeString) -> SafeString:
    """A part of a page, already escaped, with words for its icons."""
    return mark_safe(ICON.sub(lambda match: str(WORDS[match[1]]), html))  # noqa: S308


# Django's links from a field that is only shown to the row that it names.

LINK = re.compile(r'<a href="(/[^"]*/change/)">([^<]*)</a>')


@register.filter
def only_what_opens(html: SafeString, request: HttpRequest) -> SafeString:
    """A part of a page, already escaped, in which a name is a link only where the
    reader may follow it. A query for each kind of row that is not open to them
    whole."""
    named: dict[Any, dict[str, str]] = {}
    for url, _name in LINK.findall(html):
        match = resolve(urlsplit(url).path)
        owner = getattr(match.func, "model_admin", None)
        if owner is not None:
            rows = named.setdefault(owner, {})
            rows[url] = unquote(match.kwargs["object_id"])
    opening = {
        url for owner, rows in named.items() for url in _open(owner, rows, request)
    }
    return mark_safe(  # noqa: S308
        LINK.sub(lambda match: match[0 if match[1] in opening else 2], html)
    )


def _open(owner: Any, rows: dict[str, str], request: HttpRequest) -> set[str]:
    if not owner.has_view_permission(request):
        return set()
    visible = owner.get_queryset(request)
    if not visible.query.where:
        return set(rows)
    keys = set(
        map(str, visible.filter(pk__in=rows.values()).values_list("pk", flat=True))
    )
    return {url for url, key in rows.items() if key in keys}


# Where the guide tells of the page that is shown.


@register.simple_tag(takes_context=True)
def place_in_guide(context: Any) -> str:
    """The address of the part of the guide about this page; empty where none is."""
    request: HttpRequest | None = context.get("request")
    place = guide_of(request.resolver_match) if request else ""
    return address(place) if place else ""


def guide_of(match: ResolverMatch | None) -> str:
    """What the page's own declaration names: a step's, its model's, or a view's."""
    if match is None:
        return ""
    owner = declared_by(match.func)
    steps = getattr(owner, "steps", {})
    step = steps.get(match.kwargs.get("step_name"))
    return step.guide if step else getattr(owner, "guide", "")


def declared_by(view: Any) -> Any:
    """The admin class whose page it is; else the view itself."""
    own = getattr(inspect.unwrap(view), "__self__", None)
    owner = getattr(view, "model_admin", own)
    return owner if hasattr(owner, "guide") else view
