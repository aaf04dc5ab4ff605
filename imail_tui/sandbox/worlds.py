"""Opening a sandbox's two ledgers: made once from the seed, the same world in both, used again later."""

import datetime as dt
import gc
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from imail_tui.sandbox.clock import DAY, WorldClock, from_ms, to_ms
from imail_tui.sandbox.database import (
    SCHEMA_VERSION,
    connect,
    create_indexes,
    create_tables,
    read_meta,
    write_meta,
)
from imail_tui.sandbox.errors import CannotServe
from imail_tui.sandbox.ids import IdSource, ulid
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.seedfile.making import make_world
from imail_tui.sandbox.seedfile.reading import SeedFile
from imail_tui.sandbox.templates import from_template
from imail_tui.sandbox.tiers import LOWEST, TIERS, Tier
from imail_tui.sandbox.world.seed import SIZES, WORKSPACE_ZONE, WorldSeed

_WORKSPACE_NAME = "Halden Pike Outbound"


class WorldMismatch(CannotServe):
    """The database file holds something else than asked for; the message says what to do."""


@dataclass(frozen=True)
class WorldOptions:
    """What world to open. `path` is a file or `:memory:`; `start` None means now.

    `by_hand` takes the place of the seeded world of a `size`; its campaigns keep to the limits of `tier`.
    """

    path: str = ":memory:"
    size: str = "small"
    seed: int = 1
    start: dt.datetime | None = None
    speed: float = 1.0
    frozen: bool = False
    by_hand: SeedFile | None = None
    tier: Tier = TIERS[LOWEST]

    @property
    def content(self) -> str:
        """What the world is made of, as a database remembers it."""
        return self.size if self.by_hand is None else f"{self.by_hand.name} {self.by_hand.digest}"


@dataclass(frozen=True)
class Ledgers:
    """The two sides of a sandbox: data of the test key and of the live key, on one clock."""

    test: Ledger
    live: Ledger
    clock: WorldClock
    options: WorldOptions = WorldOptions()
    pristine: dict[int, list[sqlite3.Connection]] = field(default_factory=dict)
    """Worlds in memory as they were made, by start: what a reset begins from once there was one."""

    @property
    def both(self) -> tuple[Ledger, Ledger]:
        """Test and live."""
        return self.test, self.live

    def reset(self) -> None:
        """Make the world anew from its options, and let time begin again where they say."""
        options = self.options
        start = _start_of(options, self.clock.wall_seconds)
        if options.path == ":memory:":
            self._begin(start, self._in_memory(start))
            return
        paths = _build_parts(options, start)
        fresh = [connect(path) for path in paths]
        self._begin(start, fresh)
        for path, connection in zip(paths, fresh, strict=True):
            connection.close()
            Path(path).unlink()

    def _in_memory(self, start: int) -> list[sqlite3.Connection]:
        made = self.pristine.get(start)
        if made is None:
            for old in self.pristine.values():
                for connection in old:
                    connection.close()
            self.pristine.clear()
            made = self.pristine[start] = _make(self.options, start)
        return made

    def _begin(self, start: int, fresh: list[sqlite3.Connection]) -> None:
        options = self.options
        self.clock.restart(
            None if options.start is None else start, speed=options.speed, frozen=options.frozen
        )
        for ledger, connection in zip(self.both, fresh, strict=True):
            write_meta(connection, {"starts": "1"})
            ledger.refill(connection)
        _make_by_hand(self)

    def close(self) -> None:
        """Close both databases."""
        self.test.close()
        self.live.close()
        for made in self.pristine.values():
            for connection in made:
                connection.close()


def open_ledgers(options: WorldOptions, wall: Callable[[], float] = time.time) -> Ledgers:
    """Open the ledgers a file and its sibling `PATH-live` hold, or make them; raises `CannotServe`.

    A world used again goes on where it stopped, or at `start` if that is later: nothing is sent
    while the server is off, but what was already on its way arrives.
    """
    paths = _paths(options.path)
    used_again = options.path != ":memory:" and any(Path(path).exists() for path in paths)
    if used_again:
        connections = [_open_existing(path, options) for path in paths]
    else:
        try:
            connections = _make(options, _start_of(options, wall))
        except sqlite3.OperationalError as error:
            raise CannotServe(f"{options.path} cannot be made: {error}") from error
    clock = _clock(options, connections, wall)
    for connection in connections:
        starts = int(read_meta(connection)["starts"]) + 1
        write_meta(connection, {"starts": str(starts)})
    test, live = (Ledger(connection, clock) for connection in connections)
    if used_again:
        for ledger in (test, live):
            with ledger.transaction():
                ledger.heartbeat.rest_until(clock.now_ms())
    ledgers = Ledgers(test, live, clock, options)
    if not used_again:
        try:
            _make_by_hand(ledgers)
        except CannotServe:
            ledgers.close()
            for path in paths:
                Path(path).unlink(missing_ok=True)
            raise
    return ledgers


def _make_by_hand(ledgers: Ledgers) -> None:
    if ledgers.options.by_hand is not None:
        for ledger in ledgers.both:
            make_world(ledger, ledgers.options.by_hand, ledgers.options.tier)


def _start_of(options: WorldOptions, wall: Callable[[], float]) -> int:
    return to_ms(options.start) if options.start is not None else int(wall() * 1000)


def _paths(path: str) -> list[str]:
    return [path, path if path == ":memory:" else f"{path}-live"]


def _clock(
    options: WorldOptions, connections: list[sqlite3.Connection], wall: Callable[[], float]
) -> WorldClock:
    """World time begins where it was asked to, but never before what the ledgers have seen."""
    reached = from_ms(max(int(read_meta(connection)["heartbeat_at"]) for connection in connections))
    start = options.start
    if (start or from_ms(int(wall() * 1000))) < reached:
        start = reached
    return WorldClock(start=start, speed=options.speed, frozen=options.frozen, wall=wall)


def _open_existing(path: str, options: WorldOptions) -> sqlite3.Connection:
    remedy = f"Delete {options.path} and {options.path}-live to make a new world, or give another --db."
    if not Path(path).exists():
        raise WorldMismatch(f"{path} is missing, although its sibling exists. {remedy}")
    try:
        connection = connect(path)
        meta = read_meta(connection)
    except sqlite3.DatabaseError as error:
        raise WorldMismatch(f"{path} is not a sandbox database ({error}). {remedy}") from error
    wanted = {"schema_version": str(SCHEMA_VERSION), "size": options.content, "seed": str(options.seed)}
    held = {name: meta.get(name) for name in wanted}
    if held != wanted:
        connection.close()
        raise WorldMismatch(f"{path} holds {_words(held)}, but {_words(wanted)} was asked for. {remedy}")
    return connection


def _words(facts: Mapping[str, str | None]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value or 'unknown'}" for name, value in facts.items())


def _make(options: WorldOptions, start: int) -> list[sqlite3.Connection]:
    """One world for each key; files get their names only when they are complete."""
    if options.path == ":memory:":
        test, live = connect(":memory:"), connect(":memory:")
        _fill(test, options, start)
        test.backup(live)
        _claim(test, "test", options.seed, start)
        _claim(live, "live", options.seed, start)
        return [test, live]
    paths = _paths(options.path)
    for part, path in zip(_build_parts(options, start), paths, strict=True):
        Path(part).replace(path)
    return [connect(path) for path in paths]


def _build_parts(options: WorldOptions, start: int) -> list[str]:
    """Build one world in a file beside the database and copy it for the other key; the paths of both."""
    parts = [f"{path}.part" for path in _paths(options.path)]
    for part in parts:
        Path(part).unlink(missing_ok=True)
    connection = connect(parts[0])
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA threads = 2")
    _fill(connection, options, start)
    connection.close()
    shutil.copyfile(*parts)
    for part, mode in zip(parts, ("test", "live"), strict=True):
        connection = connect(part)
        _claim(connection, mode, options.seed, start)
        connection.close()
    return parts


def _fill(connection: sqlite3.Connection, options: WorldOptions, start: int) -> None:
    """Seed the world, or take the template of a seeded one; a world that starts now is like no other."""
    if options.by_hand is not None or options.start is None:
        _seed(connection, options, start)
        return
    facts = f"{options.size} {options.seed} {start}"
    from_template(connection, facts, lambda: _seed(connection, options, start))


def _seed(connection: sqlite3.Connection, options: WorldOptions, start: int) -> None:
    create_tables(connection)
    gc.disable()  # a million living rows and no cycles among them: looking for some doubles the time
    try:
        if options.by_hand is not None:
            create_indexes(connection)
        else:
            WorldSeed(connection, SIZES[options.size], options.seed, start).write()
    finally:
        gc.enable()
    facts = {"schema_version": str(SCHEMA_VERSION), "size": options.content, "seed": str(options.seed)}
    write_meta(connection, facts | {"heartbeat_at": str(start), "starts": "0"})


def _claim(connection: sqlite3.Connection, mode: str, seed: int, start: int) -> None:
    """Make a copy of the world the ledger of one key."""
    rng = random.Random(f"{seed}/{mode}/key")
    made_at = start - 120 * DAY
    workspace_id = IdSource(rng).new("wsp", made_at)
    connection.execute(
        "INSERT INTO workspace (id, name, mode, timezone, created_at) VALUES (?, ?, ?, ?, ?)",
        (workspace_id, _WORKSPACE_NAME, mode, WORKSPACE_ZONE, made_at),
    )
    key = f"imk_{mode}_{ulid(made_at, rng.getrandbits(80))}"
    connection.execute("INSERT INTO api_key (key, created_at) VALUES (?, ?)", (key, made_at))
