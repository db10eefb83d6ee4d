// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cli/sweep/resolve.h"

namespace weft::cli::sweep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Sweep sweep() {
  Sweep sweep;
  sweep.file = "folder/s.yaml";
  sweep.base.machine = "piuma-smash";
  sweep.base.kernel = "smash_v3";
  sweep.base.settings = {"core.mtc.threads=16"};
  sweep.base.inputs = {"A=rmat:scale=${size},edges=${8 * 2^size},seed=1"};
  return sweep;
}

TEST(Request, ValuesGoWhereTheirNamesSay) {
  const SimulateRequest request = request_of(sweep(), {{"size", "8"},
                                                       {"machine.core.mtc.threads", "32"},
                                                       {"machine.memory.latency_ns", "90ns"},
                                                       {"kernel.schedule.mul.balance", "token"},
                                                       {"param.tokens", "${size * 2}"},
                                                       {"mapping", "m.yaml"},
                                                       {"kernel", "smash_v2"}});
  EXPECT_EQ(request.kernel, "smash_v2");
  EXPECT_EQ(request.mapping_file, "folder/m.yaml");
  EXPECT_THAT(request.settings, ElementsAre("core.mtc.threads=32", "memory.latency_ns=90ns"));
  EXPECT_THAT(request.kernel_settings, ElementsAre("schedule.mul.balance=token"));
  EXPECT_THAT(request.params, ElementsAre("tokens=16"));
  EXPECT_THAT(request.inputs, ElementsAre("A=rmat:scale=8,edges=2048,seed=1"));
}

TEST(Request, FilesAreRelativeToTheSweep) {
  const SimulateRequest request =
      request_of(sweep(), {{"size", "1"}, {"machine", "mine.yaml"}, {"input.A", "a.mtx.gz"}});
  EXPECT_EQ(request.machine, "folder/mine.yaml");
  EXPECT_THAT(request.inputs, ElementsAre("A=folder/a.mtx.gz"));
}

TEST(Request, AnExpressionWithoutAValueIsAnError) {
  try {
    request_of(sweep(), {{"sise", "1"}});
    FAIL() << "expected an error";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("${size}: expected an expression of the axes sise"));
  }
  Sweep open = sweep();
  open.base.machine = "a${size";
  EXPECT_THROW(request_of(open, {{"size", "1"}}), base::UserError);
  EXPECT_THROW(request_of(sweep(), {{"size", "${size}"}}), base::UserError) << "no endless loop";
}

TEST(Resolver, EqualInputsHaveOneIdWhateverTheyAreCalled) {
  const Sweep of = sweep();
  Resolver resolver(of);
  const Point a = resolver.resolve({{"size", "4"}, {"machine.memory.latency_ns", "90ns"}});
  const Point b = resolver.resolve({{"size", "4"}, {"machine.memory.latency_ns", "90"}});
  const Point c = resolver.resolve({{"size", "4"}, {"machine.memory.latency_ns", "91"}});
  const Point d = resolver.resolve({{"size", "5"}, {"machine.memory.latency_ns", "90"}});
  EXPECT_EQ(a.error, "");
  EXPECT_EQ(a.id.size(), 64U);
  EXPECT_EQ(a.id, b.id);
  EXPECT_NE(a.id, c.id);
  EXPECT_NE(a.id, d.id);
}

TEST(Resolver, WhatCannotBeSimulatedSaysWhy) {
  const Sweep of = sweep();
  Resolver resolver(of);
  const Point bad = resolver.resolve({{"size", "4"}, {"machine.core.mtc.thread", "3"}});
  EXPECT_THAT(bad.error, HasSubstr("did you mean 'threads'?"));
  const Point missing = resolver.resolve({{"size", "4"}, {"input.A", "none.mtx"}});
  EXPECT_THAT(missing.error, HasSubstr("folder/none.mtx: cannot read"));
  EXPECT_NE(bad.id, missing.id);
}

}  // namespace
}  // namespace weft::cli::sweep
