# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever bytes come over the connection: an Response, or an error whose texts hold no secret."""

from __future__ import annotations

import contextlib
import gzip
import json
import socketserver
import threading
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import Redactor
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_envelope
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.transport import Response, Transport
from support.secrecy import pieces_in

from . import answers

METHOD = "tasks.api.scrum.backlog.get"
SECRET = "aB3xyZ9k2pQ7w"
BODY = b'{"id": 1}'
GOOD = json.dumps({"result": {"id": 1}}).encode()


class Says(socketserver.BaseRequestHandler):
    """Reads a request, says what it was told to say, and hangs up."""

    def handle(self):
        """One caller."""
        with contextlib.suppress(OSError):
            request = b""
            while not request.endswith(BODY):
                request += self.request.recv(65536)
            self.request.sendall(self.server.words)


class Server(socketserver.ThreadingTCPServer):
    """Listens on a loopback port."""

    daemon_threads = True
    words = b""

    def handle_error(self, request, client_address):
        """Callers may leave as they like."""


@pytest.fixture(scope="module")
def server():
    """One for all examples."""
    with Server(("127.0.0.1", 0), Says) as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield made
        made.shutdown()


good_lines = st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK", b"HTTP/1.1 302 Found", b"HTTP/1.1 503 x"])
status_lines = st.one_of(
    good_lines,
    good_lines,
    good_lines,
    st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 200", b"HTTP/1.1 100 Continue", b"HTTP/1.1 204 No Content"]),
    st.sampled_from([b"HTTP/1.1 302 Found", b"HTTP/1.1 304 x", b"HTTP/1.1 999 x", b"HTTP/1.1 99 x", b"HTTP/1.1 -1 x", b"HTTP/9.9 200 OK"]),
    st.sampled_from([b"", b"HTTP", b"HTTP/1.1 ", b"HTTP/1.1 abc OK", b"<html>", b"\x16\x03\x01", b"HTTP/1.1 200 " + b"x" * 70000]),
    st.binary(max_size=12),
)
bodies = st.one_of(
    st.just(GOOD),
    st.just(gzip.compress(GOOD)),
    st.just(gzip.compress(GOOD)[:-9]),
    st.just(zlib.compress(GOOD)),
    st.sampled_from(
        [
            b"5\r\nabcde\r\n0\r\n\r\n",
            b"5\r\nabc",
            b"zz\r\nabc\r\n",
            b"-1\r\n",
            b"ffffffffffffffffffff\r\na",
            b"0\r\n\r\n",
            b"5;x=y\r\nabcde\r\n",
        ]
    ),
    st.binary(max_size=30),
    answers.bodies,
)
texts = st.one_of(answers.echoes(SECRET), st.text(max_size=10)).map(
    lambda text: text.encode("latin-1", "replace").replace(b"\n", b"").replace(b"\r", b"")
)
locations = st.one_of(
    texts,
    st.sampled_from(
        [
            b"http://[::1",
            b"https://",
            b"//",
            b"http://a:b@c/",
            b"http://127.0.0.1:99999/",
            b"http://\xff/",
            b"ftp://x/",
            b"http://127.0.0.1:1/",
        ]
    ),
)
headers = st.one_of(
    st.builds(lambda length: b"Content-Length: %d" % length, st.integers(-5, 100)),
    st.sampled_from([b"Content-Length: 1, 2", b"Content-Length: x", b"Content-Length: " + b"9" * 400, b"Content-Length:"]),
    st.sampled_from([b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: x"]),
    st.sampled_from(
        [
            b"Content-Encoding: gzip",
            b"Content-Encoding: deflate",
            b"Content-Encoding: br",
            b"Content-Encoding: gzip, gzip",
            b"Content-Encoding: zstd",
        ]
    ),
    st.sampled_from(
        [
            b"Retry-After: 5",
            b"Retry-After: " + b"9" * 5000,
            b"Retry-After: -1",
            b"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT",
            b"Retry-After: \xb2",
        ]
    ),
    st.sampled_from([b"Connection: close", b"Connection: upgrade", b"Set-Cookie: a=b; Domain=.", b"Set-Cookie: " + b"=" * 5000]),
    st.sampled_from([b"X: " + b"y" * 70000, b"no colon", b" folded", b":", b"\x00: \x00", b"X: \xff\xfe", b"", b"X: a\r\n b"]),
    st.builds(lambda location: b"Location: " + location, locations),
    st.builds(lambda kind: b"Content-Type: " + kind, texts),
    st.just(b"\r\n".join([b"X: y"] * 150)),
)


@st.composite
def responses(draw):
    """Something like HTTP."""
    lines = [draw(status_lines), *draw(st.lists(headers, max_size=3))]
    return draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n"])).join([*lines, b"", draw(bodies)])


@given(st.one_of(responses(), responses(), responses(), st.binary(max_size=60)))
def test_transport_with_any_bytes_returns_or_raises(server, words):
    """Broken status lines, headers, chunks, lengths and compression; redirects to anywhere."""
    server.words = words
    redactor = Redactor()
    redactor.add(SECRET)
    said = []
    transport = Transport(f"http://127.0.0.1:{server.server_address[1]}", True, 5.0, said.append)
    try:
        answer = transport.post(f"/rest/1/{SECRET}/{METHOD}", json.loads(BODY), METHOD)
        assert isinstance(answer, Response)
        parse_envelope(answer, METHOD, redactor.text)
    except Bitrix24Error as error:
        said += [error.message(), json.dumps(error.to_result())]
    assert not pieces_in(json.dumps([redactor.text(sentence) for sentence in said]), [SECRET])
