// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::tests {

/// A recurrence that is scanned in chunks, and a statement that reads its states.
struct Scan {
  std::string value = "a[t,d] * h[t,d] + u[t,d]";
  std::string level = "gen(i0)";
  std::string words = "order: [t1, d, t0], par: {t1: core, d: thread}";
  std::string tile = "6";
  std::string tail = "";  // further lines of the schedule
};

inline std::string scan_document(const Scan& scan) {
  return "kir: 1\nkernel: k\nparams: {T: 24, D: 5}\nindex: {t: T, d: D}\ntensors:\n"
         "  a: {dims: [t, d], dtype: f64, levels: ['dense(t)', 'dense(d)']}\n"
         "  u: {dims: [t, d], dtype: f64, levels: ['dense(t)', 'dense(d)']}\n"
         "  h: {dims: ['T+1', d], dtype: f64, levels: ['" +
         scan.level +
         "', 'dense(d)']}\n"
         "  y: {dims: [t, d], dtype: f64, levels: ['dense(t)', 'dense(d)']}\n"
         "compute:\n  - repeat: {t: [step, out]}\n  - step: h[t+1,d] = " +
         scan.value +
         "\n  - out: y[t,d] = h[t+1,d] - 2 * h[t,d]\nschedule:\n  all: {split: {t: [t1, t0]}, "
         "tiles: {t0: " +
         scan.tile + "}, " + scan.words + "}\n  step: {scan: {t: {alg: chunked, carry: [h]}}}\n" +
         scan.tail;
}

/// Values, storage, orders and chunks that a scan may have.
inline std::vector<Scan> scan_forms() {
  const std::string near = "  fuse_at: {h: {loop: t0, in: spad}}\n";
  return {
      {},
      {.value = "u[t,d] - h[t,d]"},
      {.value = "2 * h[t,d] - a[t,d] * h[t,d]"},
      {.value = "(h[t,d] + u[t,d]) * a[t,d] / 2"},
      {.level = "dense(i0)"},
      {.words = "order: [d, t1, t0], par: {t1: core, d: thread}"},
      {.words = "order: [t1, d, t0], par: {t1: thread}"},
      {.words = "order: [t1, t0, d]"},
      {.tile = "24"},
      {.tile = "1"},
      {.tail = near},
      {.level = "dense(i0)", .tail = near},
      {.words = "order: [d, t1, t0], par: {d: core, t1: thread}", .tail = near},
  };
}

}  // namespace weft::tests
