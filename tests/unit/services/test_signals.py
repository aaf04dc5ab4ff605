"""Listening and ceasing to listen."""

from imail_tui.services.signals import Signal


def test_listeners_hear_until_they_leave() -> None:
    signal: Signal[int] = Signal()
    heard: list[tuple[str, int]] = []
    leave = signal.subscribe(lambda value: heard.append(("one", value)))
    signal.subscribe(lambda value: heard.append(("two", value)))
    signal.emit(1)
    leave()
    leave()
    signal.emit(2)
    assert heard == [("one", 1), ("two", 1), ("two", 2)]


def test_a_listener_may_leave_while_it_is_told() -> None:
    signal: Signal[int] = Signal()
    heard: list[int] = []

    def once(value: int) -> None:
        heard.append(value)
        leave()

    leave = signal.subscribe(once)
    signal.emit(1)
    signal.emit(2)
    assert heard == [1]
