"""Our own contract API: the provider calls us, and listens to webhooks.

What it sends comes in through `requests_app.api`; what it is told lies here.
"""

from django.utils.translation import gettext_lazy as _

from requests_app.providers.protocol import Abilities, unable

label = _("Our contract API")
abilities = Abilities(
    can_be_asked=True,
    can_be_told_minutes=True,
    can_call_us=True,
    events=(_("What was done during access, one event at a time."),),
    limits=(_("An answer counts as given when the provider has acknowledged it."),),
)
applications = application = event = answer_body = concluded = unable
