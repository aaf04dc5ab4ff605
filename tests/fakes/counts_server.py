"""A server that has counts and nothing else, and gets them wrong in the ways a server may."""

import contextlib
import csv
import io
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

NOW = "2026-03-10T12:00:00Z"
_KEYS = {
    "day": "day",
    "campaign": "campaign_id",
    "inbox": "inbox_id",
    "step": "step_id",
    "variant": "variant_id",
}

Row = dict[str, str | int | None]


@dataclass
class CountsServer:
    """Its rows (a value for each key and counter), what is odd about it, and the queries that came."""

    rows: list[Row] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    """Keys of `group_by` that are a 400."""
    passed_over: frozenset[str] = frozenset()
    """Keys that it takes and does not split by."""
    has_csv: bool = True
    csv_adds: int = 0
    """Added to each `sent` in a CSV: it differs from the JSON."""
    csv_reversed: bool = False
    page: int = 100
    url: str = ""
    now: str = NOW
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, query: dict[str, str]) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        self.asked.append(query)
        keys = [key for key in query.get("group_by", "").split(",") if key]
        if self.refused & set(keys):
            error = {"code": "invalid_field", "message": "no such key", "field": "group_by"}
            return 400, "application/json", json.dumps({"error": error, "request_id": "req_1"}).encode()
        rows = self._sums([key for key in keys if key not in self.passed_over], query["from"], query["to"])
        if query.get("format") == "csv" and self.has_csv:
            return 200, "text/csv", self._csv(rows)
        start = int(query.get("cursor", "0"))
        more = start + self.page < len(rows)
        pagination = {"next_cursor": str(start + self.page) if more else None, "has_more": more}
        body = {"data": rows[start : start + self.page], "pagination": pagination}
        return 200, "application/json", json.dumps(body).encode()

    def _sums(self, keys: Sequence[str], first: str, last: str) -> list[Row]:
        groups: dict[tuple[object, ...], Row] = {}
        names = [_KEYS[key] for key in keys]
        for row in self.rows:
            if not first <= str(row["day"]) <= last:
                continue
            place = tuple(row.get(name) for name in names)
            summed = groups.setdefault(
                place, dict(zip(names, [row.get(name) for name in names], strict=True))
            )
            for name, value in row.items():
                if name not in _KEYS.values() and isinstance(value, int):
                    before = summed.get(name, 0)
                    summed[name] = value + (before if isinstance(before, int) else 0)
        return sorted(groups.values(), key=lambda row: [str(row[name]) for name in names])

    def _csv(self, rows: Sequence[Row]) -> bytes:
        text = io.StringIO(newline="")
        titles = list(rows[0]) if rows else ["day", "sent"]
        writer = csv.DictWriter(text, titles)
        writer.writeheader()
        for row in reversed(rows) if self.csv_reversed else rows:
            sent = row.get("sent")
            more = {"sent": sent + self.csv_adds} if isinstance(sent, int) else {}
            writer.writerow({**row, **more})
        return text.getvalue().encode()


@contextlib.contextmanager
def counts_server(server: CountsServer) -> Iterator[CountsServer]:
    """The server on a free loopback port; what is odd about it may be changed while it runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/v1/analytics":
                status, kind, body = server.answer(dict(parse_qsl(parts.query)))
            else:
                status, kind, body = 404, "application/json", b'{"error":{"code":"not_found","message":"no"}}'
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Imail-Now", server.now)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        server.url = f"http://127.0.0.1:{listening.server_port}/v1"
        yield server
        listening.shutdown()
