"""How instants and content are written on pages."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.db.models import QuerySet
from django.db.models.options import Options
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.catalogue.countries import country_name
from requests_app.documents.appeal import last_days
from requests_app.documents.invitation import invitation as invitation_letter
from requests_app.models import (
    AccessRequest,
    Consultation,
    Decision,
    DecisionDocument,
    Delivery,
    MaskedText,
    RequestedObject,
    Reservation,
)
from requests_app.selectors.dossier.stages import stages
from requests_app.selectors.scope import scope_of
from requests_app.selectors.shown_terms import shown_terms
from requests_app.words.addresses import is_personal, redact
from requests_app.words.phone_numbers import with_numbers_to_call
from requests_app.words.phrases import number_in_words
from requests_app.words.times import (
    at_time,
    in_full,
    minutes_in_words,
    moment_in_words,
    span,
)
from requests_app.workflow import answer, approval, document
from requests_app.workflow.access_length import lengths

register = template.Library()
register.filter(stages)
register.filter(shown_terms)
register.filter("scope", scope_of)
register.filter(is_personal)
register.filter(redact)
register.filter(with_numbers_to_call)


@register.filter
def moment(at: datetime | None) -> str:
    """today at 20.00, tomorrow at 21.48, or the date and time; in full on paper, where
    nobody knows which day it was."""
    if at is None:
        return ""
    html = '<time datetime="{}" data-full="{}"><span>{}</span></time>'
    return format_html(html, at.isoformat(), in_full(at), moment_in_words(at))


@register.filter
def exactly(at: datetime) -> str:
    """The date and the time to the second, for what must hold as evidence."""
    local, time = timezone.localtime(at), get_format("TIME_FORMAT")  # H.i or H:i
    return at_time(date_format(local), date_format(local, f"{time}{time[1]}s"))


@register.simple_tag
def at_this_moment() -> str:
    return exactly(clock.now())


@register.filter
def length_of_time(length: timedelta) -> str:
    """9 min, 1 h 12 min, 4 d 3 h."""
    return span(length)


@register.filter
def country(code: str) -> str:
    return country_name(code)


@register.filter
def ago(at: datetime) -> str:
    passed = clock.now() - at
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
    return approval.unserved(decision)


@register.filter
def lacks_documents(decision: Decision) -> str:
    """Why a decision is not on paper; "later" where nothing stands in the way, and
    empty where it is."""
    rows = decision.documents.all()
    drawn = [row for row in rows if row.correction_id is row.reasons_id is None]
    copies = 2 if hasattr(decision, "revocation") else 1
    if len(drawn) == copies * len(DecisionDocument.Version):
        return ""
    return document.hindrance() or "later"


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
