"""What an auditor reads: the ledger and the histories, as answers to questions."""
