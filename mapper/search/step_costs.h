// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/compile/spgemm_plan.h"
#include "sim/machine/fabric_description.h"

namespace weft::mapper {

/// What a thread spends on a step: instructions issued, cycles waited, and what memory moves for
/// it.
struct Cost {
  double slots = 0;
  double wait = 0;
  double bytes = 0;

  double cycles(double pipeline_cycles) const { return slots * pipeline_cycles + wait; }
  Cost operator+(const Cost& other) const {
    return {slots + other.slots, wait + other.wait, bytes + other.bytes};
  }
  Cost operator*(double times) const { return {slots * times, wait * times, bytes * times}; }
};

/// What inserts a product into an accumulator.
struct InsertCosts {
  Cost hit;    // into an entry that is there
  Cost fresh;  // making an entry
};

/// The steps of a row-wise plan and what each costs a thread at least, by the listings of
/// docs/listings.md: one probe for each look-up, no access behind another. Waits for memory count
/// where it is flat, as do bytes that are not loads of operands: other memories may merge them.
struct StepCosts {
  Cost count_row;    // of the phase that counts products: a row
  Cost count_entry;  // and an entry of it
  Cost scan_row;     // of the single-threaded core that deals out windows
  Cost task;         // a row in any pass: where it lies
  Cost empty;        // a row without products
  Cost fetch;        // an entry of A and the place of its row of B
  Cost count_fetch;  // the same in the pass that only counts entries
  Cost a_piece;      // a piece of a row of A that comes by DMA
  Cost piece;        // a piece of a row of B that comes by DMA
  Cost walk;         // a product in a pass that does not keep it
  Cost keep;         // what a kept product costs on top, without its accumulator
  InsertCosts insert;
  InsertCosts count;  // in the pass that only counts
  Cost probe;         // a slot behind the first that a look-up in a window's table passes
  Cost slot;          // a slot of a table, or a word of a bitmap, that is looked through
  Cost sort;          // a step of a sort
  Cost entry;         // an entry that leaves, to its place in C
  Cost row_start;     // where a row of a window begins
};

/// Of the operations that a plan compiles to, with the latencies of the machine.
StepCosts step_costs(const SpgemmPlan& plan, const FabricTarget& target,
                     const machine::FabricDescription& fabric);

}  // namespace weft::mapper
