"""No approval exists: nobody asks us first, the provider only promises something."""

from django.utils.translation import gettext_lazy as _

from requests_app.providers.protocol import Abilities, unable

label = _("None: no approval exists")
abilities = Abilities(
    has_approval=False,
    limits=(
        _("No approval exists: nobody asks the authority before access."),
        _("What the provider promises stands on the product, with its source."),
        _("A demand or an access that is known of is recorded as a case all the same."),
    ),
)
applications = application = event = answer_body = concluded = unable
