"""What the settings are read from: environment, database addresses, log, release."""
