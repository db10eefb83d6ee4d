#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the CPU references of this machine into traces/measured/ (or the folder that is given). A file of another
# machine is left as it is and reported. Let nothing else run meanwhile.
# Usage: traces/measure.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-traces/measured}
failures=0

measure() {
  local name=$1
  shift
  ./weft reference run --target cpu --repetitions 20 -o "$folder/$name.json" "$@" >/dev/null || failures=$((failures + 1))
}

measure gemm_f32_1024 -k gemm -p M=1024 -p N=1024 -p K=1024
measure gemm_f64_1024 -k gemm -p M=1024 -p N=1024 -p K=1024 -p dtype=f64
measure bmm_f32_16x512 -k bmm
measure blockdiag_f32_1024 -k blockdiag -p tokens=1024 -p dtype=f32
measure monarch_f32_2048 -k monarch -p tokens=2048 -p dtype=f32
measure lowrank_f32_1024 -k lowrank -p tokens=1024 -p dtype=f32
measure gemm24_f32_1024 -k gemm24 -p M=1024 -p N=1024 -p K=1024 -p dtype=f32
measure armor_f32_512 -k armor -p dtype=f32
measure spmm_rmat14 -k spmm -i A=rmat:scale=14,edges=266000,a=.50,b=.07,c=.15,d=.28,seed=1
measure spmv_rmat14 -k spmv -i A=rmat:scale=14,edges=266000,a=.50,b=.07,c=.15,d=.28,seed=1
measure sddmm_rmat14 -k sddmm -i S=rmat:scale=14,edges=266000,a=.50,b=.07,c=.15,d=.28,seed=1
measure spgemm_rmat14 -k spgemm_row_hash -i A=rmat:scale=14,edges=266000,a=.50,b=.07,c=.15,d=.28,seed=1 \
  -i B=rmat:scale=14,edges=266000,a=.50,b=.07,c=.15,d=.28,seed=2

exit $((failures > 0))
