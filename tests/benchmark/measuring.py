# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of one way on a portal of its own."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from ways import START, command, theory

from portal import Portal
from support.runner import AnsibleRunner

REQUEST, COMMAND = 0.03, 0.005
BUCKET, LEAK = 50, 2
RIGHT, WRONG = 7, 9

#: A row that takes fewer seconds than this is measured several times.
QUICK = 40

#: The line of an output that names the error.
ERROR = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception): .*$|^fatal: .*$", re.MULTILINE)
PEAK = str(Path(__file__).resolve().parent / "peak")


class Watch:
    """How long the portal really took for its answers, beside what it was told to take."""

    def __init__(self, runner):
        self.told = self.took = 0.0
        self._plain = runner.answer
        runner.answer = self._answer
        self._cpu = time.process_time()

    @property
    def cpu(self):
        """Seconds that the portal computed; nothing else goes on in this process."""
        return time.process_time() - self._cpu

    def _answer(self, verb, webhook, method, params, headers, encrypted):
        started = time.monotonic()
        answer = self._plain(verb, webhook, method, params, headers, encrypted)
        self.took += time.monotonic() - started
        self.told += REQUEST + COMMAND * len(params.get("cmd") or ()) * (method == "batch")
        return answer


def row(way, count, drifted, repeat):
    """What came of a way. Of several runs the fastest counts: what else goes on in the machine can only slow a run down."""
    runs = [_run(way, count, drifted)]
    while len(runs) < repeat and runs[0]["seconds"] < QUICK:
        runs.append(_run(way, count, drifted))
    chosen = min(runs, key=lambda run: (not run["failed"], run["seconds"]))
    return dict(chosen, all_seconds=[run["seconds"] for run in runs])


def _run(way, count, drifted):
    items = [{"group_id": number, "modified_by": RIGHT} for number in range(1, count + 1)]
    with Portal(tls=True) as portal, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        portal.user(RIGHT, WRONG)
        for item in items:
            portal.group(item["group_id"]).backlog(id=item["group_id"], created_by=6, modified_by=WRONG if drifted else RIGHT)
        portal.cost(REQUEST, COMMAND)
        portal.limits(BUCKET, LEAK)
        line = command(way, items, portal.webhook_url, folder)
        watch = Watch(portal.engine)
        status, seconds, usage, said = _timed(line, folder, _environment(portal, folder))
        return {
            "way": way,
            "backlogs": count,
            "drifted": drifted,
            "seconds": round(seconds, 2),
            "requests": len(portal.requests),
            "theory": 0 if way == START else theory(count, drifted),
            "refused": portal.refused,
            "wrong": sum(stored[4] != RIGHT for stored in portal.rows),
            **_peaks(folder / "peak"),
            "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
            "portal_told_seconds": round(watch.told, 2),
            "portal_took_seconds": round(watch.took, 2),
            "portal_cpu_seconds": round(watch.cpu, 2),
            "failed": _failure(status, said, portal, count if drifted else 0),
        }


def _environment(portal, folder):
    """What every way sees: nothing of the user's own settings, and the portal's CA as each of the libraries wants it."""
    return AnsibleRunner(folder).environment(
        BITRIX24_WEBHOOK_URL=portal.webhook_url,
        BITRIX24_CA_PATH=portal.ca_path,
        REQUESTS_CA_BUNDLE=portal.ca_path,
        SSL_CERT_FILE=portal.ca_path,
        BENCHMARK_PEAK=folder / "peak",
        PYTHONPATH=PEAK,
    )


def _timed(line, folder, env):
    """(exit code, seconds, resources used, what was printed) of a command."""
    with open(folder / "output", "w+", encoding="utf-8") as output:
        started = time.monotonic()
        process = subprocess.Popen(line, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return process.returncode, seconds, usage, output.read()


def _peaks(notes):
    """Megabytes of the largest process that did the work, and of the largest of the engine."""
    most = {"work": 0, "engine": 0}
    for line in notes.read_text().splitlines() if notes.exists() else ():
        kind, kilobytes = line.split()
        most[kind] = max(most[kind], int(kilobytes))
    return {"peak_mb": round(most["work"] / 1024), "engine_mb": round(most["engine"] / 1024)}


def _failure(status, said, portal, due):
    """Why the run did not do its job; empty when it did."""
    if status:
        told = ERROR.findall(said.partition("Exception ignored")[0]) or said.splitlines() or ["nothing was printed"]
        return f"exit code {status}: {told[-1].strip()[:300]}"
    wrong = sum(stored[4] != RIGHT for stored in portal.rows)
    if wrong:
        return f"{wrong} groups are wrong at the end"
    if len(portal.writes) != due:
        return f"{len(portal.writes)} writes where {due} were due"
    return ""
