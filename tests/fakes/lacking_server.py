"""A server that lacks some paths: it passes everything else on to a real sandbox."""

import contextlib
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_NOT_PASSED_ON = {"host", "connection", "transfer-encoding", "content-length"}
_NO_SUCH_PATH = b'{"error":{"code":"not_found","message":"There is no such path."},"request_id":"req_none"}'


def _travels(header: str) -> bool:
    return header.lower() not in _NOT_PASSED_ON


@contextlib.contextmanager
def lacking(url: str, *paths: str) -> Iterator[str]:
    """The API root of a server like that at `url`, but with 404 for these paths (without `/v1`)."""
    target = urlsplit(url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            return

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if urlsplit(self.path).path.removeprefix(target.path) in paths:
                self.answer(404, {"content-type": "application/json"}, _NO_SUCH_PATH)
                return
            headers = {name: value for name, value in self.headers.items() if _travels(name)}
            with contextlib.closing(HTTPConnection(target.hostname or "", target.port)) as connection:
                connection.request(self.command, self.path, body or None, headers)
                answer = connection.getresponse()
                self.answer(answer.status, dict(answer.getheaders()), answer.read())

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if _travels(name):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{target.path}"
        server.shutdown()
