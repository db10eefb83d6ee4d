// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace weft::tests {

/// Sixteen reflections of some columns: how many, the schedule, the update, and how s is stored.
struct ReflectionsDocument {
  std::string schedule = "  all: {order: [c, j, i], par: {c: thread}}\n";
  std::string update = "X[j,c,i] - b[j] * V[j,i] * s[j,c]";
  std::string products = "'gen(j)', 'dense(c)'";
  std::string state = "gen(i0)";
  std::string columns = "7";
};

inline std::string reflections_document(const ReflectionsDocument& form) {
  std::string text = "kir: 1\nkernel: k\nparams: {J: 16, D: 40, C: ";
  text.append(form.columns);
  text.append(
      "}\nindex: {j: J, i: D, c: C}\ntensors:\n"
      "  V: {dims: [j, i], dtype: f64, levels: [dense(j), dense(i)]}\n"
      "  b: {dims: [j], dtype: f64, levels: [dense(j)]}\n"
      "  X: {dims: ['J+1', c, i], dtype: f64, levels: ['");
  text.append(form.state).append("', 'dense(c)', 'dense(i)']}\n");
  text.append("  s: {dims: [j, c], dtype: f64, levels: [").append(form.products);
  text.append("]}\ncompute:\n  - repeat: {j: [dot, axpy]}\n  - dot: s[j,c] += V[j,i] * X[j,c,i]\n");
  text.append("  - axpy: X[j+1,c,i] = ").append(form.update);
  return text.append("\nschedule:\n").append(form.schedule);
}

}  // namespace weft::tests
