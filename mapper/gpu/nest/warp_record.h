// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "kernels/program/row_program.h"
#include "mapper/gpu/nest/lane.h"

namespace weft::mapper {

/// Records what a warp does while its lanes execute one micro-operation together.
///
/// The lanes are in step, so the warp issues what the longest of them issues. The i-th element that
/// each lane touches by an access is one request of the warp: it moves the sectors of 32 bytes in
/// which the lanes' addresses lie, each once, and it passes the banks of shared memory as often as
/// the fullest bank asks. Loads of an unrolled loop are in flight together; a probe is waited for
/// before the next one.
void record_warp(std::span<const LaneLog* const> lanes, unsigned warp, bool fp64,
                 program::CtaTrace& trace);

}  // namespace weft::mapper
