// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <limits>

#include <sys/wait.h>
#include <unistd.h>

namespace weft::tests {

/// A number computed in a process of its own, for models of which SystemC builds one in a process.
/// Not a number where the process failed.
inline double in_child(const std::function<double()>& compute) {
  int ends[2] = {};
  if (pipe(ends) != 0) return std::numeric_limits<double>::quiet_NaN();
  const pid_t child = fork();
  if (child == 0) {
    const double value = compute();
    _exit(write(ends[1], &value, sizeof value) == sizeof value ? 0 : 1);
  }
  close(ends[1]);
  double value = std::numeric_limits<double>::quiet_NaN();
  const bool whole = read(ends[0], &value, sizeof value) == sizeof value;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return whole ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace weft::tests
