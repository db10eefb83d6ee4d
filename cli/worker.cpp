// SPDX-License-Identifier: Apache-2.0
#include "cli/worker.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <new>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"

namespace weft::cli {

namespace {

// A worker answers with one status letter and a text, and then ends: end of file without a letter
// is a crash.
constexpr char kAnswersJson = 'J';
constexpr char kAnswersUserError = 'U';
constexpr char kAnswersFault = 'F';
constexpr int kPollMilliseconds = 200;

std::string answer_of(const WorkerTask& task) {
  try {
    return kAnswersJson + json_text(task.compute(), -1);
  } catch (const base::UserError& error) {
    return kAnswersUserError + std::string(error.what());
  } catch (const std::bad_alloc&) {
    return kAnswersUserError + std::string("out of memory");
  } catch (const std::exception& error) {
    return kAnswersFault + std::string(error.what());
  }
}

[[noreturn]] void work(const WorkerTask& task, int pipe) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a worker must not outlive its parent
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  const std::string answer = answer_of(task);
  for (size_t sent = 0; sent < answer.size();) {
    const ssize_t bytes = write(pipe, answer.data() + sent, answer.size() - sent);
    if (bytes < 0 && errno != EINTR) _exit(EXIT_FAILURE);
    if (bytes > 0) sent += static_cast<size_t>(bytes);
  }
  _exit(EXIT_SUCCESS);
}

/// The terminal sends Ctrl-C to the workers too, and one may end of it before this process knows.
/// A signal that only the worker got is its own.
bool comes_interrupted() {
  constexpr auto kAfter = std::chrono::milliseconds(500);
  constexpr auto kEach = std::chrono::milliseconds(10);
  for (auto waited = kEach; !interrupted() && waited < kAfter; waited += kEach)
    std::this_thread::sleep_for(kEach);
  return interrupted();
}

}  // namespace

WorkerPool::~WorkerPool() {
  for (const auto& [key, worker] : running_) stop(worker);
}

void WorkerPool::start(size_t key, const WorkerTask& task) {
  std::array<int, 2> ends = {};  // [read, write]
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  std::fflush(nullptr);
  const pid_t process = fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process == 0) {
    close(ends[0]);
    work(task, ends[1]);
  }
  close(ends[1]);
  running_[key] = {process, ends[0], {}, std::chrono::steady_clock::now()};
}

/// Takes what the worker has sent; false at the end of its answer.
bool WorkerPool::receive(Worker& worker) {
  std::array<char, 65536> buffer;
  const ssize_t bytes = read(worker.pipe, buffer.data(), buffer.size());
  if (bytes > 0) worker.answer.append(buffer.data(), static_cast<size_t>(bytes));
  return bytes > 0 || (bytes < 0 && errno == EINTR);
}

WorkerOutcome WorkerPool::finish(const Worker& worker) {
  using Status = WorkerOutcome::Status;
  close(worker.pipe);
  int status = 0;
  while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
  }
  const std::string body = worker.answer.empty() ? std::string{} : worker.answer.substr(1);
  if (WIFSIGNALED(status)) {
    const int signal_number = WTERMSIG(status);
    const bool asked_to_end = signal_number == SIGINT || signal_number == SIGTERM;
    if (asked_to_end && comes_interrupted()) return {};
    const char* hint = signal_number == SIGKILL ? "; the machine may be out of memory" : "";
    return {Status::Crashed,
            {},
            fmt::format("the worker was ended by {}{}", strsignal(signal_number), hint)};
  }
  if (worker.answer.empty()) return {Status::Crashed, {}, "the worker ended without an answer"};
  if (worker.answer.front() == kAnswersJson) return {Status::Ok, body, {}};
  return {worker.answer.front() == kAnswersUserError ? Status::Failed : Status::Crashed, {}, body};
}

void WorkerPool::stop(const Worker& worker) {
  kill(worker.process, SIGKILL);
  close(worker.pipe);
  waitpid(worker.process, nullptr, 0);
}

bool WorkerPool::is_late(const Worker& worker) const {
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - worker.began;
  return timeout_s_ > 0 && taken.count() > timeout_s_;
}

std::vector<WorkerPool::Finished> WorkerPool::wait() {
  std::vector<pollfd> ready;
  for (const auto& [key, worker] : running_) ready.push_back({worker.pipe, POLLIN, 0});
  const bool any = poll(ready.data(), ready.size(), kPollMilliseconds) > 0;

  std::vector<Finished> finished;
  size_t polled = 0;
  for (auto at = running_.begin(); at != running_.end();) {
    const bool sent = any && ready[polled].revents != 0;
    ++polled;
    if (sent && !receive(at->second)) {
      finished.push_back({at->first, finish(at->second)});
    } else if (!sent && is_late(at->second)) {
      stop(at->second);
      finished.push_back({at->first,
                          {WorkerOutcome::Status::TimedOut,
                           {},
                           fmt::format("took longer than {} s", timeout_s_)}});
    } else {
      ++at;
      continue;
    }
    at = running_.erase(at);
  }
  return finished;
}

std::vector<WorkerOutcome> run_workers(
    const std::vector<WorkerTask>& tasks, size_t jobs,
    const std::function<void(const std::vector<WorkerOutcome>&)>& save, double timeout_s) {
  std::vector<WorkerOutcome> outcomes(tasks.size());
  const DeferInterrupt deferred;
  Progress progress(tasks.size());
  WorkerPool pool(jobs, timeout_s);
  size_t next = 0;
  size_t done = 0;
  while (!interrupted() && done < tasks.size()) {
    for (; next < tasks.size() && !pool.full(); ++next) pool.start(next, tasks[next]);
    progress.show(done, tasks[pool.oldest()].title);
    const size_t before = done;
    for (WorkerPool::Finished& finished : pool.wait()) {
      outcomes[finished.key] = std::move(finished.outcome);
      ++done;
    }
    if (save && done > before) save(outcomes);
  }
  return outcomes;
}

}  // namespace weft::cli
