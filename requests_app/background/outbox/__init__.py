"""Sending what the outbox holds: at least once, in order, read back, never given up
while it may have taken effect.

`deliver` is the loop, `lease` what every message goes through, `answers` and `webhooks`
the two kinds. A row is claimed by lease and committed before the call; what came back
is written after it. A process that dies in between leaves the row to the next round,
which first asks the provider whether the earlier try took effect (design, section 4.8).
"""
