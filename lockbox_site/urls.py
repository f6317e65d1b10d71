from django.conf import settings
from django.contrib import admin
from django.urls import path

from audit_app.sealing.sealer import NAME
from lockbox_site import practice, web
from lockbox_site.oidc import (
    sign_in_elsewhere,
    signed_in_elsewhere,
    signed_out_elsewhere,
)
from lockbox_site.pages import record
from lockbox_site.scim import scim
from lockbox_site.sign_in import ChoosePassword
from lockbox_site.web import (
    accessibility,
    add_checkpoint,
    choose_language,
    revoke,
    roster_calendar,
    token,
    wake_up,
)
from requests_app.api.calls import api as register_api
from requests_app.api.sandbox import api as sandbox_api
from requests_app.api.site import api

handler500 = "lockbox_site.web.server_error"
urlpatterns = [
    *(practice.urls if settings.PRACTICE else []),
    *record.published_register_urls,
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
    path("ledger/", web.ledger, name="public_ledger"),
    path("ledger/checkpoint", web.checkpoint, name="public_checkpoint"),
    path(
        "ledger/consistency/<int:old>/<int:size>",
        web.consistency,
        name="public_consistency",
    ),
    path("ledger/statements", web.statements, name="public_statements"),
    path(f"ledger/{NAME}", web.program, name="verifier"),
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
