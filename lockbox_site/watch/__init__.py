"""What somebody must act on: measured, told by /healthz, /metrics and mail."""
