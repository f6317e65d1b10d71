"""History and ledger: who did what to which row. Knows nothing of what it records."""
