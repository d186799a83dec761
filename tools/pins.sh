# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Renews the pinned versions in requirements/: every name keeps its markers and gets the newest version that goes with the others.
set -eu
python=$(sh tools/pythons.sh 3.11 | head -n 1 | cut -d " " -f 2-)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
sed -n 's/^\([A-Za-z0-9-]*\)==.*/\1/p' requirements/core.txt requirements/test.txt | sort -u >"$folder/names"
"$folder/venv/bin/python" -m pip install --disable-pip-version-check --quiet --requirement "$folder/names"
"$folder/venv/bin/python" -m pip freeze | while IFS= read -r pin; do
    name=${pin%%==*}
    [ "$name" = ansible-core ] || sed -i "s/^$name==[^ ;]*/$pin/" requirements/*.txt
done
# one line of ansible-core for each range of interpreters: the newest patch of its series
"$folder/venv/bin/python" -m pip freeze | sed -n 's/^ansible-core==//p' | while IFS= read -r version; do
    sed -i "s/^ansible-core==[^ ;]*\(; python_version >= .*\)/ansible-core==$version\1/" requirements/core.txt
done
git --no-pager diff --stat requirements || true
