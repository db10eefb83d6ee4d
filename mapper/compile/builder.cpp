// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/builder.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/tensor/spgemm_count.h"

namespace weft::mapper {

namespace {

/// Arrays begin at block boundaries, so that a run of DMA requests never spans two of them.
constexpr uint64_t kAlignment = 64;

uint64_t align_up(uint64_t value) {
  return (value + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

SpgemmOperands count_operands(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b) {
  SpgemmOperands counted{a, b, tensor::products_per_row(a, b), {}, {0}};
  for (const int64_t flops : counted.row_flops) {
    counted.row_bound.push_back(std::min(flops, b.cols));
    counted.bound_start.push_back(counted.bound_start.back() + counted.row_bound.back());
  }
  return counted;
}

ProgramBuilder::ProgramBuilder(const SpgemmPlan& spgemm_plan, const FabricTarget& fabric)
    : plan(spgemm_plan), target(fabric) {
  kernel.program.slots = fabric.slots;
  attribute(plan.lines.statement, "mul", "", "control");
}

uint64_t ProgramBuilder::memory_space(uint64_t bytes) {
  const uint64_t base = memory_top_;
  memory_top_ = align_up(memory_top_ + bytes);
  return base;
}

/// What is dealt in a way of its own begins and ends where no other range is.
void ProgramBuilder::align_range() {
  constexpr uint64_t kRange = program::kRangeAlignment;
  memory_top_ = (memory_top_ + kRange - 1) / kRange * kRange;
}

uint64_t ProgramBuilder::memory_space(const std::string& name, uint64_t count,
                                      uint32_t element_bytes, const Dealing& dealing) {
  if (dealing.as_usual) return memory_space(count * element_bytes);
  align_range();
  const uint64_t base = memory_space(count * element_bytes);
  align_range();
  if (memory_top_ > base) {
    kernel.program.placed_ranges.push_back(
        dealing.range(name, base, memory_top_ - base, element_bytes));
  }
  return base;
}

uint64_t ProgramBuilder::scratchpad_space(uint64_t bytes) {
  const uint64_t base = scratchpad_top_;
  scratchpad_top_ = align_up(scratchpad_top_ + bytes);
  return base;
}

int16_t ProgramBuilder::memory_array(const MemoryArray& wanted) {
  program::Array array;
  array.name = wanted.name;
  array.tensor = wanted.tensor;
  array.type = wanted.type;
  array.bytes = wanted.bytes;
  array.space = wanted.cached ? program::Space::Cached : program::Space::Memory;
  array.base = memory_space(wanted.name, wanted.count, wanted.bytes, wanted.dealing);
  array.count = wanted.count;
  array.data = wanted.data;
  kernel.program.arrays.push_back(array);
  return static_cast<int16_t>(kernel.program.arrays.size() - 1);
}

int16_t ProgramBuilder::local_array(const std::string& name, const std::string& tensor,
                                    program::ElementType type, uint32_t bytes,
                                    uint64_t count_per_core) {
  program::Array array;
  array.name = name;
  array.tensor = tensor;
  array.type = type;
  array.bytes = bytes;
  array.count = count_per_core * target.cores;
  kernel.program.arrays.push_back(array);
  local_arrays_.push_back(static_cast<int16_t>(kernel.program.arrays.size() - 1));
  return local_arrays_.back();
}

/// Local arrays lie behind all others, where the machine begins a new way of dealing out addresses.
void ProgramBuilder::place_local_arrays() {
  align_range();
  for (const int16_t id : local_arrays_) {
    program::Array& array = kernel.program.arrays[static_cast<size_t>(id)];
    array.base = memory_top_;
    const uint64_t per_core = array.count / target.cores * array.bytes;
    memory_top_ += per_core * target.cores;
    align_range();
    if (per_core == 0) continue;
    program::PlacedRange range{"local entries", array.base, memory_top_ - array.base, 0, {}};
    for (unsigned core = 0; core < target.cores; ++core)
      range.pieces.push_back({core * per_core, core});
    kernel.program.placed_ranges.push_back(std::move(range));
  }
  kernel.program.memory_bytes = memory_top_;
}

int16_t ProgramBuilder::scratchpad_array(const std::string& name, program::ElementType type,
                                         uint32_t bytes, uint64_t count) {
  program::Array array;
  array.name = name;
  array.type = type;
  array.bytes = bytes;
  array.space = program::Space::Scratchpad;
  array.base = scratchpad_space(count * bytes);
  array.count = count;
  kernel.program.arrays.push_back(array);
  return static_cast<int16_t>(kernel.program.arrays.size() - 1);
}

int16_t ProgramBuilder::held_array(int16_t source, uint64_t elements) {
  return held_array(source, elements, target.threads_per_core);
}

int16_t ProgramBuilder::held_array(int16_t source, uint64_t elements, uint64_t buffers) {
  program::Array array = kernel.program.arrays[static_cast<size_t>(source)];
  array.name += " held";
  array.space = program::Space::Scratchpad;
  array.memory_base = array.base;
  array.held_elements = elements;
  array.thread_stride = elements * array.bytes;
  array.base = scratchpad_space(array.thread_stride * buffers);
  kernel.program.arrays.push_back(array);
  return static_cast<int16_t>(kernel.program.arrays.size() - 1);
}

int16_t ProgramBuilder::shared_held_array(int16_t source, uint64_t elements) {
  const int16_t id = held_array(source, elements, 1);
  kernel.program.arrays.back().thread_stride = 0;
  return id;
}

int16_t ProgramBuilder::address_array(const std::string& name, const std::string& tensor,
                                      program::ElementType type, uint32_t bytes, uint64_t count) {
  const int16_t id = memory_array({name, tensor, type, bytes, 0});
  kernel.program.arrays.back().base = memory_space(count * bytes);
  return id;
}

void ProgramBuilder::attribute(const base::Location& where, const std::string& statement,
                               const std::string& tensor, const std::string& what) {
  const std::string file = std::filesystem::path(where.file).filename().string();
  std::vector<program::Source>& sources = kernel.program.sources;
  const auto same = [&](const program::Source& source) {
    return source.file == file && source.line == where.line && source.statement == statement &&
           source.tensor == tensor && source.what == what;
  };
  const auto found = std::find_if(sources.begin(), sources.end(), same);
  code.attribute(static_cast<uint16_t>(found - sources.begin()));
  if (found == sources.end()) sources.push_back({file, where.line, statement, tensor, what});
}

int64_t ProgramBuilder::phase(const std::string& name) {
  kernel.program.phases.push_back(name);
  return static_cast<int64_t>(kernel.program.phases.size()) - 1;
}

void ProgramBuilder::begin_phase(const std::string& name) {
  code.emit({.op = program::Opcode::PhaseBegin, .immediate = phase(name)});
}

void ProgramBuilder::add_operands(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b) {
  using program::ElementType;
  const auto add = [&](const tensor::CsrMatrix& matrix, const std::string& name, bool cached,
                       const TensorPlace& place, const RowShares& shares, int16_t& start,
                       int16_t& column, int16_t& value) {
    const Dealing rows = dealing_of_rows(place, shares);
    const Dealing entries = dealing_of_entries(place, shares, matrix.row_start);
    const auto nnz = static_cast<uint64_t>(matrix.nnz());
    start = memory_array({name + ".pos", name, ElementType::Int64, target.position_bytes,
                          static_cast<uint64_t>(matrix.rows) + 1, matrix.row_start.data(), cached,
                          rows});
    column = memory_array({name + ".crd", name, ElementType::Int32, target.index_bytes, nnz,
                           matrix.column.data(), cached, entries});
    value = memory_array(
        {name + ".val", name, ElementType::Real64, 8, nnz, matrix.value.data(), cached, entries});
  };
  add(a, "A", plan.cache_a, plan.place_a, places.a_rows, arrays.a_start, arrays.a_column,
      arrays.a_value);
  add(b, "B", plan.cache_b, plan.place_b, places.b_rows, arrays.b_start, arrays.b_column,
      arrays.b_value);
}

void ProgramBuilder::check_fit() const {
  const uint64_t available = target.scratchpad_bytes;
  if (scratchpad_top_ <= available) return;
  const uint64_t excess = scratchpad_top_ - available;
  const Relaxation* cheapest = nullptr;
  for (const Relaxation& relaxation : relaxations_) {
    if (relaxation.bytes < excess) continue;
    if (cheapest == nullptr || relaxation.bytes < cheapest->bytes) cheapest = &relaxation;
  }
  throw base::UserError(fmt::format(
      "the mapping does not fit: it needs {} bytes of scratchpad per core, {} more than the {} "
      "there are; {}",
      scratchpad_top_, excess, available,
      cheapest == nullptr ? "no single change frees as much"
                          : fmt::format("the cheapest relaxation is {}, which frees {}",
                                        cheapest->what, cheapest->bytes)));
}

CompiledKernel ProgramBuilder::finish(std::vector<program::MicroOp> single) {
  kernel.program.threads = code.finish();
  kernel.program.single_threads = std::move(single);
  kernel.program.scratchpad_bytes = scratchpad_top_;
  place_local_arrays();
  return std::move(kernel);
}

}  // namespace weft::mapper
