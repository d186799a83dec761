# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Prints the Python interpreters of the machine as lines "3.13 /path", the newest first, one of each version: pythons.sh OLDEST
# A name on PATH may be a shim that only says "command not found", so each is run before it counts.
set -u
oldest=${1#3.}
pyenv=${PYENV_ROOT:-$(pyenv root 2>/dev/null || echo "$HOME/.pyenv")}
candidates() {
    minor=$oldest
    while [ "$minor" -lt 30 ]; do
        command -v "python3.$minor"
        minor=$((minor + 1))
    done
    ls "$pyenv"/versions/3.*/bin/python3 /usr/local/bin/python3.? /usr/local/bin/python3.?? /usr/bin/python3.? /usr/bin/python3.?? 2>/dev/null
    command -v python3
    echo /usr/bin/python3
}
candidates | awk '!seen[$0]++' | while IFS= read -r candidate; do
    "$candidate" -c 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2], sys.executable)' 2>/dev/null
done | awk -v oldest="$oldest" '{ split($1, version, ".") } version[2] >= oldest && !seen[$1]++' | sort -t . -k 2,2 -r -n
