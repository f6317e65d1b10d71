from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "lockbox_site"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        from lockbox_site import checks as deployment
        from lockbox_site import configuration as sessions
        from lockbox_site import practice as mark
        from lockbox_site import schema
        from lockbox_site import sign_in as signals

        deployment.register()
        sessions.connect()
        signals.connect()
        mark.connect()
        schema.register()


class LockboxAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "lockbox_site.pages.admin_site.LockboxAdminSite"
