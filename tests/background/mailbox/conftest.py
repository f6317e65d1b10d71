from tests.helpers.mailboxes import mailbox, names, provider, read  # noqa: F401
