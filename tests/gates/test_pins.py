# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make pins` makes of a file of requirements, with an index of its own."""

from __future__ import annotations

import pytest

from pins import renewed

TOGETHER = {"ansible-core": "2.30.1", "ruff": "9.0", "requests": "3.0", "some-name-x": "0.2"}
SERIES = {"ansible-core==2.18.*": "2.18.99", "ansible-core>=2.22.0rc1,<2.23": "2.22.0"}


@pytest.mark.parametrize(
    "before, of_series, after",
    [
        ("ruff==0.1", False, "ruff==9.0"),
        ("ruff==9.0", False, "ruff==9.0"),
        ("some_name.x==0.1a1", False, "some_name.x==0.2"),
        ("ansible==12.3.0  # kept", False, "ansible==12.3.0  # kept"),
        ("# a word on ruff==0.1", False, "# a word on ruff==0.1"),
        ("-r core.txt", False, "-r core.txt"),
        ('requests==2.0; python_version >= "3.10"', False, 'requests==3.0; python_version >= "3.10"'),
        ('requests==2.0; python_version < "3.10"', False, 'requests==2.0; python_version < "3.10"'),
        ('ansible-core==2.21.5; python_version >= "3.12"', False, 'ansible-core==2.30.1; python_version >= "3.12"'),
        ('ansible-core==2.18.1; python_version < "3.12"', False, 'ansible-core==2.18.99; python_version < "3.12"'),
        ("ansible-core==2.18.1", True, "ansible-core==2.18.99"),
        ("ansible-core==2.22.0rc1", True, "ansible-core==2.22.0"),
        ("requests==2.0", True, "requests==3.0"),
    ],
)
def test_pin_line_is_renewed_within_its_series(before, of_series, after):
    """The newest that goes together; ansible-core within its series where the file or the line is about one."""
    new = renewed(f"# first\n{before}\n", TOGETHER, of_series, lambda wanted: {"ansible-core": SERIES[wanted]})
    assert new == f"# first\n{after}\n"
