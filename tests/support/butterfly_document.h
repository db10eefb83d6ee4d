// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace weft::tests {

/// A butterfly transform: its schedule, its subscripts, and how many elements and steps it has.
struct ButterflyDocument {
  std::string words = "order: [b, st, g, v, u, w], par: {b: thread}";
  std::string more = "";  // beside the statement's words
  std::string read = "(g*2+w)*2**st + v";
  std::string steps = "4";
  std::string extents = "g: 2**(L-1-st), v: 2**st, u: 2, w: 2";
};

inline std::string butterfly_document(const ButterflyDocument& form) {
  std::string text = "kir: 1\nkernel: k\nparams: {B: 12, L: ";
  text.append(form.steps).append("}\nindex: {st: L, b: B, ").append(form.extents);
  text.append(
      "}\ntensors:\n"
      "  H: {dims: [L, u, w], dtype: f64, levels: ['dense(i0)', 'dense(u)', 'dense(w)']}\n"
      "  X: {dims: ['L+1', b, '2**L'], dtype: f64, levels: ['gen(i0)', 'dense(b)', "
      "'dense(i2)']}\n"
      "compute:\n  - repeat: {st: [s]}\n"
      "  - s: X[st+1, b, (g*2+u)*2**st + v] += H[st,u,w] * X[st, b, ");
  text.append(form.read).append("]\nschedule:\n  s: {").append(form.words).append("}\n");
  return text.append(form.more);
}

}  // namespace weft::tests
