"""Sealing the ledger: lines become leaves, and signed checkpoints leave the house."""
