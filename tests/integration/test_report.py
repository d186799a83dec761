# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report: no place for texts of others to do harm. Its HTML in a real browser: one file that fetches nothing, by day and by night."""

from __future__ import annotations

import re
import subprocess
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from support.runner import ROOT

HOSTILE = "<script>document.title='harm'</script> | {{ 7 + 6 }} {% raw %}\nnext <img src=/harm.png> [x](http://harm.example) `code`"
FLAGS = """
    --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync
    --hide-scrollbars --window-size=1000,800
""".split()  # noqa: SIM905
DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"


@pytest.fixture
def report(portal, runner):
    """Called with md or html: the report on a backlog that differs, one in order, and one whose portal answers with a hostile text."""
    for number in (5, 6, 7):
        portal.group(number).backlog(id=number, created_by=6, modified_by=9)
    portal.user(7)

    def write(ending):
        path = runner.folder / f"drift.{ending}"
        items = [{"group_id": 5, "modified_by": 7}, {"group_id": 6}, {"group_id": 7}]
        variables = {"scrum_backlogs_list": items, "scrum_backlogs_chunk_size": 1, "scrum_backlogs_report": str(path)}
        play = {"hosts": "localhost", "gather_facts": False, "roles": ["scrumops.bitrix24.scrum_backlogs"], "vars": variables}
        (runner.folder / "role.yml").write_text(yaml.safe_dump([play]))
        portal.fault("command", method="tasks.api.scrum.backlog.get", skip=2, code="0", description=HOSTILE)
        with portal.read_only():
            status, output = runner.run(["ansible-playbook", "role.yml"], check=True)
        assert (status, "1 of 3 backlogs failed" in output) == (2, True), output
        return path.read_text(encoding="utf-8")

    return write


def test_report_escapes_foreign_texts_in_markdown(report):
    """They stay one line of text: no markup, no template, no cell of a table."""
    (line,) = [line for line in report("md").splitlines() if "next" in line]
    assert line.startswith("- group 7:")
    assert "{{ 7 + 6 }}" in line
    for mark in ("<", "|", "[", "`"):
        assert not re.search(rf"(?<!\\){re.escape(mark)}", line), mark


class Page(BaseHTTPRequestHandler):
    """Serves the report, and keeps what was asked for."""

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """Nothing is printed."""

    def do_GET(self):
        """The report, whatever the path."""
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.page)


@pytest.fixture
def browser(report, tmp_path):
    """Called with flags, looks at the HTML report; returns what was printed, and the paths that were asked for."""
    found = subprocess.run(["sh", str(ROOT / "tools" / "browser.sh")], capture_output=True, text=True, check=True).stdout.strip()
    if not found:
        pytest.skip("the HTML report in a browser, since chromium is missing")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.asked, server.page = [], report("html").encode()
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def look(*flags):
        server.asked.clear()
        command = [found, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags, f"http://127.0.0.1:{server.server_port}/drift.html"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout, [path for path in server.asked if path != "/favicon.ico"]

    yield look
    server.shutdown()
    server.server_close()


def _background(path):
    """Colour of a PNG's first pixel: no filter of a line changes it."""
    data, chunks = path.read_bytes(), b""
    at = 8
    while at < len(data):
        size, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        chunks += data[at + 8 : at + 8 + size] if name == b"IDAT" else b""
        at += 12 + size
    return tuple(zlib.decompress(chunks)[1:4])


@pytest.mark.browser
def test_report_page_renders_without_scripts_or_requests(browser, tmp_path):
    """Its words are there, nothing is fetched, no script ran, and it is dark for those who like it dark."""
    page, asked = browser("--dump-dom")
    assert asked == ["/drift.html"]
    assert "<title>Scrum backlogs: what differs</title>" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "{{ 7 + 6 }}" in page
    row = re.search(r"<tr><td>5</td>.*?</tr>", page).group()
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == ["5", "5", "update", "modified_by", "9", "7", "6", "9"]
    for flag, colour in ((LIGHT, (246, 247, 249)), (DARK, (20, 23, 26))):
        browser(flag, f"--screenshot={tmp_path / 'page.png'}")
        assert _background(tmp_path / "page.png") == colour
        assert (tmp_path / "page.png").stat().st_size > 20000
