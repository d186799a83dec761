# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small HTTP proxy: it passes on requests and tunnels, and may do so badly."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from urllib.parse import urlsplit


class Proxy:
    """A proxy that listens from the start; a context manager that stops it.

    :param way: good; refuse: it passes nothing on; cut: it hangs up when the answer comes; garble: it spoils the answer's last bytes.
    :param when: called to know whether it is time to cut or garble.
    :ivar asked: the first lines of the requests that came.
    """

    def __init__(self, way="good", when=lambda: True):
        self.way = way
        self.when = when
        self.asked = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler, bind_and_activate=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.handle_error = lambda *_: None
        self._server.proxy = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()


class _Handler(socketserver.StreamRequestHandler):
    """One caller."""

    def handle(self):
        """Pass on a request, or open a tunnel."""
        first = self.rfile.readline()
        if not first:
            return
        proxy = self.server.proxy
        proxy.asked.append(first.decode("latin-1").strip())
        head = []
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            head.append(line)
        if proxy.way == "refuse":
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        verb, target, version = first.split()
        if verb == b"CONNECT":
            host, _colon, port = target.decode().rpartition(":")
            with socket.create_connection((host.strip("[]"), int(port))) as server:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._pass_on(server, b"")
        else:
            url = urlsplit(target.decode())
            with socket.create_connection((url.hostname, url.port)) as server:
                path = url.path.encode()
                self._pass_on(server, b" ".join((verb, path, version)) + b"\r\n" + b"".join(head) + b"Connection: close\r\n\r\n")

    def _pass_on(self, server, begun):
        server.sendall(begun)
        threading.Thread(target=self._forward, args=(self.rfile, server), daemon=True).start()
        proxy = self.server.proxy
        while data := server.recv(65536):
            if proxy.way == "cut" and proxy.when():
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if proxy.way == "garble" and proxy.when():
                data = data[:-4] + b"\0\0\0\0"
            self.wfile.write(data)

    @staticmethod
    def _forward(caller, server):
        with contextlib.suppress(OSError, ValueError):
            while data := caller.read1(65536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
