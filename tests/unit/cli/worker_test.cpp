// SPDX-License-Identifier: Apache-2.0
#include "cli/worker.h"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.h"
#include "cli/interrupt.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using Status = WorkerOutcome::Status;

TEST(Worker, OutcomesComeInTheOrderOfTheTasks) {
  std::vector<WorkerTask> tasks;
  for (int i = 0; i < 6; ++i) {
    tasks.push_back({"task", [i] {
                       usleep(static_cast<useconds_t>(1000 * (6 - i)));
                       return Json{{"index", i}};
                     }});
  }
  const std::vector<WorkerOutcome> outcomes = run_workers(tasks, 3);
  ASSERT_EQ(outcomes.size(), 6U);
  for (int i = 0; i < 6; ++i) {
    const WorkerOutcome& outcome = outcomes[static_cast<size_t>(i)];
    ASSERT_EQ(outcome.status, Status::Ok);
    EXPECT_EQ(Json::parse(outcome.json).at("index"), i);
  }
}

TEST(Worker, ACrashCostsItsOwnResultOnly) {
  const std::vector<WorkerTask> tasks = {
      {"killed",
       []() -> Json {
         raise(SIGKILL);
         return {};
       }},
      {"asked to end", [] { return Json(raise(SIGTERM)); }},
      {"wrong input", []() -> Json { throw base::UserError("a.yaml:1:1: no"); }},
      {"fault", []() -> Json { throw std::runtime_error("broken"); }},
      {"silent", []() -> Json { _exit(0); }},
      {"fine", [] { return Json("done"); }},
  };
  const std::vector<WorkerOutcome> outcomes = run_workers(tasks, 2);
  EXPECT_EQ(outcomes[0].status, Status::Crashed);
  EXPECT_EQ(outcomes[0].error, "the worker was ended by Killed; the machine may be out of memory");
  EXPECT_EQ(outcomes[1].status, Status::Crashed) << "nobody asked this process to end";
  EXPECT_EQ(outcomes[1].error, "the worker was ended by Terminated");
  EXPECT_EQ(outcomes[2].status, Status::Failed);
  EXPECT_EQ(outcomes[2].error, "a.yaml:1:1: no");
  EXPECT_EQ(outcomes[3].status, Status::Crashed);
  EXPECT_EQ(outcomes[3].error, "broken");
  EXPECT_EQ(outcomes[4].error, "the worker ended without an answer");
  EXPECT_EQ(outcomes[5].json, "\"done\"");
}

TEST(Worker, CarriesAnswersLargerThanAPipe) {
  const std::string text(3 << 20, 'x');
  const std::vector<WorkerOutcome> outcomes =
      run_workers({{"large", [&] { return Json(text); }}}, 1);
  EXPECT_EQ(outcomes[0].json.size(), text.size() + 2);
}

TEST(Worker, CtrlCKeepsWhatIsDoneAndEndsTheRest) {
  const std::vector<WorkerTask> tasks = {
      {"done", [] { return Json("done"); }},
      {"endless",
       []() -> Json {
         kill(getppid(), SIGINT);
         for (;;) pause();
       }},
      {"never begun", [] { return Json("late"); }},
  };
  const auto expected = [](const std::vector<WorkerOutcome>& outcomes) {
    return interrupted() && outcomes[0].status == Status::Ok &&
           outcomes[1].status == Status::Interrupted && outcomes[2].status == Status::Interrupted;
  };
  // In a process of its own, since an interrupted process stays interrupted.
  EXPECT_EXIT(
      {
        install_interrupt_handler();
        std::exit(expected(run_workers(tasks, 1)) ? 42 : 1);
      },
      testing::ExitedWithCode(42), "");
}

}  // namespace

}  // namespace weft::cli
