"""What is really loaded: deferred imports are invisible to a static check, so a subprocess tells."""

import json
import subprocess
import sys

import pytest

CLIENT_NEVER_LOADS = {"fastapi", "starlette", "uvicorn", "imail_tui.sandbox"}


def loaded_after(code: str) -> set[str]:
    """Names of all modules in a fresh interpreter after `code` ran."""
    program = f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def outside(names: set[str], forbidden: set[str]) -> set[str]:
    return {name for name in forbidden if name in names or any(each.startswith(f"{name}.") for each in names)}


def test_version_loads_neither_textual_nor_httpx() -> None:
    names = loaded_after(
        "import sys; sys.argv = ['imail-tui', '--version']\n"
        "from imail_tui.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass"
    )
    assert (
        outside(names, {"textual", "httpx", "pydantic", "cyclopts", "keyring", *CLIENT_NEVER_LOADS}) == set()
    )


def test_linting_a_file_loads_neither_parser_nor_models() -> None:
    names = loaded_after(
        "import sys; sys.argv = ['imail-tui', 'campaigns', 'lint', 'no-such-file.yaml']\n"
        "from imail_tui.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass"
    )
    assert "imail_tui.services.campaign_code.linting" in names
    assert outside(names, {"textual", "httpx", "pydantic", "cyclopts", "keyring", "asyncio"}) == set()


@pytest.mark.parametrize("room", ["model", "domain", "api", "store", "services", "ui.app"])
def test_the_client_never_loads_the_sandbox(room: str) -> None:
    code = (
        "import importlib, pkgutil\n"
        f"room = importlib.import_module('imail_tui.{room}')\n"
        "for found in pkgutil.walk_packages(getattr(room, '__path__', []), room.__name__ + '.'):\n"
        "    importlib.import_module(found.name)"
    )
    assert outside(loaded_after(code), CLIENT_NEVER_LOADS) == set()


@pytest.mark.parametrize("room", ["model", "domain", "api", "store", "services"])
def test_only_the_terminal_app_loads_textual(room: str) -> None:
    code = (
        "import importlib, pkgutil\n"
        f"room = importlib.import_module('imail_tui.{room}')\n"
        "for found in pkgutil.walk_packages(room.__path__, room.__name__ + '.'):\n"
        "    importlib.import_module(found.name)"
    )
    assert outside(loaded_after(code), {"textual", "rich"}) == set()


def test_the_first_paint_waits_for_no_heavy_import() -> None:
    names = loaded_after(
        "import imail_tui.ui.app, imail_tui.services.opening, imail_tui.ui.screens.inboxes.screen"
    )
    assert outside(names, {"httpx", "keyring", "plotext", "cyclopts"}) == set()


def test_the_sandbox_loads_nothing_of_the_client() -> None:
    names = loaded_after("import imail_tui.sandbox.server")
    client = {"imail_tui.model", "imail_tui.api", "imail_tui.store", "imail_tui.services", "imail_tui.ui"}
    assert outside(names, {*client, "textual", "httpx"}) == set()
