// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/text.h"

namespace weft::cli {

namespace {

constexpr double kQuietSeconds = 2.0;
constexpr size_t kBarColumns = 20;
constexpr const char* kEraseLine = "\r\x1b[K";

}  // namespace

bool wants_colour(std::FILE* stream) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  return isatty(fileno(stream)) == 1 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

std::string progress_line(size_t done, size_t total, double elapsed_s, const std::string& what) {
  const size_t filled = total == 0 ? kBarColumns : kBarColumns * done / total;
  std::string line =
      fmt::format("[{:<{}}] {}/{}", std::string(filled, '='), kBarColumns, done, total);
  if (done > 0) {
    const double rate = static_cast<double>(done) / elapsed_s;
    line += fmt::format("  {}/s  about {} left", show_number(rate),
                        show_time(static_cast<double>(total - done) / rate));
  }
  return line + "  " + what;
}

Progress::Progress(size_t total) : total_(total), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "{}", kEraseLine);
}

void Progress::show(size_t done, const std::string& what) {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
  if (!terminal_ || elapsed.count() < kQuietSeconds) return;
  shown_ = true;
  fmt::print(stderr, "{}{}", kEraseLine, progress_line(done, total_, elapsed.count(), what));
  std::fflush(stderr);
}

}  // namespace weft::cli
