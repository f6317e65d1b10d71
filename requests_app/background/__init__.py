"""What runs outside a web request: the sweep, polling, receiving, the outbox."""
