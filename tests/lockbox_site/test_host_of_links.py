from lockbox_site import checks


def test_a_host_that_stands_for_many_is_no_address_for_links(settings, monkeypatch):
    """Mails and channels lead to the first of them."""
    monkeypatch.setenv("LOCKBOX_HOSTS", ".example.se")
    settings.ALLOWED_HOSTS = [".example.se"]
    assert [row.id for row in checks.names()] == ["lockbox.E004"]
