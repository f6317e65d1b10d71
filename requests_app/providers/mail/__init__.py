"""Mail from providers: how it is fetched, read without harm, and told what it is.

Only `client` and `resolver` reach the network.
"""

# The mailbox, as imaps://user@host/folder.
MAILBOX = "LOCKBOX_MAILBOX"
