"""Checking the ledger without Django: what `manage.py verify_ledger` runs, and what
`manage.py verify_ledger --program` writes as one file for a stranger. Imports here are
relative, so that the package runs anywhere."""
