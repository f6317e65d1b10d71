from allauth.idp.oidc.views import revoke, token
from django.contrib import admin
from django.urls import path

from lockbox_site import views
from requests_app.api.site import api

handler500 = "lockbox_site.trouble.server_error"
urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", views.choose_language, name="choose_language"),
    path(
        "password/<uidb64>/<token>/",
        views.ChoosePassword.as_view(),
        name="choose_password",
    ),
    path("api/v1/", api.urls),
    # Of allauth's provider only what a machine needs; none of its pages for people.
    path("oauth/token", token, name="oauth_token"),
    path("oauth/revoke", revoke, name="oauth_revoke"),
    path("", admin.site.urls),
]
