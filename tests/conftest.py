"""What holds for every test."""

import atexit
import gc
import os
import shutil
import sys
import tempfile

from hypothesis import HealthCheck, settings

# A slow machine is no finding. Properties see few examples in each run, many where one asks for them:
# HYPOTHESIS_PROFILE=thorough pytest
settings.register_profile(
    "brief", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("brief"), max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "brief"))

# Where the environment asks Python to write no bytecode, each worker and each child process would compile
# everything anew: ten seconds of a core for a worker, one for a child.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No test asks the secret store of the machine it runs on.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Each seeded world is made once for the whole run; workers and child processes inherit the place.
if "IMAIL_SANDBOX_TEMPLATES" not in os.environ:
    os.environ["IMAIL_SANDBOX_TEMPLATES"] = tempfile.mkdtemp(prefix="imail-worlds-")
    atexit.register(shutil.rmtree, os.environ["IMAIL_SANDBOX_TEMPLATES"], ignore_errors=True)


def pytest_collection_finish() -> None:
    """What is imported stays: looking for garbage in it again and again took a fifth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
