# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a virtual environment with the newest Python that the machine has: venv.sh FOLDER REQUIREMENTS
set -eu
folder=$1 requirements=$2
python=$(sh tools/pythons.sh 3.11 | head -n 1)
[ -n "$python" ] || { echo "Python 3.11 or newer is missing: install it, or put it on PATH." >&2; exit 1; }
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    { echo "$python has no venv module: install it (Debian: apt install python3-venv)." >&2; exit 1; }
echo "Setting up $folder with $("$python" --version)"
rm -rf "$folder"
"$python" -m venv "$folder"
log=$(mktemp)
"$folder/bin/python" -m pip install --disable-pip-version-check --quiet --requirement "$requirements" >"$log" 2>&1 ||
    { cat "$log" >&2; rm -f "$log"; rm -rf "$folder"; echo "The packages of $requirements could not be installed, see above." >&2; exit 1; }
rm -f "$log"
touch "$folder/ready"
