// SPDX-License-Identifier: Apache-2.0
// `weft structure fit` as its users meet it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/weft_command.h"

namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;
using weft::tests::Outcome;
using weft::tests::text_of;

class StructureFit : public weft::tests::Command {};

TEST_F(StructureFit, PrintsSizesBesideTheDenseWeight) {
  const Outcome run = weft("structure fit -i W=hadamard:n=64 --as monarch");
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out,
            "hadamard:n=64 (64 x 64) as monarch "
            "{\"k\":8,\"q\":8,\"p\":8,\"l\":8,\"s\":8,\"r\":8}\n\n"
            "structure  parameters  of dense  MACs/token  bytes f16  error  weighted\n"
            "---------  ----------  --------  ----------  ---------  -----  --------\n"
            "dense          4.10 k   100.0 %      4.10 k   8.00 KiB  0.0 %         -\n"
            "monarch        1.02 k    25.0 %      1.02 k   2.00 KiB  0.0 %         -\n");
}

TEST_F(StructureFit, WritesFactorsThatReadBack) {
  ASSERT_EQ(weft("structure fit -i W=gaussian:rows=8,cols=16 --as dense -o dense").status, 0);
  const Outcome fit = weft(
      "structure fit -i W=dense/W.npy -i X=gaussian:rows=4,cols=16 --as 2:4 --score wanda "
      "--dtype f32 -o pruned --json -");
  EXPECT_EQ(fit.status, 0) << fit.err;
  const json document = json::parse(fit.out);
  EXPECT_EQ(document, json::parse(text_of(folder_ / "pruned" / "fit.json")));
  EXPECT_EQ(document["schema"], "weft.structure-fit/1");
  EXPECT_EQ(document["parameters"], 64);
  EXPECT_EQ(document["bytes"], 64 * 4 + 64 * 2 / 8);
  EXPECT_GT(document["weighted_error"], 0);
  EXPECT_EQ(weft("structure fit -i W=pruned/values.npy --as dense").status, 0);
  EXPECT_EQ(text_of(folder_ / "pruned" / "positions.npy").size(), 128U + 64);
}

TEST_F(StructureFit, ReportsTheLossesOfArmor) {
  const Outcome fit = weft(
      "structure fit -i W=gaussian:rows=16,cols=32 --as armor --block-size 8 --iterations 5 "
      "--json -");
  EXPECT_EQ(fit.status, 0) << fit.err;
  const json losses = json::parse(fit.out)["losses"];
  EXPECT_EQ(losses.size(), 5U);
  EXPECT_EQ(losses[0][0], 1);
  EXPECT_LE(losses[0][1], 1);
}

TEST_F(StructureFit, SaysWhatIsWrong) {
  const auto error = [&](const std::string& arguments) {
    const Outcome run = weft("structure fit " + arguments);
    EXPECT_EQ(run.status, 2);
    return run.err;
  };
  const std::string weight = "-i W=gaussian:rows=8,cols=8 ";
  EXPECT_THAT(error(weight + "--as monarc"), HasSubstr("did you mean 'monarch'?"));
  EXPECT_THAT(error(weight + "--as blockdiag --blocks 3"),
              StartsWith("--blocks 3: expected a divisor of 8 rows and 8 columns, found 3; the "
                         "nearest: 2 and 4"));
  EXPECT_THAT(error(weight + "--as 2:4 --score wanda"), HasSubstr("expected activations"));
  EXPECT_THAT(error(weight + "--as 2:4 --score wand"), HasSubstr("did you mean 'wanda'?"));
  EXPECT_THAT(error(weight + "--as 2:4 --dtype f15"), HasSubstr("did you mean 'f16'?"));
  EXPECT_THAT(error("-i Y=w.npy --as 2:4"), HasSubstr("expected the weight W or activations X"));
  EXPECT_THAT(error(weight + "-i X=gaussian:rows=8,cols=4 --as 2:4"),
              HasSubstr("expected 8 columns, as the weight has"));
  EXPECT_THAT(error("-i W=missing.npy --as 2:4"), StartsWith("missing.npy: cannot read"));
}

}  // namespace
