"""Servers that play a provider, for tests: stateful, with faults on demand."""
