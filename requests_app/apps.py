from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("Access requests")

    def ready(self) -> None:
        # Models exist only now.
        from requests_app import hooks
        from requests_app.audit import history_names
        from requests_app.core import models as content

        history_names.register_names()
        content.register()
        hooks.fill()
