"""What each provider's interface says, turned into our own terms and back.

One package a provider, behind the Protocol of `protocol.py`, and one line each in
`registry.py`. What a package needs of the network is in its `client.py`, which only
`background` loads.
"""
