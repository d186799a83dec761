# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal's sockets: HTTP and HTTPS on a loopback port, many callers at a time, and faults on the way."""

from __future__ import annotations

import io
import os
import socket
import ssl
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from . import control, envelope, faults, page
from .engine import command_names, request_params
from .requests_log import Request
from .store import RestError

RESET = struct.pack("ii", 1, 0)

#: Faults that need the real answer.
GENUINE = ("slow", "meet", "leave", "truncated", "cut")

#: Seconds that callers wait for each other.
LONGEST_MEETING = 120


class Server(ThreadingHTTPServer):
    """Listens for one portal.

    :param portal: the Portal, with its engine.
    :param certificate: path of certificate and key for HTTPS, or None.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address, portal, certificate):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.portal = portal
        self.encrypted = certificate is not None
        self._context = None
        self._open = set()
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        super().__init__(address, Handler)

    def server_bind(self):
        """Bind without asking the name server for a name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def get_request(self):
        """Accept a caller; the handshake is left to the caller's own thread."""
        connection, address = super().get_request()
        if self._context:
            connection = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request):
        """A caller has left."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """Callers may leave as they like."""

    def close(self, but=None):
        """Stop listening, and hang up on everybody but one caller."""
        self.shutdown()
        self.server_close()
        for connection in self._open - {but}:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Handler(BaseHTTPRequestHandler):
    """One caller's connection."""

    protocol_version = "HTTP/1.1"
    server_version = "portal"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """Nothing is printed."""

    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        target = urlsplit(self.path)
        parts = [part for part in target.path.split("/") if part]
        if parts[:1] == ["control"]:
            self._send(*control.answer(self.server.portal, self.command, "/".join(parts[1:]), body))
            return
        if not parts and self.command == "GET":
            self._send(200, page.page(self.server.portal), {"Content-Type": "text/html; charset=utf-8"})
            return
        params = request_params(self.command, target.query, body, self.headers.get("Content-Type", ""))
        webhook, method = _address(parts)
        request = Request(self.command, self.path, method, dict(self.headers), body, command_names(method, params))
        engine = self.server.portal.engine
        engine.log.add(request)
        try:
            engine.admit(self.client_address[0])
        except RestError as error:
            self._send(error.status, envelope.failure(error, engine.switches), request=request)
            return
        fault = engine.script.take([method] + request.commands)
        if fault and fault.kind == "slow" and not fault.executed:
            time.sleep(fault.detail["seconds"])
        if fault and fault.kind == "meet":
            fault.detail["barrier"].wait(LONGEST_MEETING)
        if fault is None or fault.executed or fault.kind in GENUINE:
            status, answer = self._answer(engine, webhook, method, params)
        else:
            status, answer = 0, b""
        if fault is None:
            self._send(status, answer, request=request)
        else:
            self._fail(fault, status, answer, request)

    def _answer(self, engine, webhook, method, params):
        if method == "oauth":
            status, content = engine.tokens.renew(params)
            return status, envelope.encoded(content)
        return engine.answer(self.command, webhook, method, params, self.headers, self.server.encrypted)

    def _fail(self, fault, status, answer, request):
        if fault.kind == "reset":
            time.sleep(fault.detail.get("seconds", 0))
            self._hang_up()
        elif fault.kind == "leave":
            self.server.portal.stop(but=self.connection)
            self.close_connection = True
            self._send(status, answer, {"Content-Type": "application/json", "Connection": "close"}, request=request)
        elif fault.kind in ("slow", "meet"):
            if fault.executed:
                time.sleep(fault.detail["seconds"])
            self._send(status, answer, request=request)
        else:
            status, headers, body, length = faults.answer(fault, answer, self.path)
            self._send(status, body, headers, length, request)

    def _send(self, status, body, headers=None, length=None, request=None):
        if request:
            request.status = status
        self.send_response(status)
        headers = {"Content-Type": "application/json; charset=utf-8"} if headers is None else headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        if length is not None:
            self._hang_up()

    def _hang_up(self):
        """Break the connection so that the caller sees a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.wfile = io.BytesIO()
        os.close(self.connection.detach())

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _serve


def _address(parts):
    """(user and secret, or None; name of the method) in the parts of a path."""
    if parts == ["oauth", "token"]:
        return None, "oauth"
    parts = [unquote(part) for part in parts]
    if parts[:1] != ["rest"] or len(parts) not in (2, 4):
        return None, ""
    method = parts[-1]
    for suffix in (".json", ".xml"):
        if method.lower().endswith(suffix):
            method = method[: -len(suffix)]
    return (tuple(parts[1:3]) if len(parts) == 4 else None), method


def start(portal, address, certificate):
    """A Server that listens in a thread of its own."""
    server = Server(address, portal, certificate)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
