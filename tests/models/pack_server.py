"""A server on this machine that a pack is fetched from: cut off, redirecting, refusing, lying about lengths."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Serves `files` with ranges. `cuts`: after so many bytes the next answers break off. `codes`: refusals that come
    first. `lengths`: whether it tells Content-Length; `told`: what it tells there instead. `page`: a web page that
    comes instead of every file. As a proxy it serves the same paths for any host."""

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), Handler)
        self.files: dict[str, bytes] = {}
        self.cuts: list[int] = []
        self.codes: list[int] = []
        self.ranges = True
        self.lengths = True
        self.redirects: dict[str, str] = {}
        self.page: bytes | None = None
        self.told: str | None = None
        self.seen: list[tuple[str, str | None]] = []
        self.sent = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        server.seen.append((self.path, self.headers.get("Range")))
        if server.codes:
            self.send_error(server.codes.pop(0))
            return
        path = re.sub(r"^http://[^/]*", "", self.path)
        if path in server.redirects:
            self.send_response(302)
            self.send_header("Location", server.redirects[path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = server.files.get(path)
        if body is None:
            self.send_error(404)
            return
        if server.page is not None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if server.lengths:
                self.send_header("Content-Length", str(len(server.page)))
            self.end_headers()
            self.wfile.write(server.page)
            return
        start = 0
        asked = re.match(r"bytes=(\d+)-", self.headers.get("Range") or "")
        if asked and server.ranges:
            start = int(asked[1])
            if start >= len(body):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        if server.lengths:
            self.send_header("Content-Length", server.told or str(len(body) - start))
        self.end_headers()
        rest = body[start:]
        if server.cuts:
            rest = rest[: server.cuts.pop(0)]
        server.sent += len(rest)
        self.wfile.write(rest)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
