"""Sending what the outbox holds: at least once, in order, read back, never given up."""
