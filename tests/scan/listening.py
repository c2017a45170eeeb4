"""A server that a scanned site should never call: whoever does was talked into it (SSRF, XXE)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What the scanner itself asks: who called? It is told of nobody; the list says it.
_OWN = ("/get_", "/ping", "/head", "/index")


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Its address, and the paths that were called so far, but for the scanner's own questions."""
    called: list[str] = []

    class Called(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(_OWN) and self.path != "/":
                called.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_POST(self) -> None:
            self.do_GET()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Told by the list."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Called)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", called
    finally:
        server.shutdown()
        server.server_close()
