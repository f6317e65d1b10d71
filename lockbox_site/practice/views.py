"""The pages of a place to practise: whom to be, a case to begin and to be led through,
and the letters that would have gone."""

from typing import Any

from django.contrib.admin import site
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lockbox_site.demo.people import PEOPLE
from lockbox_site.oidc.views import BACKEND
from lockbox_site.practice.guide import (
    begin,
    lessons,
    practised,
    stage_in_words,
    stage_of,
)
from lockbox_site.practice.letters import letters
from lockbox_site.practice.middleware import CASE
from lockbox_site.web.next_address import our_address
from requests_app.models.ladder import Stage

# As many as one looks through to find one's own.
MOST = 30


@login_not_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Instead of signing in: whom one wants to be."""
    people = get_user_model().objects.in_bulk(PEOPLE, field_name="username")
    context = {
        "people": [people[name] for name in PEOPLE if name in people],
        "cases": [(row, stage_in_words(row)) for row in practised()[:MOST]],
        "next": our_address(request, request.GET.get("next")),
    }
    return _page(request, "lockbox/practice/start.html", _("Practise"), context)


@login_not_required
@require_POST
def play(request: HttpRequest) -> HttpResponse:
    """Be one of the invented people, without a password: nothing here is anybody's."""
    names = {name: name for name in PEOPLE}
    person = get_object_or_404(
        get_user_model(), username=names.get(request.POST.get("person", ""))
    )
    login(request, person, backend=BACKEND)
    if (case := request.POST.get("case", "")).isdecimal():
        request.session[CASE] = int(case)
    return HttpResponseRedirect(our_address(request, request.POST.get("next")))


@login_not_required
@require_POST
def begin_case(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("practice:guide", args=[begin().pk]))


@login_not_required
@require_GET
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(practised(), pk=pk)
    context = {
        "review": review,
        "lessons": lessons(review),
        "is_done": stage_of(review) >= len(Stage),
    }
    return _page(request, "lockbox/practice/guide.html", _("The first case"), context)


@login_not_required
@require_GET
def letters_kept(request: HttpRequest) -> HttpResponse:
    title, context = _("Letters that would have gone"), {"letters": letters()}
    return _page(request, "lockbox/practice/letters.html", title, context)


def _page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any]
) -> HttpResponse:
    whole = {**site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, whole)


_own = [
    path("", start, name="start"),
    path("play/", play, name="play"),
    path("begin/", begin_case, name="begin"),
    path("case/<int:pk>/", guide, name="guide"),
    path("letters/", letters_kept, name="letters"),
]
# Before the workbench's own: nobody signs in here with a password.
urls: list[Any] = [
    path("practice/", include((_own, "practice"))),
    path("login/", start, name="practice_login"),
]
