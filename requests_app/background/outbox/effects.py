"""What an application is, while an answer to it is awaited and once that has taken
effect: by the answer's word, as `Application.concluded`."""

from requests_app.providers.protocol import Provider

BEFORE = {"approve": "", "deny": "", "revoke": "approved"}
AFTER = {"approve": "approved", "deny": "denied", "revoke": "revoked"}
# A door that is closed says nothing of why.
AFTER_OF_DOOR = {"approve": "approved", "deny": "", "revoke": ""}


def after(provider: Provider) -> dict[str, str]:
    return AFTER_OF_DOOR if provider.abilities.opens_grants else AFTER
