import pytest
from textual.app import App

from imail_tui.model.problem import Problem
from imail_tui.ui.dialogs.connect import ConnectDialog, Standing
from imail_tui.ui.widgets.safe_static import SafeStatic


class ConnectApp(App[None]):
    """The dialog alone; it is told one standing after the other, the last one again and again."""

    def __init__(self, *standings: Standing) -> None:
        super().__init__()
        self.standings = list(standings)
        self.answers: list[str | None] = []
        self.copied: list[str] = []

    def on_mount(self) -> None:
        """Open it."""
        dialog = ConnectDialog("Connect", self.look, self.renew, self.copy_link, seconds=0.01)
        self.push_screen(dialog, self.answers.append)

    async def look(self) -> Standing:
        """The next one."""
        return self.standings.pop(0) if len(self.standings) > 1 else self.standings[0]

    async def renew(self) -> Standing:
        """Another link."""
        self.standings[:] = [Standing("https://new.example/s")]
        return self.standings[0]

    async def copy_link(self, link: str) -> str:
        """Remember it."""
        self.copied.append(link)
        return "sent to terminal"

    def text(self, id_: str) -> str:
        """What a part of the dialog says."""
        return self.screen.query_one(f"#{id_}", SafeStatic).text


@pytest.mark.parametrize("link", ["http://[", "javascript:\x1b]0;x\x07", "[bold]x[/]", "\ud800", "x" * 5_000])
async def test_no_link_of_a_server_breaks_the_dialog(link: str) -> None:
    app = ConnectApp(Standing(link))
    async with app.run_test(size=(80, 24)) as pilot:
        while not app.text("code"):
            await pilot.pause(0)
        assert "\x1b" not in app.text("link")
        assert app.text("link").startswith("Opens at ")


async def test_a_renewed_link_is_shown_and_copied() -> None:
    app = ConnectApp(Standing("https://old.example/s"))
    async with app.run_test(size=(80, 30)) as pilot:
        while "old.example" not in app.text("link"):
            await pilot.pause(0)
        await pilot.press("n", "y")
        while not app.copied:
            await pilot.pause(0)
        assert "new.example" in app.text("link")
        assert app.copied == ["https://new.example/s"]


async def test_a_small_terminal_is_told_so() -> None:
    app = ConnectApp(Standing("https://a.example/s"))
    async with app.run_test(size=(60, 15)) as pilot:
        while not app.text("code"):
            await pilot.pause(0)
        assert "too small" in app.text("code")


async def test_a_problem_is_said_and_it_goes_on_until_it_is_connected() -> None:
    trouble = Standing(problem=Problem("offline", "Wait."))
    app = ConnectApp(trouble, Standing("https://a.example/s"), Standing(done="It is connected."))
    async with app.run_test() as pilot:
        while not app.answers:
            await pilot.pause(0)
    assert app.answers == ["It is connected."]
