from django.conf import settings
from django.contrib import admin
from django.urls import path

from audit_app.sealing.verifier_file import NAME
from lockbox_site.oidc.signed_out import signed_out_elsewhere
from lockbox_site.oidc.views import sign_in_elsewhere, signed_in_elsewhere
from lockbox_site.pages import published_register
from lockbox_site.practice import views as practice
from lockbox_site.scim.views import scim
from lockbox_site.sign_in.password_page import ChoosePassword
from lockbox_site.web import public_ledger
from lockbox_site.web.accessibility import accessibility
from lockbox_site.web.client_token import revoke, token
from lockbox_site.web.language import choose_language
from lockbox_site.web.roster_calendar import roster_calendar
from lockbox_site.web.wake_up import wake_up
from lockbox_site.web.witness import add_checkpoint
from requests_app.api.register_calls import api as register_api
from requests_app.api.sandbox.site import api as sandbox_api
from requests_app.api.site import api

handler500 = "lockbox_site.web.error_page.server_error"
urlpatterns = [
    *(practice.urls if settings.PRACTICE else []),
    *published_register.urls,
    path("accessibility/", accessibility, name="accessibility"),
    path("language/", choose_language, name="choose_language"),
    path(
        "password/<uidb64>/<token>/",
        ChoosePassword.as_view(),
        name="choose_password",
    ),
    path("sign-in/", sign_in_elsewhere, name="sign_in_elsewhere"),
    path("sign-in/ended/", signed_out_elsewhere, name="signed_out_elsewhere"),
    path("sign-in/back/", signed_in_elsewhere, name="signed_in_elsewhere"),
    path("scim/v2/<path:path>", scim, name="scim"),
    path("ledger/", public_ledger.ledger, name="public_ledger"),
    path("ledger/checkpoint", public_ledger.checkpoint, name="public_checkpoint"),
    path(
        "ledger/consistency/<int:old>/<int:size>",
        public_ledger.consistency,
        name="public_consistency",
    ),
    path("ledger/statements", public_ledger.statements, name="public_statements"),
    path(f"ledger/{NAME}", public_ledger.program, name="verifier"),
    path("wake-up/<str:channel>/", wake_up, name="wake_up"),
    path("calendar/<slug:secret>.ics", roster_calendar, name="roster_calendar"),
    path("witness/add-checkpoint", add_checkpoint, name="add_checkpoint"),
    path("api/v1/", api.urls),
    path("api/sandbox/v1/", sandbox_api.urls),
    path("api/registers/v1/", register_api.urls),
    # Of allauth's provider only what a machine needs; none of its pages for people.
    path("oauth/token", token, name="oauth_token"),
    path("oauth/revoke", revoke, name="oauth_revoke"),
    path("", admin.site.urls),
]
