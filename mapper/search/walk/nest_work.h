// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/program.h"
#include "sim/machine/fabric_description.h"

namespace weft::mapper {

/// What a loop nest takes of a fabric when nobody is in anybody's way.
struct NestWork {
  double path_cycles = 0;     // from the first instruction to the last, threads meeting at barriers
  double thread_cycles = 0;   // of all threads, without what they wait for each other
  double slots = 0;           // instructions of all threads
  double pipeline_slots = 0;  // of the busiest pipeline
  double arithmetic_slots = 0;       // of all instructions, those of values
  double products = 0;               // multiplications
  std::vector<double> memory_bytes;  // [controller] that its DRAM moves
  std::vector<double> atomic_bytes;  // [controller] of these, by atomics
  double dma_requests = 0;           // of the core whose engines have the most
  std::vector<double> link_bytes;    // [link of the topology]
};

/// Walks a program of loop nests without its waiting for shared resources: every thread takes its
/// own iterations of the real operands, is charged its instructions one after the other and the
/// unloaded latency of every access, and meets the others at barriers. Bandwidths, conflicts and
/// the turns that threads take only ever delay a thread, and what a thread does depends on no
/// time, so that no simulation is shorter than `path_cycles`. Tasks that are handed out on demand
/// count by the heaviest and by their sum.
///
/// The tensors of the program are used as they are: what the walk computes is of no use to anybody
/// else. Precondition: the program has loop nests.
NestWork walk_nest(const program::Program& program, const machine::FabricDescription& fabric);

}  // namespace weft::mapper
