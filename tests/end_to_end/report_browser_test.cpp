// SPDX-License-Identifier: Apache-2.0
// Pages as a browser shows them: every plot is drawn and nothing complains. Skipped where there is
// no Chromium.
#include <string>

#include <gmock/gmock.h>

#include "tests/support/sanitized.h"
#include "tests/support/weft_command.h"

namespace weft {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Shows a page in a frame as wide as a phone, narrower than a window can be, and says on its own
/// root element what was found there: plots drawn, elements that need more width, plots that the
/// keyboard does not reach or that say nothing to a screen reader after an arrow key, and the
/// widths of the plots once the page is about to be printed.
constexpr const char* kPhone = R"(<!DOCTYPE html><html><title>phone</title>
<iframe src="PAGE" width="390" height="900"></iframe><script>setTimeout(async () => {
  const page = document.querySelector("iframe").contentDocument, width = page.documentElement.clientWidth;
  const all = (what) => [...page.querySelectorAll(what)], found = document.documentElement.dataset;
  found.plots = all("figure.plot[data-drawn=yes] .marks").length;
  found.wide = all("body, .wide, .plot, h1, h2, h3, ul, p").filter((part) => part.scrollWidth > width).length;
  all("details").forEach((fold) => { fold.open = true; });
  found.mute = all("figure.plot").filter((figure) => {
    const canvas = figure.querySelector(".canvas"), line = figure.querySelector("output");
    canvas.focus();
    const labelled = canvas.getAttribute("role") === "img" && canvas.getAttribute("aria-label");
    const before = line.textContent;
    canvas.dispatchEvent(new page.defaultView.KeyboardEvent("keydown", {key: "ArrowRight"}));
    return page.activeElement !== canvas || !labelled || before !== "" || line.textContent === "";
  }).length;
  page.defaultView.dispatchEvent(new Event("beforeprint"));
  await new Promise((done) => setTimeout(done, 500));
  found.paper = [...new Set(all(".canvas svg").map((plot) => plot.getAttribute("width")))].join(" ");
}, 5000);</script></html>
)";

class Browser : public tests::Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    if (tests::kSanitized) GTEST_SKIP() << "a browser draws the same page; other tests write it";
    if (std::string(WEFT_CHROMIUM).empty()) GTEST_SKIP() << "no Chromium on this computer";
  }

  /// The document after its scripts ran. Expects a silent console.
  std::string shown(const std::string& page) const {
    const std::string line =
        "cd '" + folder_.string() +
        "' && timeout 120 '" WEFT_CHROMIUM
        "' --headless --no-sandbox --disable-gpu --user-data-dir=profile "
        "--enable-logging=stderr --v=0 --virtual-time-budget=20000 --allow-file-access-from-files "
        "--window-size=1200,900 --dump-dom 'file://" +
        (folder_ / page).string() + "' >dom 2>log";
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

  /// Every figure of a page is drawn, and at least so many; also on a phone, where nothing is wider
  /// than the screen and arrow keys make every figure speak, and on paper, where figures have a
  /// width of their own.
  void expect_plots(const std::string& page, size_t least) const {
    const std::string html = shown(page);
    const size_t plots = count(html, "<figure class=\"plot\"");
    EXPECT_GE(plots, least) << page;
    EXPECT_EQ(count(html, "data-drawn=\"yes\""), plots) << page;
    EXPECT_EQ(count(html, "class=\"marks\""), plots) << page;
    std::string frame = kPhone;
    write("phone.html", frame.replace(frame.find("PAGE"), 4, page));
    EXPECT_THAT(shown("phone.html"),
                HasSubstr("<html data-plots=\"" + std::to_string(plots) +
                          "\" data-wide=\"0\" data-mute=\"0\" data-paper=\"640\">"));
  }

  void simulate(const std::string& kernel, const std::string& file) const {
    const Outcome outcome =
        weft("simulate -k " + kernel +
             " -m piuma-die -i A=uniform:rows=64,cols=64,nnz=400,seed=1 --json " + file);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
  }

  using Outcome = tests::Outcome;
};

TEST_F(Browser, ARunIsDrawn) {
  simulate("smash_v3", "run.json");
  ASSERT_EQ(weft("report run.json -o run.html").status, 0);
  expect_plots("run.html", 8);
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
