# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds the plugin reference as a browsable site, without the network: build/site/index.html"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from workshop import ROOT, copy_checkout, quietly

BIN = Path(sys.executable).parent
OFFLINE = '\nintersphinx_mapping = {}\nsuppress_warnings = ["ref.ref"]\n'


def main():
    """Build it; returns the exit code."""
    site = ROOT / "build" / "site"
    folder = Path(tempfile.mkdtemp(prefix="site-"))
    try:
        copy_checkout(ROOT, folder / "ansible_collections" / "scrumops" / "bitrix24")
        work = folder / "work"
        work.mkdir(mode=0o700)
        env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "ANSIBLE_COLLECTIONS_PATH": str(folder),
        }
        init = [str(BIN / "antsibull-docs"), "sphinx-init", "--use-current", "--squash-hierarchy", "--dest-dir", str(work)]
        quietly([*init, "scrumops.bitrix24"], folder, env)
        with (work / "conf.py").open("a", encoding="utf-8") as settings:
            settings.write(OFFLINE)
        quietly(["bash", "build.sh"], work, env)
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(work / "build" / "html", site)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    pages = len(list(site.glob("**/*.html")))
    print(f"{pages} pages: {(site / 'index.html').as_uri()}")
    return 0 if pages else 1


if __name__ == "__main__":
    sys.exit(main())
