// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/run_sweep.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/interrupt.h"
#include "cli/sweep/analysis.h"
#include "cli/sweep/describe.h"
#include "cli/sweep/outcome.h"
#include "cli/terminal.h"
#include "cli/worker.h"

namespace weft::cli::sweep {

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kRenewEvery{10};
constexpr std::chrono::milliseconds kWaitForOthers{100};
constexpr std::chrono::milliseconds kShowEvery{200};

/// What the end of a worker means for its point.
std::pair<Status, Json> verdict(const WorkerOutcome& outcome) {
  using Ended = WorkerOutcome::Status;
  if (outcome.status == Ended::TimedOut) return {Status::Timeout, {{"error", outcome.error}}};
  if (outcome.status != Ended::Ok) return {Status::Failed, {{"error", outcome.error}}};
  Json result = Json::parse(outcome.json);
  const Json& passed = result.at("verified").at("passed");
  if (passed.is_boolean() && !passed.get<bool>()) {
    result["error"] = "the values differ from those of the host";
    return {Status::Failed, std::move(result)};
  }
  return {Status::Ok, std::move(result)};
}

/// One process' part in a sweep.
class Runner {
 public:
  Runner(const Sweep& sweep, const std::vector<Point>& points, Database& database, size_t jobs)
      : sweep_(sweep),
        points_(points),
        database_(database),
        pool_(jobs, sweep.timeout_s),
        progress_(database.counts().pending),
        pending_at_begin_(database.counts().pending) {
    for (size_t i = 0; i < points.size(); ++i) places_[points[i].id] = i;
  }

  void run() {
    while (!interrupted()) {
      start_more();
      if (pool_.empty()) {
        if (database_.counts().pending == 0) return;
        // Others are at work on the rest; should one of them end, its points are ours.
        std::this_thread::sleep_for(kWaitForOthers);
        continue;
      }
      renew();
      show_progress();
      const std::vector<WorkerPool::Finished> ended = pool_.wait();
      start_more();  // first, so that no worker waits for the file
      for (const WorkerPool::Finished& finished : ended) record(finished);
    }
    database_.release();
  }

 private:
  void start_more() {
    while (!pool_.full() && !interrupted()) {
      const std::optional<std::string> id = database_.claim();
      if (!id) return;
      const size_t place = places_.at(*id);
      pool_.start(place, {"", [request = points_[place].request] { return simulate(request); }});
    }
  }

  void renew() {
    if (Clock::now() - renewed_ < kRenewEvery) return;
    renewed_ = Clock::now();
    database_.renew();
  }

  /// Counting takes as long as there are points.
  void show_progress() {
    if (Clock::now() - shown_ < kShowEvery) return;
    shown_ = Clock::now();
    const Objective& objective = sweep_.objectives.front();
    const std::string best = std::isnan(best_) ? ""
                                               : fmt::format("best {} {}", objective.name,
                                                             objective_text(objective, best_));
    progress_.show(pending_at_begin_ - std::min(pending_at_begin_, database_.counts().pending),
                   best);
  }

  void record(const WorkerPool::Finished& finished) {
    // Ctrl-C may reach a worker first: its point is as if never begun.
    if (finished.outcome.status == WorkerOutcome::Status::Interrupted) return;
    const Point& point = points_[finished.key];
    const auto [status, result] = verdict(finished.outcome);
    database_.finish(point.id, status, result);
    if (status != Status::Ok) return;
    const Outcome outcome = outcome_of(sweep_, {point.id, status, point.axes, result});
    const double value = outcome.objectives.front();
    const bool better = sweep_.objectives.front().maximize ? value > best_ : value < best_;
    if (outcome.feasible && (std::isnan(best_) || better)) best_ = value;
  }

  const Sweep& sweep_;
  const std::vector<Point>& points_;
  Database& database_;
  WorkerPool pool_;
  Progress progress_;
  size_t pending_at_begin_;
  std::map<std::string, size_t> places_;  // of points by id
  Clock::time_point renewed_ = Clock::now();
  Clock::time_point shown_ = Clock::now();
  double best_ = std::nan("");
};

}  // namespace

Shard parse_shard(const std::string& text) {
  const size_t slash = text.find('/');
  const auto number = [&](size_t begin, size_t end) {
    size_t value = 0;
    const char* const last = text.data() + end;
    const auto [stop, problem] = std::from_chars(text.data() + begin, last, value);
    return problem == std::errc{} && stop == last ? std::optional(value) : std::nullopt;
  };
  if (slash != std::string::npos) {
    const auto index = number(0, slash), of = number(slash + 1, text.size());
    if (index && of && *of > 0 && *index <= *of) return {*index % *of, *of};
  }
  throw base::UserError(
      fmt::format("--shard: expected I/N with I from 1 to N (or from 0 to N-1), found '{}'", text));
}

Counts run_sweep(const Sweep& sweep, std::vector<Point> points, const RunRequest& request) {
  if (request.resume && !std::filesystem::exists(request.file))
    throw base::UserError(fmt::format("{}: --resume: expected the file of a sweep, found none",
                                      request.file.string()));
  std::vector<Point> mine;
  for (size_t i = 0; i < points.size(); ++i) {
    if (i % request.shard.of == request.shard.index) mine.push_back(std::move(points[i]));
  }
  const DeferInterrupt until_saved;
  Database database(request.file,
                    request.shared ? Database::Sharing::Cluster : Database::Sharing::OneHost);
  database.add(mine, describe(sweep));
  if (request.resume && request.leads) database.retry();
  Runner(sweep, mine, database, request.jobs).run();
  return database.counts();
}

}  // namespace weft::cli::sweep
