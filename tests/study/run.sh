#!/bin/sh
# SPDX-License-Identifier: MIT
# The study, whole: makes a Python environment with pinned versions outside the tree, fits and judges
# everything, writes docs/results.md and its plots. Goes on where it was stopped. Days for everything;
# arguments go to study.py, so that a part can be run:
#
#   sh tests/study/run.sh --only data=kang,pbmc3k --only method=pca,harmony,scilama
#   sh tests/study/run.sh --only 'data=sim-1k-*' --only seed=0
#   sh tests/study/run.sh check            is the study itself sound?
#
# tests/study/results.jsonl has the lines that docs/results.md was made of, but for what is said there to be of earlier runs: a copy of it as
# $STUDY_RESULTS is gone on from, for more seeds or sets (of another program than then: with --redo).
#
# $STUDY_HOME   environment, data made on the way, results.jsonl (default: ~/.cache/scilama-study)
# $STUDY_RESULTS  the results (default: $STUDY_HOME/results.jsonl)
# $STUDY_DATA   the real sets and tables (default: ../shared/data beside the tree)
# $SCILAMA      the program (default: built here)
# $PYTHON       a Python 3.11 or later to make the environment with (default: python3)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
home=${STUDY_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/scilama-study}
results=${STUDY_RESULTS:-$home/results.jsonl}
env=$home/env
mkdir -p "$home"

if ! cmp -s "$here/requirements.txt" "$env/requirements.txt"; then
    "${PYTHON:-python3}" -m venv --clear "$env"
    "$env/bin/pip" install -q --upgrade pip
    "$env/bin/pip" install -q -r "$here/requirements.txt"
    "$env/bin/pip" install -q --no-deps infercnvpy==0.6.1 # a data set is all that is wanted of it
    cp "$here/requirements.txt" "$env/requirements.txt" # last: an install that was stopped is made again
fi

if [ "${1:-}" = check ]; then
    exec "$env/bin/python" "$here/check.py"
fi

if [ -z "${SCILAMA:-}" ]; then
    sh "$root/tests/packages.sh"
    [ -f "$root/build/build.ninja" ] || meson setup "$root/build" "$root"
    ninja -C "$root/build" examples/scilama/scilama >&2
fi

status=0
"$env/bin/python" "$here/study.py" "$results" --work "$home/work" "$@" || status=$?
"$env/bin/python" "$here/report.py" "$results"
exit "$status"
