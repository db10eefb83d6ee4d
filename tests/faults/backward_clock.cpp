// SPDX-License-Identifier: Apache-2.0
// Loaded before the C library, it makes the time of day go back an hour whenever somebody looks.
#include <atomic>

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static std::atomic<time_t> back_s = 0;
  const long result = syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec -= back_s += 3600;
  return static_cast<int>(result);
}
