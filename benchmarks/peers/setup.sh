#!/bin/sh
# Makes the environment of flavio beside this file: sh benchmarks/peers/setup.sh [PYTHON]
# It is apart from the project's because flavio needs particle < 1.
set -eu
venv=$(dirname "$0")/.venv-flavio
"${1:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "flavio==2.7.1" "particle==0.26.2"
"$venv/bin/python" -c 'import flavio; print("flavio", flavio.__version__, "is ready")'
