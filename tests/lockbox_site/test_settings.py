"""What the settings say before the tests lower it."""

from lockbox_site import settings


def test_passwords_are_kept_by_argon2_at_its_full_cost():
    assert settings.PASSWORD_HASHERS == [
        "django.contrib.auth.hashers.Argon2PasswordHasher"
    ]
