"""What somebody has typed and not sent, as a list on their start page: each with its
case and form, for as long as they may see the case."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _

from requests_app.models import Authority, Draft
from requests_app.permissions.steps import relation_to
from requests_app.templatetags.guides import declared_by
from requests_app.workflow.drafts.resubmission import texts_of


class OwnDraft(NamedTuple):
    draft: Draft
    form: Any
    case: str = ""
    url: str = ""
    # Why the form can't be opened; and then what was written, to be copied.
    trouble: str = ""
    texts: list[str] = []


def own_drafts(site: Any, request: HttpRequest) -> list[OwnDraft]:
    """The newest first. Of a case out of sight only that there is one."""
    person: Any = request.user
    if not person.has_drafts:
        return []
    rows = Draft.objects.filter(person=person.pk).order_by("-saved_at")
    return [_own(site, request, row) for row in rows]


def _own(site: Any, request: HttpRequest, draft: Draft) -> OwnDraft:
    try:
        match = resolve(draft.path)
    except Resolver404:
        return OwnDraft(draft, _("A form that is no more"), trouble=_("It is gone."))
    page = next((page for page in _pages(site) if _is_step_of(page, match)), None)
    if page is None:
        return OwnDraft(draft, _begun(match), url=f"{draft.path}?draft=1")
    obj = page.get_object(request, match.kwargs["object_id"])
    if obj is None or not page.has_view_permission(request, obj):
        trouble = _(
            "You can not see the case any more. What you typed is kept: you get it back"
            " if the case is opened to you again."
        )
        return OwnDraft(draft, _("A case out of sight"), trouble=trouble)
    step = page.steps[match.kwargs["step_name"]]
    relation = relation_to(request.user, obj)
    trouble = step.act.obstacle(relation, obj)
    if not step.act.may(relation, obj):
        trouble = _("This step is not yours to take.")
    if trouble:
        url, texts = page.page_url(obj), texts_of(draft.fields)
        return OwnDraft(draft, step.label, str(obj), url, trouble, texts)
    return OwnDraft(draft, step.label, str(obj), f"{draft.path}?draft=1")


def _begun(match: ResolverMatch) -> str:
    """What a form that is about no row yet is for."""
    owner = declared_by(match.func)
    if hasattr(owner, "opts"):
        return _("New: %(what)s") % {"what": owner.opts.verbose_name}
    authority = Authority.objects.filter(pk=match.kwargs.get("authority_id", 0)).first()
    if match.url_name == "role_plan" and authority:
        return _("Plan of roles: %(name)s") % {"name": authority}
    return _("Something new")


def _pages(site: Any) -> list[Any]:
    return [page for page in site._registry.values() if getattr(page, "steps", None)]


def _is_step_of(page: Any, match: Any) -> bool:
    opts = page.opts
    name = f"{opts.app_label}_{opts.model_name}_step"
    return match.url_name == name and match.kwargs["step_name"] in page.steps
