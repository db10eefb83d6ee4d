// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"
#include "kernels/tensor/generate.h"
#include "sim/core/cache.h"
#include "sim/core/calendar.h"
#include "sim/core/core_parameters.h"
#include "sim/core/scratchpad.h"
#include "sim/machine/load_machine.h"
#include "tests/support/lone_core.h"
#include "tests/support/smash.h"

namespace {

using namespace weft;

const std::filesystem::path kRoot = WEFT_SOURCE_DIR;

/// The hot path without SystemC: the core of piuma-smash and its memory, called as the core's
/// module calls them.
struct Slice {
  sim::CoreParameters core;
  tests::FlatPort::Parameters memory;
};

Slice smash_slice() {
  base::Diagnostics diagnostics;
  const std::vector<std::filesystem::path> folders = {kRoot / "configs/machines"};
  const machine::MachineDescription machine =
      machine::load_machine("piuma-smash", {}, folders, diagnostics);
  diagnostics.throw_if_any();
  const machine::MemoryDescription& memory = machine.fabric().memory;
  return {.core = sim::core_parameters(machine.fabric()),
          .memory = {.latency_ns = memory.latency_ns,
                     .gb_s = memory.gb_s_per_core,
                     .access_bytes = static_cast<uint32_t>(memory.access_granularity_bytes)}};
}

/// The operands of the SMASH comparison at scale 14, with as many entries to a row at the others.
struct Operands {
  explicit Operands(int64_t scale)
      : a(tensor::generate(spec(scale, 1))), b(tensor::generate(spec(scale, 2))) {}

  static std::string spec(int64_t scale, int seed) {
    return fmt::format("rmat:scale={},edges={},a=.50,b=.07,c=.15,d=.28,seed={}", scale,
                       266'000 >> (14 - scale), seed);
  }

  tensor::CsrMatrix a;
  tensor::CsrMatrix b;
};

const Operands& operands_of_scale(int64_t scale) {
  static std::map<int64_t, std::unique_ptr<Operands>> made;
  std::unique_ptr<Operands>& operands = made[scale];
  if (!operands) operands = std::make_unique<Operands>(scale);
  return *operands;
}

/// Simulates one SpGEMM per iteration, values included; an item is a product. The result of the
/// first run is held against the host's.
void smash(benchmark::State& state, int version) {
  constexpr uint64_t kSlots = 1 << 17;
  const Slice slice = smash_slice();
  const Operands& operands = operands_of_scale(state.range(0));
  const tests::Smash kernel(version, operands.a, operands.b, kSlots, slice.core);
  uint64_t products = 0;
  uint64_t instructions = 0;
  bool verified = false;
  for (auto _ : state) {
    state.PauseTiming();
    tests::FlatPort memory(slice.memory);
    tests::LoneCore lone(slice.core, memory, kernel.program());
    state.ResumeTiming();
    state.counters["cycles"] = static_cast<double>(lone.run(sim::kQuantumCycles));
    state.PauseTiming();
    const sim::CoreCounters counters = lone.core().counters();
    products += counters.products;
    instructions += counters.instructions;
    if (!std::exchange(verified, true)) {
      const tensor::VerifyReport report = kernel.verify(lone.result());
      WEFT_CHECK(report.passed, report.first_mismatch);
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(products));
  state.counters["instructions_per_second"] =
      benchmark::Counter(static_cast<double>(instructions), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(smash, v1, 1)->Arg(12)->Arg(14)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(smash, v2, 2)->Arg(12)->Arg(14)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(smash, v3, 3)->Arg(12)->Arg(13)->Arg(14)->Unit(benchmark::kMillisecond);

/// Arrivals up to `spread` behind a front that moves on by `pace` a booking, as threads of one
/// quantum make them.
std::vector<uint64_t> arrivals(uint64_t spread, uint64_t pace) {
  std::vector<uint64_t> cycles(1 << 16);
  base::Xoshiro256 random(1);
  uint64_t front = spread;
  for (uint64_t& cycle : cycles) {
    cycle = front - random.below(spread + 1);
    front += random.below(2 * pace + 1);
  }
  return cycles;
}

/// `range(0)`: slots per booking, at three quarters of the resource's capacity.
void slot_calendar_book(benchmark::State& state) {
  const auto slots = static_cast<unsigned>(state.range(0));
  const std::vector<uint64_t> cycles = arrivals(512, 4 * slots / 3 + 1);
  for (auto _ : state) {
    sim::SlotCalendar calendar;
    for (const uint64_t cycle : cycles) benchmark::DoNotOptimize(calendar.book(cycle, slots));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(cycles.size()));
}
BENCHMARK(slot_calendar_book)->Arg(1)->Arg(8)->Arg(24);

void bank_calendar_book(benchmark::State& state) {
  const std::vector<uint64_t> cycles = arrivals(512, 1);
  for (auto _ : state) {
    sim::ScratchpadBanks calendar;
    unsigned bank = 0;
    for (const uint64_t cycle : cycles) {
      bank = (bank + 5) % 16;
      benchmark::DoNotOptimize(calendar.book(cycle, bank));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(cycles.size()));
}
BENCHMARK(bank_calendar_book);

/// `range(0)`: bytes that the look-ups are spread over; the cache holds 16 KiB.
void cache_look_up(benchmark::State& state) {
  std::vector<uint64_t> addresses(1 << 16);
  base::Xoshiro256 random(1);
  for (uint64_t& address : addresses) {
    address = random.below(static_cast<uint64_t>(state.range(0)));
  }
  sim::Cache cache(sim::CacheParameters{});
  for (auto _ : state) {
    for (const uint64_t address : addresses) {
      bool hit = false;
      benchmark::DoNotOptimize(cache.look_up(address, hit));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(addresses.size()));
  state.counters["hit_rate"] =
      static_cast<double>(cache.hits()) / static_cast<double>(cache.accesses());
}
BENCHMARK(cache_look_up)->Arg(8 << 10)->Arg(1 << 20);

}  // namespace
