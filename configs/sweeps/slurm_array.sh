#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A sweep as a job array of eight shards, one node each, and a last job that merges them:
#   jid=$(sbatch --parsable configs/sweeps/slurm_array.sh my.yaml my.sqlite)
#   sbatch --dependency=afterany:$jid --wrap "weft sweep merge my.sqlite.part* -o my.sqlite"
# A job that was cut off goes on where it was when it is submitted again.
#SBATCH --job-name=weft-sweep
#SBATCH --array=0-7
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=16
#SBATCH --time=04:00:00
set -euo pipefail
sweep=$1
part=$2.part$SLURM_ARRAY_TASK_ID
resume=()
[ -e "$part" ] && resume=(--resume)
exec weft sweep "$sweep" -o "$part" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  -j "${SLURM_CPUS_PER_TASK:-1}" "${resume[@]}"
