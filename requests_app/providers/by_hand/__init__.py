"""By hand: a person reads and answers in the provider's portal."""

from django.utils.translation import gettext_lazy as _

from requests_app.providers.protocol import Abilities, unable

label = _("By hand in the provider's portal")
abilities = Abilities(
    has_log_files=True,
    limits=(
        _("A person writes requests down and clicks the answers."),
        _("Questions go through the provider's support case."),
        _("What was done during access is not reported."),
    ),
)
applications = application = event = answer_body = concluded = unable
