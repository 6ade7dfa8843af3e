"""A push service on a given port, which accepts everything and remembers the addresses."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class PushService:
    def __init__(self, address: str) -> None:
        self.paths: list[str] = []
        paths = self.paths

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                paths.append(self.path)
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Log nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", urlsplit(address).port or 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
