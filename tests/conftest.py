"""What holds for every test."""

import atexit
import os
import shutil
import tempfile

# No test asks the secret store of the machine it runs on.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Each seeded world is made once for the whole run; workers and child processes inherit the place.
if "IMAIL_SANDBOX_TEMPLATES" not in os.environ:
    os.environ["IMAIL_SANDBOX_TEMPLATES"] = tempfile.mkdtemp(prefix="imail-worlds-")
    atexit.register(shutil.rmtree, os.environ["IMAIL_SANDBOX_TEMPLATES"], ignore_errors=True)
