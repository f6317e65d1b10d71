from django.contrib import admin
from django.urls import path

from lockbox_site import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("language/", views.choose_language, name="choose_language"),
    path("", admin.site.urls),
]
