"""A thing others can listen to, on the event loop's thread."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """Calls its listeners in the order they came. An exception of one reaches the emitter."""

    def __init__(self) -> None:
        self._listeners: dict[object, Callable[[T], None]] = {}

    def subscribe(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Listen from now on; the returned function ends it, and may be called twice."""
        token = object()
        self._listeners[token] = listener

        def unsubscribe() -> None:
            self._listeners.pop(token, None)

        return unsubscribe

    def emit(self, value: T) -> None:
        """Tell everyone who listens now."""
        for listener in tuple(self._listeners.values()):
            listener(value)
