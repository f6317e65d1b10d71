"""Pages outside the admin: health, the choice of language and of a password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    PasswordResetConfirmView,
)
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from audit_app import clock
from audit_app.acting import acting
from audit_app.deadlines import deadline_of
from audit_app.ledger import Kind, record
from lockbox_site.choose_form import ChooseForm
from lockbox_site.going_on import our_address
from lockbox_site.second_factor import new_secret, register
from requests_app.selectors.pulse import pulse
from requests_app.workflow.person import LINKS, choose_password

# How long it waits for the database, as PostgreSQL writes it.
HEALTH_WITHIN = "2s"


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database takes what is written, the sweep goes round and the clocks
    agree; else 503, with what is wrong. Answers soon, whatever is locked."""
    try:
        with transaction.atomic():
            state = _state()
    except Error as error:
        gave_up = deadline_of(error) is not None
        state = {"database": "slow" if gave_up else "down", "sweep": "unknown"}
    is_well = set(state.values()) == {"ok"}
    return JsonResponse(state, status=200 if is_well else 503)


def _state() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true),"
            " set_config('statement_timeout', %s, true),"
            " current_setting('transaction_read_only')",
            [HEALTH_WITHIN, HEALTH_WITHIN],
        )
        is_read_only = cursor.fetchone()[2] == "on"
    now = pulse()
    own_clock = abs(clock.ahead_of_database()) <= clock.MOST_DIFFERENCE
    return {
        "database": "read-only" if is_read_only else "ok",
        "sweep": "stopped" if now.stopped else "ok",
        "clock": "ok" if own_clock and not now.clock_trouble else "wrong",
    }


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement that the act on accessibility (2018:1937) asks for."""
    context = {**site.each_context(request), "title": _("Accessibility statement")}
    return TemplateResponse(request, "lockbox/site/accessibility.html", context)


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the person's choice; before sign-in, in a cookie."""
    language = "en" if request.POST.get("language") == "en" else "sv"
    response = HttpResponseRedirect(our_address(request, request.POST.get("next")))
    if request.user.is_authenticated:
        request.user.language = language
        with acting(request.user):
            request.user.save(update_fields=["language"])
    else:
        response.set_cookie("language", language, samesite="Lax", httponly=True)
    return response


class ChoosePassword(PasswordResetConfirmView):
    """Where a link leads that an administrator made: the person alone gets to know the
    password. Opened, tried in vain and used: each is on record."""

    token_generator = LINKS
    form_class = ChooseForm
    success_url = reverse_lazy("admin:login")
    template_name = "lockbox/person/choose_password.html"
    title = gettext_lazy("Choose a password")

    def get_user(self, uidb64: str) -> Any:
        person = super().get_user(uidb64)
        return person if person and person.is_active and not person.is_machine else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "secret": self._new_secret()}

    def _new_secret(self) -> str:
        """Of the one-time codes that are registered here; none without a provider."""
        if settings.IDENTITY_PROVIDER is None:
            return ""
        return self.request.session.setdefault("new_codes", new_secret())

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        if self.request.method != "POST":
            event = "user.link_opened" if self.validlink else "user.link_refused"
            record(event, by=None, on=self.user, kind=Kind.AUTH)
        return super().render_to_response(context, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        token = self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN)
        password = form.cleaned_data["new_password1"]
        try:
            with transaction.atomic():
                choose_password(self.user, token=token, password=password)
                if secret := self._new_secret():
                    register(self.user, secret)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        self.request.session.pop("new_codes", None)
        text = _("The password is chosen. Sign in with it.")
        messages.success(self.request, text)
        return HttpResponseRedirect(self.get_success_url())
