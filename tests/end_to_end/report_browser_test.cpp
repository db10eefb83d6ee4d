// SPDX-License-Identifier: Apache-2.0
// Pages as a browser shows them: every plot is drawn and nothing complains. Skipped where there is
// no Chromium.
#include <string>

#include <gmock/gmock.h>

#include "tests/support/weft_command.h"

namespace weft {
namespace {

using testing::HasSubstr;
using testing::Not;

class Browser : public tests::Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    if (std::string(WEFT_CHROMIUM).empty()) GTEST_SKIP() << "no Chromium on this computer";
  }

  /// The document after its scripts ran, in a window of so many pixels. Expects a silent console.
  std::string shown(const std::string& page, int width) const {
    const std::string line =
        "cd '" + folder_.string() +
        "' && timeout 120 '" WEFT_CHROMIUM
        "' --headless --no-sandbox --disable-gpu --user-data-dir=profile "
        "--enable-logging=stderr --v=0 --virtual-time-budget=20000 --window-size=" +
        std::to_string(width) + ",900 --dump-dom 'file://" + (folder_ / page).string() +
        "' >dom 2>log";
    EXPECT_EQ(std::system(line.c_str()), 0);
    EXPECT_THAT(tests::text_of(folder_ / "log"), Not(HasSubstr("CONSOLE")));
    return tests::text_of(folder_ / "dom");
  }

  static size_t count(const std::string& text, const std::string& what) {
    size_t found = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
      ++found;
    return found;
  }

  /// Every figure of a page is drawn, and at least so many.
  void expect_plots(const std::string& page, size_t least, int width = 1200) const {
    const std::string html = shown(page, width);
    const size_t plots = count(html, "<figure class=\"plot\"");
    EXPECT_GE(plots, least) << page;
    EXPECT_EQ(count(html, "data-drawn=\"yes\""), plots) << page;
    EXPECT_EQ(count(html, "class=\"marks\""), plots) << page;
  }

  void simulate(const std::string& kernel, const std::string& file) const {
    const Outcome outcome =
        weft("simulate -k " + kernel +
             " -m piuma-die -i A=uniform:rows=64,cols=64,nnz=400,seed=1 --json " + file);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
  }

  using Outcome = tests::Outcome;
};

TEST_F(Browser, ARunIsDrawnAlsoOnAPhone) {
  simulate("smash_v3", "run.json");
  ASSERT_EQ(weft("report run.json -o run.html").status, 0);
  expect_plots("run.html", 8);
  expect_plots("run.html", 8, 390);
}

TEST_F(Browser, AComparisonIsDrawn) {
  simulate("smash_v2", "a.json");
  simulate("smash_v3", "b.json");
  const Outcome outcome = weft("compare a.json b.json --report difference.html");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  expect_plots("difference.html", 4);
}

TEST_F(Browser, ASweepIsDrawn) {
  write("sweep.yaml",
        "sweep: 1\nname: s\nmachine: piuma-smash\nkernel: smash_v2\n"
        "inputs: {A: \"uniform:rows=64,cols=64,nnz=400,seed=1\"}\n"
        "axes: {machine.core.mtc.threads: [2, 8]}\nobjectives: [time, area]\n");
  const Outcome outcome = weft("sweep sweep.yaml -o s.sqlite -j 1");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  ASSERT_EQ(weft("report s.sqlite -o sweep.html").status, 0);
  expect_plots("sweep.html", 2);
}

TEST_F(Browser, TheFrontOfStructuresIsDrawn) {
  const Outcome outcome = weft(
      "structure eval -i W=decay:rows=256,cols=256,exponent=1 --as lowrank,rank=32 --as 2:4 "
      "-m h200 --tokens 16,512 --report front.html");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  expect_plots("front.html", 2);
}

TEST_F(Browser, AValidationIsDrawn) {
  write("bmm.csv",
        "gpu,m,n,k,batch,dtype,latency_ms\nTesla T4,256,256,256,8,f32,0.1\n"
        "Tesla T4,512,512,512,8,f32,0.5\n");
  const Outcome outcome = weft("validate bmm --data bmm.csv --report bmm.html");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  expect_plots("bmm.html", 3);
}

}  // namespace
}  // namespace weft
