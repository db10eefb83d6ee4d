// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <ctime>

#include <fmt/format.h>
#include <unistd.h>

namespace weft::cli {

namespace {

// A signal handler may touch lock-free atomics and call unlink, nothing that allocates: so the
// names of the temporary files lie in fixed slots. The command writes one file at a time; four
// slots leave room.
constexpr size_t kSlots = 4;
constexpr size_t kPathBytes = 4096;
std::array<std::array<char, kPathBytes>, kSlots> g_temporary_path;
std::array<std::atomic<bool>, kSlots> g_temporary_used;
std::atomic<int> g_deferred = 0;  // DeferInterrupt objects alive
std::atomic<int> g_signal = 0;
std::atomic<time_t> g_signal_at = 0;

// One Ctrl-C may arrive twice, from the terminal and from a program such as timeout in between.
// Only a later one says that the user will not wait for the results to be saved.
constexpr time_t kSameRequestSeconds = 1;

bool deferred_now(int signal_number) {
  if (g_deferred == 0) return false;
  const time_t now = std::time(nullptr);
  if (g_signal.exchange(signal_number) == 0) g_signal_at = now;
  return now - g_signal_at <= kSameRequestSeconds;
}

extern "C" void on_interrupt(int signal_number) {
  if (deferred_now(signal_number)) return;
  for (size_t slot = 0; slot < kSlots; ++slot) {
    if (g_temporary_used[slot]) unlink(g_temporary_path[slot].data());
  }
  _exit(128 + signal_number);
}

}  // namespace

void install_interrupt_handler() {
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return g_signal != 0;
}

DeferInterrupt::DeferInterrupt() {
  ++g_deferred;
}
DeferInterrupt::~DeferInterrupt() {
  --g_deferred;
}

TemporaryFile::TemporaryFile(const std::filesystem::path& target)
    : path_(target.string() + fmt::format(".{}.tmp", getpid())) {
  const std::string& name = path_.native();
  for (size_t slot = 0; slot < kSlots; ++slot) {
    if (g_temporary_used[slot] || name.size() >= kPathBytes) continue;
    std::memcpy(g_temporary_path[slot].data(), name.c_str(), name.size() + 1);
    g_temporary_used[slot] = true;
    return;
  }
}

TemporaryFile::~TemporaryFile() {
  for (size_t slot = 0; slot < kSlots; ++slot) {
    if (g_temporary_used[slot] && path_.native() == g_temporary_path[slot].data()) {
      g_temporary_used[slot] = false;
    }
  }
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace weft::cli
