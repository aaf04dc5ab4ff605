"""What importing the API layer loads: the interface and its errors are needed long before the network."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["errors", "client", "limiter", "exchange", "pages"])
def test_the_http_library_is_not_loaded(module: str) -> None:
    heavy = "{'httpx', 'httpcore', 'anyio', 'textual', 'rich', 'imail_tui.sandbox'}"
    code = f"import sys, imail_tui.api.{module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_http_library_comes_without_its_command_line() -> None:
    code = (
        "import sys; from imail_tui.api.transport import trusted_certificates; trusted_certificates(); "
        "heavy = {'click', 'rich', 'pygments', 'httpx._main'}; "
        "import httpx; print(sorted(heavy & set(sys.modules)), httpx.main)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[] <function main")
