# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets the unit tests import the collection by its full name, from any checkout, with or without ansible-test."""

from __future__ import annotations

import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _make_importable():
    try:
        import ansible_collections.scrumops.bitrix24.plugins  # noqa: F401, PLC0415  # pylint: disable=unused-import
    except ImportError:
        pass
    else:
        return
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder  # noqa: PLC0415

    folder = pathlib.Path(tempfile.mkdtemp(prefix="collections-"))
    namespace = folder / "ansible_collections" / "scrumops"
    namespace.mkdir(parents=True)
    (namespace / "bitrix24").symlink_to(ROOT)
    _AnsibleCollectionFinder(paths=[str(folder)])._install()
    sys.path.insert(0, str(folder))


_make_importable()
