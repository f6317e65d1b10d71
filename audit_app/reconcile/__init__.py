"""Recorders that must agree: ledger, history, live rows and what else is kept twice."""
