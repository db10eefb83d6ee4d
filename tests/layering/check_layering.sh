#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The house has five floors and every include points down. Also: no file grows past 400 lines, and nothing but
# tests knows of the optional local data. Usage: check_layering.sh SOURCE_ROOT
set -euo pipefail
cd "$1"

declare -A may_include=(
  [base]='base/'
  [kernels]='base/|kernels/'
  [sim]='base/|kernels/program/|sim/'
  [mapper]='base/|kernels/|sim/machine/|mapper/'
  [cli]='base/|kernels/|sim/|mapper/|cli/'
)
kMostLines=400
failures=0

complain() {
  printf '%s\n' "$@"
  failures=$((failures + 1))
}

sources() { find "$@" -name '*.h' -o -name '*.cpp' -o -name '*.cu'; }

for floor in "${!may_include[@]}"; do
  while IFS= read -r line; do
    complain "$line: expected only includes of ${may_include[$floor]} in $floor/"
  done < <(sources "$floor" | xargs -r grep -nHE '^#include "' | grep -vE "#include \"(${may_include[$floor]})" || true)
done

while IFS= read -r line; do
  complain "$line"
done < <(sources base kernels sim mapper cli bench tests | xargs -r awk -v most=$kMostLines '
  FNR == 1 && !/SPDX-License-Identifier: Apache-2.0/ { print FILENAME ":1: expected the licence line" }
  FNR == most + 1 { print FILENAME ": expected at most " most " lines, found more" }')

while IFS= read -r line; do
  complain "$line: only tests may know of the optional local data"
done < <(grep -rnE 'WEFT_LOCAL_DATA|\.\./shared' base kernels sim mapper cli configs bench cmake weft 2>/dev/null || true)

# A process that forks workers, and workers that end by _exit, must do without OpenMP's teams; base/parallel.h serves.
while IFS= read -r line; do
  complain "$line: only native references may use OpenMP"
done < <(sources base kernels sim mapper cli | grep -v '^kernels/native/' | xargs -r grep -nHE '#pragma omp|<omp\.h>' || true)

[ $failures -eq 0 ] || { echo "$failures layering errors"; exit 1; }
echo 'layering: ok'
