"""A channel of colleagues that is told what waits for a role."""

from requests_app.duty.steps import make_channel

HOOK = "https://hook.example/services/T0/B0"


def channel_of(cast, role="registrar", address=HOOK):
    return make_channel(cast.gsn, by=cast.per, role=role, address=address).channel
