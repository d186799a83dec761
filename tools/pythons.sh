# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Prints the Python interpreters of the machine as lines "3.13 /path", the newest first, one of each version: pythons.sh OLDEST
# A name on PATH may be a shim that only says "command not found", so each is run before it counts.
set -u
oldest=${1#3.}
pyenv=${PYENV_ROOT:-$(pyenv root 2>/dev/null || echo "$HOME/.pyenv")}
minor=30
while [ "$minor" -ge "$oldest" ]; do
    for candidate in "$(command -v "python3.$minor" 2>/dev/null)" "$pyenv"/versions/3."$minor".*/bin/python3."$minor" \
        /usr/local/bin/python3."$minor" /usr/bin/python3."$minor" "$(command -v python3 2>/dev/null)" /usr/bin/python3; do
        [ -x "$candidate" ] || continue
        found=$("$candidate" -c 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2], sys.executable)' 2>/dev/null) || continue
        case $found in
        "3.$minor "*)
            echo "$found"
            break
            ;;
        esac
    done
    minor=$((minor - 1))
done
