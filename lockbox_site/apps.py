from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "lockbox_site"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        from lockbox_site.checks import deployment
        from lockbox_site.configuration import sessions
        from lockbox_site.practice import mark
        from lockbox_site.sign_in import signals

        deployment.register()
        sessions.connect()
        signals.connect()
        mark.connect()


class LockboxAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "lockbox_site.pages.admin_site.LockboxAdminSite"
