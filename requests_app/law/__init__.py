"""What the law forbids, on which facts. Nothing here writes."""
