"""A server that lacks some paths: it passes everything else on to a real sandbox."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult, urlsplit

_NOT_PASSED_ON = {"host", "connection", "transfer-encoding", "content-length"}
_ABOUT_THE_BODY = {"etag", "if-none-match"}
_NO_SUCH_PATH = b'{"error":{"code":"not_found","message":"There is no such path."},"request_id":"req_none"}'


@dataclass
class LackingServer:
    """Such a server: its API root, the paths it lacks now, and the requests that came (without `/v1`).

    A path that ends in `/*` stands for everything below it, `*` for the server: it hangs up on everybody.
    """

    url: str
    gone: set[str]
    asked: list[str] = field(default_factory=list)

    def lacks(self, path: str) -> bool:
        """Whether a path or a template is lacking."""
        below = tuple(each.removesuffix("*") for each in self.gone if each.endswith("/*"))
        return path in self.gone or path.startswith(below)


@contextlib.contextmanager
def lacking(url: str, *paths: str, told: bool = False) -> Iterator[str]:
    """The API root of a server like that at `url`, but with 404 for these paths (without `/v1`).

    `told`: its OpenAPI document lacks them too, else it has no document at all.
    """
    with lacking_server(url, *paths, told=told) as server:
        yield server.url


@contextlib.contextmanager
def lacking_server(url: str, *paths: str, told: bool = True) -> Iterator[LackingServer]:
    """The same, noting what is asked; what it lacks may be changed while it runs."""
    target = urlsplit(url)
    seen = LackingServer("", set(paths))
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(target, seen, told=told)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        seen.url = f"http://127.0.0.1:{server.server_port}{target.path}"
        yield seen
        server.shutdown()


def _handler(target: SplitResult, seen: LackingServer, *, told: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            return

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = urlsplit(self.path).path
            if "*" in seen.gone:
                self.close_connection = True
                return
            seen.asked.append(f"{self.command} {path.removeprefix(target.path)}")
            is_document = path.endswith("/openapi.json")
            if seen.lacks(path.removeprefix(target.path)) or (is_document and not told):
                self.answer(404, {"content-type": "application/json"}, _NO_SUCH_PATH)
                return
            hidden = _NOT_PASSED_ON | (_ABOUT_THE_BODY if is_document else set())
            headers = {name: value for name, value in self.headers.items() if name.lower() not in hidden}
            with contextlib.closing(HTTPConnection(target.hostname or "", target.port)) as connection:
                connection.request(self.command, self.path, body or None, headers)
                answer = connection.getresponse()
                content = answer.read()
                kept = {name: value for name, value in answer.getheaders() if name.lower() not in hidden}
            self.answer(answer.status, kept, _without(content, target.path, seen) if is_document else content)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _without(document: bytes, prefix: str, seen: LackingServer) -> bytes:
    content: dict[str, Any] = json.loads(document)
    content["paths"] = {
        path: item for path, item in content["paths"].items() if not seen.lacks(path.removeprefix(prefix))
    }
    return json.dumps(content).encode()
