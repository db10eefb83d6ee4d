#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_documented.sh ROOT: every type and function that a header offers has a comment above it, or above the group that it
# is in. Declarations at the beginning of a line count; members do not, nor what is defined of a class elsewhere.
set -eu
cd "$1"
find base kernels sim mapper cli -name '*.h' -print0 | sort -z | xargs -0 awk '
  FNR == 1 { commented = 0; inside = 0 }
  /^[[:space:]]*$/ { if (!inside) commented = 0; next }
  /^(\/\/|\/\*)/ { commented = 1; next }
  /^}/ { inside = 0; next }
  inside || /^[[:space:]]/ { next }
  /^(#|namespace|using |extern|friend|static_assert|public|private|protected)/ { next }
  /^(class|struct|union) [A-Za-z_0-9]+;$/ { next }
  /^template/ && !/[({;]/ { next }
  /^(inline |static )?constexpr [^(]* k[A-Z][A-Za-z]*(;| =|\{)/ { if (/\{$/) inside = 1; next }
  {
    found++
    if (/[A-Za-z_0-9>]::[~A-Za-z_0-9]+\(/ && !/^[^(]*=/) commented = 1
    if (!commented) { printf "%s:%d: %s: expected a comment above\n", FILENAME, FNR, $0; bare++ }
    if (/\{$/) inside = 1
  }
  END {
    if (found < 1000) { print "only " found + 0 " declarations found: the check is broken"; exit 1 }
    exit bare > 0
  }'
