# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets tests import the collection by its full name, from any checkout."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def make_importable():
    """Make ``ansible_collections.scrumops.bitrix24`` this checkout, unless it is there."""
    try:
        import ansible_collections.scrumops.bitrix24.plugins  # noqa: F401, PLC0415  # pylint: disable=unused-import
    except ImportError:
        pass
    else:
        return
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="collections-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    namespace = folder / "ansible_collections" / "scrumops"
    namespace.mkdir(parents=True)
    (namespace / "bitrix24").symlink_to(ROOT)
    _AnsibleCollectionFinder(paths=[str(folder)])._install()
    sys.path.insert(0, str(folder))
