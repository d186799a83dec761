# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the environments of the oldest supported ansible-core, and of the oldest Python that modules run on: older_venvs.sh PYTHON311 [PYTHON39]
set -eu
cd "$(dirname "$0")/.."
mkdir -p .venv
exec 9>.venv/older.lock
flock 9
make_venv() { # folder python requirements...
    folder=$1 python=$2
    shift 2
    if [ ! -e "$folder/ready" ] || [ requirements/oldest.txt -nt "$folder/ready" ]; then
        rm -rf "$folder"
        "$python" -m venv "$folder"
        "$folder/bin/python" -m pip install --disable-pip-version-check --quiet "$@"
        touch "$folder/ready"
    fi
}
make_venv .venv/oldest "$1" --requirement requirements/oldest.txt
make_venv .venv/target "${2:-$1}" requests
