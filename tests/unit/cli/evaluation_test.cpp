// SPDX-License-Identifier: Apache-2.0
// What `weft structure eval` makes of times and errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/structure/eval.h"
#include "cli/structure/eval_report.h"

namespace weft::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> kernels_of(const structure::StructureRequest& request) {
  std::vector<std::string> kernels;
  const structure::Structure form = structure::choose_structure(1024, 4096, request);
  for (const SimulateRequest& each : forward_requests(form, 64, "bf16")) {
    EXPECT_FALSE(each.values);
    kernels.push_back(each.kernel);
  }
  return kernels;
}

TEST(ForwardRequests, NameTheKernelsOfEveryForm) {
  EXPECT_THAT(kernels_of({.name = "dense"}), ElementsAre("gemm"));
  EXPECT_THAT(kernels_of({.name = "lowrank"}), ElementsAre("lowrank", "lowrank_two"));
  EXPECT_THAT(kernels_of({.name = "monarch"}), ElementsAre("monarch", "monarch_two"));
  EXPECT_THAT(kernels_of({.name = "mm*"}), ElementsAre("mm_star"));
  EXPECT_THAT(kernels_of({.name = "blockshuffle"}), ElementsAre("monarch", "monarch_two"));
  EXPECT_THAT(kernels_of({.name = "mm*"}), ElementsAre("mm_star"));
  EXPECT_THAT(kernels_of({.name = "blockdense"}), ElementsAre("blockdense"));
  EXPECT_THAT(kernels_of({.name = "blockdiag"}), ElementsAre("blockdiag"));
  EXPECT_THAT(kernels_of({.name = "2:4"}), ElementsAre("gemm24"));
  EXPECT_THAT(kernels_of({.name = "4:8"}), IsEmpty()) << "the library has none";
  EXPECT_THAT(kernels_of({.name = "armor"}), ElementsAre("armor"));
}

TEST(ForwardRequests, GiveTheSizesOfTheForm) {
  const structure::Structure form =
      structure::choose_structure(1024, 4096, {.name = "blockdense", .blocks = {2}, .rank = 96});
  EXPECT_THAT(forward_requests(form, 64, "bf16").front().params,
              ElementsAre("tokens=64", "M=1024", "K=4096", "R=96", "blocks=2", "dtype=bf16"));
}

/// Dense, and three structures that trade time for error; the last is beaten by the second.
Evaluation four(std::optional<double> max_error) {
  Evaluation evaluation{
      .source = "w", .rows = 8, .cols = 8, .dtype = "f16", .max_error = max_error};
  const structure::Structure dense{8, 8, structure::Dense{}};
  const double errors[] = {0, 0.1, 0.5, 0.2};
  const double times_s[] = {8, 4, 2, 4};
  for (size_t i = 0; i < 4; ++i) {
    evaluation.structures.push_back({"form" + std::to_string(i), dense, errors[i]});
    EvaluatedRun run{.structure = i, .machine = "m", .tokens = 1};
    run.kernel = "gemm";
    run.time_s = times_s[i];
    evaluation.runs.push_back(run);
  }
  judge(evaluation);
  return evaluation;
}

TEST(Evaluation, KeepsWhatNoOtherBeats) {
  std::vector<bool> on_front;
  std::vector<double> speedups;
  for (const EvaluatedRun& run : four({}).runs) {
    on_front.push_back(run.on_front);
    speedups.push_back(run.speedup);
    EXPECT_FALSE(run.wins) << "nothing was asked";
  }
  EXPECT_THAT(on_front, ElementsAre(true, true, true, false));
  EXPECT_THAT(speedups, ElementsAre(1, 2, 4, 2));
  EXPECT_EQ(winners(four({})), "");
}

TEST(Evaluation, TheFastestWithinTheErrorWins) {
  EXPECT_EQ(winners(four(0.0)),
            "m, 1 tokens: form0, 1.00x as fast as dense with an error of 0.0 %\n");
  EXPECT_EQ(winners(four(0.3)),
            "m, 1 tokens: form1, 2.00x as fast as dense with an error of 10.0 %\n")
      << "of two that are equally fast the one that loses less";
  EXPECT_EQ(winners(four(0.5)),
            "m, 1 tokens: form2, 4.00x as fast as dense with an error of 50.0 %\n");
}

TEST(Evaluation, MachinesThatCannotRunAStructureLeaveItOut) {
  Evaluation evaluation = four(0.9);
  evaluation.runs[2] = {.structure = 2, .machine = "m", .tokens = 1};
  evaluation.runs[2].failure = "needs role 'mma.sp'";
  judge(evaluation);
  EXPECT_FALSE(evaluation.runs[2].on_front);
  EXPECT_TRUE(evaluation.runs[1].wins);
  const auto document = evaluation_json(evaluation);
  EXPECT_EQ(document["runs"][2]["time_s"], nullptr);
  EXPECT_EQ(document["runs"][2]["failure"], "needs role 'mma.sp'");
  const std::string page = evaluation_page(evaluation);
  EXPECT_THAT(page, HasSubstr("needs role &#39;mma.sp&#39;"));
  EXPECT_THAT(page, HasSubstr("The front on m, 1 tokens"));
}

TEST(Evaluation, ThePagePlotsEveryStructureThatRan) {
  Evaluation evaluation = four({});
  evaluation.runs[2].time_s = std::nan("");
  evaluation.runs[2].failure = "too large";
  const std::string page = evaluation_page(evaluation);
  EXPECT_THAT(page, HasSubstr("aria-label=\"Error over time, m, 1 tokens\""));
  for (const char* label : {"form0: 8 s, 1.00x", "form1: 4 s", "form3: 4 s"})
    EXPECT_THAT(page, HasSubstr(std::string("\"words\":\"") + label));
  EXPECT_THAT(page, HasSubstr("form3, beaten"));
  EXPECT_THAT(page, Not(HasSubstr("\"words\":\"form2")));
}

}  // namespace
}  // namespace weft::cli
