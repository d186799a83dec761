# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renews an OAuth pair in processes that are killed, one at each line that the renewal runs; prints what each one left behind.

A program of its own, so that there is no other thread when it forks.
"""

from __future__ import annotations

import json
import os
import runpy
import shutil
import signal
import sys
from pathlib import Path

runpy.run_path(str(Path(__file__).resolve().parents[1] / "unit" / "conftest.py"))

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth import token_file, token_store
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.connection import OAuth

OLD = {"access_token": "old-access", "refresh_token": "old-refresh", "expires": 1}
NEW = {"access_token": "new-access", "refresh_token": "new-refresh", "expires": 2}
TRACED = (token_file.__file__, token_store.__file__)
WATCHED = 3
ENDED = 0


def refresh_pair(path, trace=None):
    """Renew the pair of a file; whoever can see the new one uses it."""
    oauth = OAuth("https://portal.example", None, None, "app.1", "secret", str(path), "https://auth.example/oauth/token/")
    tokens = token_store.TokenStore(oauth, lambda _token: NEW, lambda *_secrets: None, lambda _sentence: None)
    if trace:
        sys.settrace(trace(tokens))
    tokens.refresh()
    sys.settrace(None)


def killed_at(number, path):
    """A trace that kills at a line, or stops when the new pair is used before the file holds it."""

    def trace(tokens):
        left = number

        def line(_frame, event, _argument):
            nonlocal left
            if event == "line":
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                used = tokens._pair.access_token == NEW["access_token"]
                if used and json.loads(path.read_text()) != NEW:
                    os._exit(WATCHED)
            return line

        return lambda frame, _event, _argument: line if frame.f_code.co_filename in TRACED else None

    return trace


def in_a_process(work):
    """How a process ended that does some work: its exit code, or minus the signal that killed it."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(ENDED)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def content(path):
    """What a file holds, or what is wrong with it."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        return str(error)


def look(folder, ended, number):
    """What a process left behind, and what the next one makes of it."""
    path = folder / "tokens.json"
    seen = {
        "line": number,
        "ended": ended,
        "holds": content(path),
        "modes": {found.name: found.stat().st_mode & 0o777 for found in folder.iterdir()},
    }
    seen["next"] = in_a_process(lambda: refresh_pair(path))
    seen["then"] = content(path)
    seen["left"] = sorted(found.name for found in folder.iterdir())
    return seen


def main(root):
    """Kill at the first line, at the second, ... until one comes to its end."""
    whole_write = os.write
    os.write = lambda handle, data: whole_write(handle, data[:64])  # a disk may take it piece by piece
    seen, ended, number = [], None, 0
    while ended != ENDED:
        folder = root / str(number)
        folder.mkdir()
        (folder / "tokens.json").write_text(json.dumps(OLD))
        (folder / "tokens.json").chmod(0o644 if number % 2 else 0o600)
        ended = in_a_process(lambda f=folder, n=number: refresh_pair(f / "tokens.json", killed_at(n, f / "tokens.json")))
        seen.append(look(folder, ended, number))
        shutil.rmtree(folder)
        number += 1
    json.dump({"old": OLD, "new": NEW, "seen": seen}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
