from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("Access requests")

    def ready(self) -> None:
        # Models exist only now.
        from requests_app.models import content, history_names

        history_names.register()
        content.register()
