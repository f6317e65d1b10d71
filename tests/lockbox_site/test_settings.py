"""What the settings say before the tests lower it."""

from lockbox_site import settings


def test_passwords_are_kept_by_argon2_at_its_full_cost():
    assert settings.PASSWORD_HASHERS == ["lockbox_site.sign_in.hasher.Argon2Hasher"]
