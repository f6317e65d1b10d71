"""The mailbox of providers' notices: read over IMAP, and changed in nothing."""
