"""Backup and restore: a folder that holds the database and says what lies beside it."""
