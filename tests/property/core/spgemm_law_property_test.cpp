// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/error.h"
#include "kernels/tensor/generate.h"
#include "tests/support/lone_core.h"
#include "tests/support/smash.h"

namespace weft::tests {
namespace {

using sim::AccessKind;

/// A small SpGEMM with rows of uneven length, its machine, and the version of SMASH that runs it.
struct SmashCase {
  int version = 1;
  tensor::CsrMatrix matrix;
  uint64_t slots = 1024;
  sim::CoreParameters core;
  FlatPort::Parameters memory;
  uint64_t quantum_cycles = 512;
};

SmashCase arbitrary_case() {
  SmashCase smash_case;
  smash_case.version = *rc::gen::inRange(1, 4);
  smash_case.slots = *rc::gen::element(1024u, 4096u, 16384u);
  smash_case.matrix = tensor::generate(
      fmt::format("rmat:scale={},edges={},a=.5,b=.15,c=.15,d=.2,seed={}", *rc::gen::inRange(5, 9),
                  *rc::gen::inRange(50, 800), *rc::gen::inRange(1, 1'000'000)));
  return smash_case;
}

/// A finished run. The result is checked against the host's product.
class SmashRun {
 public:
  explicit SmashRun(const SmashCase& smash_case)
      : smash_(smash_case.version, smash_case.matrix, smash_case.matrix, smash_case.slots,
               smash_case.core),
        memory_(smash_case.memory),
        lone_(core_parameters(smash_case), memory_, smash_.program()),
        cycles_(lone_.run(smash_case.quantum_cycles)) {
    const tensor::VerifyReport report = smash_.verify(lone_.result());
    WEFT_CHECK(report.passed, report.first_mismatch);
  }

  uint64_t cycles() const { return cycles_; }
  size_t windows() const { return smash_.program().groups.size(); }
  const FlatPort& memory() const { return memory_; }
  const sim::CoreModel& core() const { return lone_.core(); }

 private:
  static sim::CoreParameters core_parameters(const SmashCase& smash_case) {
    sim::CoreParameters parameters = smash_case.core;
    parameters.dma.burst_cycles = smash_case.memory.access_bytes / smash_case.memory.gb_s;
    return parameters;
  }

  Smash smash_;
  FlatPort memory_;
  LoneCore lone_;
  uint64_t cycles_;
};

template <typename Cycles>
uint64_t sum(const Cycles& cycles) {
  return std::accumulate(cycles.begin(), cycles.end(), uint64_t{0});
}

TEST(FabricLaw, TheCausesOfEveryThreadAddUpToTheRun) {
  EXPECT_TRUE(rc::check([] {
    const SmashRun run(arbitrary_case());
    RC_ASSERT(run.cycles() > 0);
    for (const sim::Thread& thread : run.core().threads()) {
      RC_ASSERT(sum(thread.cycles) == run.cycles());
    }
    const sim::CoreCounters counters = run.core().counters();
    const size_t single = 2;
    RC_ASSERT(sum(counters.threads) == run.cycles() * (run.core().threads().size() - single));
    RC_ASSERT(sum(counters.single_threads) == run.cycles() * single);
  }));
}

TEST(FabricLaw, APipelineIsBusyWhenOneOfItsThreadsIs) {
  EXPECT_TRUE(rc::check([] {
    const SmashRun run(arbitrary_case());
    std::vector<uint64_t> busy(run.core().pipelines().size());
    for (const sim::Thread& thread : run.core().threads()) {
      busy[thread.pipeline] += thread.cycles[static_cast<size_t>(sim::Cause::Busy)];
    }
    for (size_t i = 0; i < busy.size(); ++i) {
      RC_ASSERT(run.core().pipelines()[i].booked() == busy[i]);
      RC_ASSERT(busy[i] <= run.cycles());
    }
    RC_ASSERT(sum(busy) == run.core().counters().instructions);
  }));
}

TEST(FabricLaw, EveryByteAskedForReachesTheMemory) {
  EXPECT_TRUE(rc::check([] {
    SmashCase smash_case = arbitrary_case();
    smash_case.memory.access_bytes = *rc::gen::element(8u, 64u);
    const SmashRun run(smash_case);
    uint64_t asked = 0;
    for (const sim::SourceCounters& source : run.core().counters().sources) {
      asked += source.memory_bytes;
    }
    const Traffic& reads = run.memory().traffic(AccessKind::Read);
    const Traffic& writes = run.memory().traffic(AccessKind::Write);
    const Traffic& atomics = run.memory().traffic(AccessKind::Atomic);
    RC_ASSERT(asked == reads.bytes + writes.bytes + atomics.bytes);
    const sim::FlatMemory& memory = run.memory().memory();
    RC_ASSERT(memory.read_bytes() == reads.rounded_bytes + atomics.rounded_bytes);
    RC_ASSERT(memory.written_bytes() == writes.rounded_bytes + atomics.rounded_bytes);
  }));
}

/// Version 3 leaves rows to the DMA engine when its threads halt, and a slow memory keeps them
/// there for long.
TEST(FabricLaw, ARunEndsAfterItsLastTransfer) {
  EXPECT_TRUE(rc::check([] {
    SmashCase smash_case = arbitrary_case();
    smash_case.version = 3;
    smash_case.memory.gb_s = 0.5;
    const SmashRun run(smash_case);
    RC_ASSERT(run.cycles() >= run.memory().last_done());
  }));
}

TEST(FabricLaw, TheSameProgramRunsTheSameWayTwice) {
  EXPECT_TRUE(rc::check([] {
    const SmashCase smash_case = arbitrary_case();
    const SmashRun first(smash_case);
    const SmashRun second(smash_case);
    RC_ASSERT(first.cycles() == second.cycles());
    for (size_t i = 0; i < first.core().threads().size(); ++i) {
      RC_ASSERT(first.core().threads()[i].cycles == second.core().threads()[i].cycles);
    }
    RC_ASSERT(first.core().counters().probes == second.core().counters().probes);
    RC_ASSERT(first.core().scratchpad().accesses() == second.core().scratchpad().accesses());
    RC_ASSERT(first.core().dma().bytes() == second.core().dma().bytes());
    RC_ASSERT(first.memory().memory().moved_bytes() == second.memory().memory().moved_bytes());
  }));
}

/// On a run that is long against the longest quantum; phases of a few quanta, as tiny products
/// have, move by up to 6 %.
TEST(FabricLaw, TheQuantumChangesTheTimeByLittle) {
  for (const int version : {1, 2, 3}) {
    SmashCase smash_case{
        .version = version, .matrix = {}, .slots = 16384, .core = {}, .memory = {}};
    smash_case.matrix = tensor::generate("rmat:scale=9,edges=4000,a=.5,b=.15,c=.15,d=.2,seed=1");
    const auto expected = static_cast<double>(SmashRun(smash_case).cycles());
    for (const uint64_t quantum_cycles : {128, 256, 1024, 2048}) {
      smash_case.quantum_cycles = quantum_cycles;
      EXPECT_NEAR(static_cast<double>(SmashRun(smash_case).cycles()) / expected, 1, 0.03)
          << "version " << version << ", " << quantum_cycles << " cycles";
    }
  }
}

/// Slower by no more than `tolerance`, which is 1 % of the time and, where a faster machine makes a
/// dynamic schedule hand rows to other threads, an anomaly of the kind that Graham described (1969,
/// Bounds on multiprocessing timing anomalies).
void assert_not_slower(const SmashRun& better, const SmashRun& worse, double tolerance,
                       double allowance_cycles = 0) {
  RC_ASSERT(static_cast<double>(better.cycles()) <=
            (1 + tolerance) * static_cast<double>(worse.cycles()) + allowance_cycles);
}

TEST(FabricLaw, MoreBandwidthIsNeverSlower) {
  EXPECT_TRUE(rc::check([] {
    SmashCase smash_case = arbitrary_case();
    smash_case.memory.gb_s = *rc::gen::inRange(1, 12);
    const SmashRun worse(smash_case);
    smash_case.memory.gb_s *= *rc::gen::element(1.1, 1.5, 2.0, 4.0);
    assert_not_slower(SmashRun(smash_case), worse, 0.025);
  }));
}

TEST(FabricLaw, LessLatencyIsNeverSlower) {
  EXPECT_TRUE(rc::check([] {
    SmashCase smash_case = arbitrary_case();
    smash_case.memory.latency_ns = *rc::gen::inRange(60, 720);
    const SmashRun worse(smash_case);
    smash_case.memory.latency_ns /= *rc::gen::element(1.1, 1.5, 2.0, 4.0);
    assert_not_slower(SmashRun(smash_case), worse, 0.01);
  }));
}

/// More threads, up to the 64 of a core, help or do not harm, but for the scan over their partial
/// sums at the end of each window: every thread adds up those of the threads before it, which takes
/// 5 issue slots each on one of the pipelines, and the first one all of them, one after the other.
TEST(FabricLaw, MoreThreadsAreNeverSlowerButForTheScanOverThem) {
  EXPECT_TRUE(rc::check([] {
    SmashCase smash_case = arbitrary_case();
    smash_case.core.threads_per_pipeline = *rc::gen::inRange(1u, 9u);
    const SmashRun fewer(smash_case);
    smash_case.core.threads_per_pipeline *= 2;
    const SmashRun more(smash_case);
    const double threads = smash_case.core.pipelines * smash_case.core.threads_per_pipeline;
    const double scan_cycles = 5 * threads * threads / 2 / smash_case.core.pipelines + 30 * threads;
    const double scans_cycles = scan_cycles * static_cast<double>(more.windows());
    assert_not_slower(more, fewer, 0.04, scans_cycles);
  }));
}

}  // namespace
}  // namespace weft::tests
