"""What the settings say before the tests lower it."""

from lockbox_site import settings


def test_passwords_are_kept_by_argon2_at_its_full_cost():
    first, *of_machines = settings.PASSWORD_HASHERS
    assert first == "lockbox_site.sign_in.Argon2Hasher"
    assert of_machines == ["lockbox_site.sign_in.MachineSecretHasher"]
