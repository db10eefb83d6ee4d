// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <type_traits>

#include <sys/wait.h>
#include <unistd.h>

namespace weft::tests {

/// What `compute` gives in a process of its own, for models of which SystemC builds one in a
/// process. Nothing where the process failed. The value crosses a pipe as its bytes.
template <typename Compute>
std::optional<std::invoke_result_t<Compute>> from_child(const Compute& compute) {
  using Value = std::invoke_result_t<Compute>;
  static_assert(std::is_trivially_copyable_v<Value>);
  int ends[2] = {};
  if (pipe(ends) != 0) return std::nullopt;
  const pid_t child = fork();
  if (child == 0) {
    const Value value = compute();
    _exit(write(ends[1], &value, sizeof value) == sizeof value ? 0 : 1);
  }
  close(ends[1]);
  Value value{};
  const bool whole = read(ends[0], &value, sizeof value) == sizeof value;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return whole ? std::optional<Value>(value) : std::nullopt;
}

/// A number computed in a process of its own; not a number where the process failed.
inline double in_child(const std::function<double()>& compute) {
  return from_child(compute).value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace weft::tests
