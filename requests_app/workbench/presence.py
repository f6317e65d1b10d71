"""Who else is at work on a case: told on its page and on its forms, to whoever may know
that they are."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.models import SecrecyReview
from requests_app.words.times import moment_in_words
from requests_app.workflow.drafts.in_use import (
    Known,
    company_under,
    is_writing,
    use_form,
)
from requests_app.workflow.drafts.pages import company_in_words


def known_at_work(page: Any, request: HttpRequest, obj: Any) -> Known:
    """Of several authorities' rows: those whose names the row's history tells. On a
    named list: those whose names stand on the case."""
    known = page.known_people(request, obj)

    def may_be_told(ids: set[int]) -> set[int]:
        ids = known(ids) if known else ids
        if isinstance(obj, SecrecyReview) and obj.is_named_list:
            rows = obj.assignments.filter(person__in=ids)
            return set(rows.values_list("person", flat=True))
        return ids

    return may_be_told


def join(page: Any, request: HttpRequest, obj: Any, path: str) -> str:
    """The person opens one of its forms: who is there already."""
    known = known_at_work(page, request, obj)
    return company_in_words(use_form(request.user, path, known))


def at_work(page: Any, request: HttpRequest, obj: Any) -> str:
    """Who has which of its forms open, and who types: a sentence for each."""
    texts = []
    base = page.page_url(obj).removesuffix("change/") + "do/"
    for row in company_under(request.user, base, known_at_work(page, request, obj)):
        step = page.steps.get(row.path.removeprefix(base).strip("/"))
        if step is None:
            continue
        words = {"person": row.person, "form": step.label}
        if is_writing(row):
            text = _("%(person)s is writing now: %(form)s.")
        else:
            words["at"] = moment_in_words(row.since)
            text = _("%(person)s has “%(form)s” open since %(at)s.")
        texts.append(text % words)
    return " ".join(texts)
