from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from imail_tui.ui.widgets.safe_static import SafeStatic, styled
from tests.hostile.corpus import FORBIDDEN, PAYLOADS


class StaticApp(App[None]):
    def compose(self) -> ComposeResult:
        yield SafeStatic("hello")


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
async def test_hostile_text_is_only_text(payload: str) -> None:
    app = StaticApp()
    async with app.run_test(size=(40, 10), notifications=True) as pilot:
        static = app.query_one(SafeStatic)
        for text in (payload, styled(("label ", "bold"), payload), Content(payload)):
            static.update(text)
            await pilot.pause()
            for y in range(static.size.height):
                strip = static.render_line(y)
                assert not FORBIDDEN.search(strip.text)
                assert not any(segment.style and "@click" in segment.style.meta for segment in strip)


async def test_markup_is_shown_not_obeyed() -> None:
    app = StaticApp()
    async with app.run_test(size=(40, 10)) as pilot:
        static = app.query_one(SafeStatic)
        static.update("[bold]x[/bold] [/foo]")
        await pilot.pause()
        assert static.render_line(0).text.rstrip() == "[bold]x[/bold] [/foo]"


async def test_equal_text_is_not_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = StaticApp()
    async with app.run_test(size=(40, 10)) as pilot:
        static = app.query_one(SafeStatic)
        calls: list[dict[str, Any]] = []
        monkeypatch.setattr(static, "refresh", lambda *regions, **options: calls.append(options))
        static.update("hello")
        static.update(styled("hel", "lo"))
        assert calls == []
        static.update(styled(("hello", "bold")))
        static.update("bye")
        assert len(calls) == 2
        assert static.text == "bye"
        await pilot.pause()


def test_styled_keeps_styles_around_cleaned_text() -> None:
    content = styled("a\x1b", ("b\x07", "bold"))
    assert content.plain == "a␛b␇"
    assert [(span.start, span.end, span.style) for span in content.spans] == [(2, 4, "bold")]
