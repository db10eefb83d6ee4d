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
constexpr auto kEvery = std::chrono::milliseconds(100);
constexpr size_t kBarColumns = 20;
constexpr const char* kEraseLine = "\r\x1b[K";
constexpr double kFew = 10'000;  // numbers that are said digit by digit

std::string steps(size_t number) {
  const auto real = static_cast<double>(number);
  return real < kFew ? fmt::format("{}", number) : show_count(real);
}

}  // namespace

bool wants_colour(std::FILE* stream) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  return isatty(fileno(stream)) == 1 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

std::string progress_line(size_t done, size_t total, double elapsed_s, const std::string& what) {
  const double per_second = static_cast<double>(done) / elapsed_s;
  const std::string rate = per_second < kFew ? show_number(per_second) : show_count(per_second);
  if (total == 0) return fmt::format("{}  {}/s  {}", steps(done), rate, what);
  const size_t filled = kBarColumns * done / total;
  std::string line = fmt::format("[{:<{}}] {}/{}", std::string(filled, '='), kBarColumns,
                                 steps(done), steps(total));
  if (done > 0) {
    line += fmt::format("  {}/s  about {} left", rate,
                        show_time(static_cast<double>(total - done) / per_second));
  }
  return line + "  " + what;
}

Progress::Progress(size_t total) : total_(total), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "{}", kEraseLine);
}

void Progress::show(size_t done, const std::string& what) {
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::duration<double> elapsed = now - begin_;
  if (!terminal_ || elapsed.count() < kQuietSeconds || now - shown_at_ < kEvery) return;
  shown_ = true;
  shown_at_ = now;
  fmt::print(stderr, "{}{}", kEraseLine, progress_line(done, total_, elapsed.count(), what));
  std::fflush(stderr);
}

}  // namespace weft::cli
