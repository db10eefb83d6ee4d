// SPDX-License-Identifier: Apache-2.0
#include "mapper/idle_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/lower_spgemm.h"
#include "tests/support/kernels.h"

namespace weft::mapper {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const machine::MachineDescription kFabric{"piuma-die", machine::FabricDescription()};
const machine::MachineDescription kGpu{"h200", machine::GpuDescription()};

TEST(IdleWords, NameWhatChangesNothing) {
  const ir::Kernel kernel = testing_support::read_kernel(
      "kir: 1\nkernel: k\nparams: {M: 4, N: 4, K: 4}\nindex: {m: M, n: N, k: K}\ntensors:\n"
      "  A: {dims: [m, k], dtype: f64, levels: csr}\n"
      "  B: {dims: [k, n], dtype: f64, levels: csr}\n"
      "  Z: {dims: [m, n], dtype: f64, levels: csr}\n"
      "compute:\n  - mul: Z[m,n] += A[m,k] * B[k,n]\n"
      "schedule:\n  mul:\n"
      "    split: {m: [m1, m0]}\n"
      "    window: {m1: {pack: rows}}\n"
      "    balance: {m0: static, weight: M}\n"
      "    accum: {Z: {at: m1, kind: hash, slots: 64, spill: global, emit: nonzero}}\n"
      "bind: {arch: h200, limits: {spad_per_core: 96KiB, smem_per_cta: 96KiB}}\n");
  EXPECT_THAT(idle_words(kernel, kFabric, WalkKind::Rows),
              ElementsAre(HasSubstr("accum.emit: nonzero changes nothing"),
                          AllOf(HasSubstr("k.yaml:16:"), HasSubstr("accum.spill: global")),
                          AllOf(HasSubstr("k.yaml:14:"), HasSubstr("window.pack: rows")),
                          HasSubstr("balance.weight: M"),
                          HasSubstr("bind.arch: h200 changes nothing: the run is on piuma-die"),
                          HasSubstr("bind.limits.smem_per_cta")));
  EXPECT_THAT(idle_words(kernel, kGpu, WalkKind::Tiles),
              testing::Not(testing::Contains(HasSubstr("bind.arch"))));
}

TEST(IdleWords, TheLibraryHasNone) {
  for (const std::string name : {"smash_v1", "smash_v3", "spgemm_row_hash", "spgemm_row_heap",
                                 "spgemm_outer", "spgemm_inner", "spgemm_row_dense"}) {
    EXPECT_THAT(idle_words(testing_support::load_kernel(name), kFabric, WalkKind::Rows), IsEmpty())
        << name;
  }
}

TEST(FabricTarget, ScratchpadsAreNoLargerThanTheLimit) {
  ir::Limits limits;
  limits.spad_per_core = ir::Bytes{96 << 10};
  EXPECT_EQ(fabric_target(kFabric.fabric(), limits).scratchpad_bytes, 96U << 10);
  limits.spad_per_core = ir::Bytes{int64_t{1} << 40};
  EXPECT_EQ(fabric_target(kFabric.fabric(), limits).scratchpad_bytes,
            fabric_target(kFabric.fabric()).scratchpad_bytes);
}

}  // namespace
}  // namespace weft::mapper
