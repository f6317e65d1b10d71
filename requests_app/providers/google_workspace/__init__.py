"""Google Workspace: its Access Transparency log is read; people answer requests.

Source: the discovery document of the Admin SDK's Reports API (admin, reports_v1).
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from requests_app.providers.protocol import Abilities, Log, unable

label = _("Google Workspace: by hand, its log by machine")
abilities = Abilities(
    limits=(
        _("A person writes requests down and clicks the answers."),
        _("Questions go through the provider's support case."),
        _(
            "The log tells the office of whoever did it, and not from where: a country"
            " is compared with nothing."
        ),
        _("It does not tell whether what was reached was read or changed."),
        _(
            "Access in emergencies and on legal demands is approved by the provider"
            " itself, and shown as answered past us."
        ),
    ),
    logs=(
        Log(
            "access_transparency",
            _("Google Workspace Access Transparency"),
            # “A couple of minutes”, and beyond that in some cases, says Google.
            usual_delay=timedelta(minutes=15),
            longest_delay=timedelta(days=3),
            reach=timedelta(days=180),
        ),
    ),
)
applications = application = event = answer_body = concluded = unable
