# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line: ``python -m portal serve`` and ``python -m portal conform FILE``."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading

from . import Portal, example
from .conform import Unreadable, conform


def main():
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m portal", description="A stand-in for a Bitrix24 portal.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="start a portal with a small example in it")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=0)
    serve.add_argument("--tls", action="store_true", help="HTTPS, with a CA of its own")
    serve.add_argument("--port-file", help="file to write the addresses to, as JSON, once it listens")
    replay = commands.add_parser("conform", help="replay recorded cases")
    replay.add_argument("file")
    options = parser.parse_args()
    return _serve(options) if options.command == "serve" else _conform(options.file)


def _serve(options):
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with Portal(tls=options.tls, host=options.host, port=options.port) as portal:
        example.fill(portal)
        if options.port_file:
            _tell(options.port_file, portal)
        print(f"webhook: {portal.webhook_url}")
        if portal.ca_path:
            print(f"CA:      {portal.ca_path}")
        print(f"page:    {portal.portal_url}/")
        print(f"state:   {portal.control_url}state")
        print("Stop with Ctrl-C.", flush=True)
        stopped.wait()
    return 0


def _tell(path, portal):
    addresses = {name: getattr(portal, name) for name in ("webhook_url", "portal_url", "ca_path", "control_url")}
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(addresses, file)
    os.replace(path + ".new", path)


def _conform(path):
    try:
        report = conform(path)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    for mismatch in report.mismatches:
        print(mismatch)
    wrong = {name: set() for name in report.cases}
    for mismatch in report.mismatches:
        wrong[mismatch.method].add(mismatch.case)
    for method, count in sorted(report.cases.items()):
        print(f"{method:24} {count:5} cases {len(wrong[method]):5} wrong")
    print(f"{sum(report.cases.values())} cases, {len(report.mismatches)} mismatches")
    return 1 if report.mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
