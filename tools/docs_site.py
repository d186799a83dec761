# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds guides and plugin reference as a browsable site, without the network: docs_site.py FOLDER, which is replaced."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from workspace import ROOT, copy_checkout, run_or_exit

BIN = Path(sys.executable).parent

#: Settings of Sphinx. References into Ansible's own documentation lead nowhere without the network.
SETTINGS = """\
project = "scrumops.bitrix24"
html_title = html_short_title = "scrumops.bitrix24"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
include_patterns = ["index.md", "*.md", "CHANGELOG.rst", "docs/*.md", "roles/*/README.md", "examples/**/*.md", "reference/**"]
exclude_patterns = ["README.md", ".github"]
myst_heading_anchors = 3
suppress_warnings = ["ref.ref"]
pygments_style = "ansible"
html_theme = "sphinx_ansible_theme"
html_theme_options = {"display_version": False, "topbar_links": {}, "documentation_home_url": "index.html"}
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_copy_source = False
"""

#: What stands in the margin: guides in the order in which one reads them, then those that are not named here.
CONTENTS = """
```{toctree}
:caption: Guides
:hidden:
:glob:

docs/getting_started
docs/many_backlogs
docs/oauth
docs/awx
docs/iac_repository
The same as an example <examples/iac-repo/README>
docs/troubleshooting
docs/security
docs/how_it_works
docs/*
```

```{toctree}
:caption: Reference
:hidden:
:maxdepth: 1
:glob:

Modules and roles <reference/index>
roles/*/README
```

```{toctree}
:caption: Project
:hidden:
:glob:

CONTRIBUTING
*
```
"""


def main(target):
    """Build it; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="site-") as made:
        folder = Path(made)
        source = folder / "ansible_collections" / "scrumops" / "bitrix24"
        copy_checkout(ROOT, source)
        env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": made,
            "ANSIBLE_COLLECTIONS_PATH": made,
        }
        reference = source / "reference"
        reference.mkdir(mode=0o700)
        run_or_exit(
            ["antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--dest-dir", str(reference), "scrumops.bitrix24"],
            source,
            env,
        )
        _begin_with_the_readme(source)
        (source / "conf.py").write_text(SETTINGS, encoding="utf-8")
        run_or_exit(["sphinx-build", "-b", "html", "-W", "--keep-going", str(source), str(folder / "html")], source, env)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder / "html", target, ignore=shutil.ignore_patterns(".doctrees", ".buildinfo"))
    pages = len(list(target.glob("**/*.html")))
    print(f"{pages} pages: {(target / 'index.html').as_uri()}")
    return 0


def _begin_with_the_readme(source):
    """The site's first page is the README, so links to it lead there."""
    text = (source / "README.md").read_text(encoding="utf-8")
    (source / "index.md").write_text(text + CONTENTS, encoding="utf-8")
    for page in source.glob("**/*.md"):
        text = page.read_text(encoding="utf-8")
        to_root = "../" * (len(page.relative_to(source).parts) - 1)
        page.write_text(text.replace(f"]({to_root}README.md", f"]({to_root}index.md"), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
