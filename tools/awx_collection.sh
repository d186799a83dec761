# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Puts the collection awx.awx where the tests find it: awx_collection.sh FOLDER REQUIREMENTS PYTHON
# It is taken out of the package ansible, which is too large to be installed for one collection.
set -eu
folder=$1 requirements=$2 python=$3
echo "Setting up $folder with the collection awx.awx"
rm -rf "$folder"
mkdir -p "$folder/wheel"
"$python" -m pip download --disable-pip-version-check --quiet --no-deps --only-binary :all: --dest "$folder/wheel" --requirement "$requirements"
"$python" - "$folder" <<'CODE'
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next((folder / "wheel").glob("*.whl"))) as wheel:
    wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith("ansible_collections/awx/awx/")])
CODE
rm -rf "$folder/wheel"
test -f "$folder/ansible_collections/awx/awx/MANIFEST.json"
touch "$folder/ready"
