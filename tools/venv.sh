# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Makes a virtual environment: venv.sh FOLDER REQUIREMENTS [PYTHON]; without PYTHON the newest that the machine has, 3.11 or newer.
set -eu
folder=$1 requirements=$2
python=${3:-$(sh tools/pythons.sh 3.11 | head -n 1 | cut -d ' ' -f 2-)}
if [ -z "$python" ]; then
    echo "Python 3.11 or newer with its venv module is missing: install both (Debian, Ubuntu: apt install python3 python3-venv)." >&2
    exit 1
fi
echo "Setting up $folder with $("$python" --version)"
rm -rf "$folder"
"$python" -m venv "$folder"
log=$(mktemp)
if ! "$folder/bin/python" -m pip install --disable-pip-version-check --quiet --requirement "$requirements" >"$log" 2>&1; then
    cat "$log" >&2
    rm -rf "$log" "$folder"
    echo "The packages of $requirements could not be installed, see above." >&2
    exit 1
fi
rm -f "$log"
touch "$folder/ready"
