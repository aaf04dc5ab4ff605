"""What holds for every test."""

import os

# No test asks the secret store of the machine it runs on.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
