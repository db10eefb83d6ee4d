// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

namespace weft::cli {

/// True where `stream` shows colours: a terminal, NO_COLOR not set, TERM not "dumb".
bool wants_colour(std::FILE* stream);

/// A line on standard error that says how far a run of `total` steps is, its rate and the time
/// left; of a run whose end is not known (`total` is 0) what is done and the rate. Appears after
/// two seconds, and only on a terminal.
class Progress {
 public:
  explicit Progress(size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Call at least a few times per second; `what` names the step at work.
  void show(size_t done, const std::string& what);

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_at_{};
  size_t total_;
  bool terminal_;
  bool shown_ = false;
};

/// "[==>   ] 3/8  1.2/s  about 4.00 s left  what": the text of a progress line; without a total
/// "3  1.2/s  what".
std::string progress_line(size_t done, size_t total, double elapsed_s, const std::string& what);

}  // namespace weft::cli
