// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/yaml.h"
#include "kernels/ir/read_kernel.h"
#include "mapper/search/search.h"

namespace weft::tests {

/// A product whose schedule has these lines under `mul`.
inline ir::Kernel product_with(const std::string& words) {
  const std::string text =
      "kir: 1\nkernel: toy\nparams: {M: 12, N: 8, K: 6}\nindex: {m: M, n: N, k: K}\n"
      "tensors:\n"
      "  A: {dims: [m, k], dtype: f32, levels: [dense(m), dense(k)]}\n"
      "  B: {dims: [k, n], dtype: f32, levels: [dense(k), dense(n)]}\n"
      "  C: {dims: [m, n], dtype: f32, levels: [dense(m), dense(n)]}\n"
      "compute:\n  - mul: C[m,n] += A[m,k] * B[k,n]\n"
      "schedule:\n  mul:\n" +
      words;
  base::Diagnostics diagnostics;
  ir::Kernel kernel =
      ir::read_kernel(base::read_yaml_text(text, "toy.yaml", diagnostics), diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

/// Three tiles of four sizes each and a balance: 2 x 4 x 4 x 3 points.
inline mapper::Mapspace toy_space() {
  base::Diagnostics diagnostics;
  mapper::Mapspace space(product_with("    split: {m: [m1, m0], n: [n1, n0]}\n"
                                      "    tiles: {m0: [1, 2, 4, 6], n0: [1, 2, 4, 8]}\n"
                                      "    order: [m1, n1, m0, n0, k]\n"
                                      "    par: {m1: [core, thread]}\n"
                                      "    hold: {A: {at: k, buf: [1, 2, 3]}}\n"),
                         diagnostics);
  diagnostics.throw_if_any();
  return space;
}

/// Times by a formula over points, one per point; counts what it was asked.
class FormulaEvaluator : public mapper::Evaluator {
 public:
  explicit FormulaEvaluator(std::function<double(const ir::Kernel&)> time_of)
      : time_of_(std::move(time_of)) {}
  std::vector<mapper::Evaluation> evaluate(const std::vector<ir::Kernel>& mappings) override {
    std::vector<mapper::Evaluation> answers;
    for (const ir::Kernel& mapping : mappings) {
      ++asked;
      const double time_s = time_of_(mapping);
      if (time_s < 0) {
        answers.push_back({.time_s = 0, .refusal = "refused", .interrupted = false});
      } else {
        answers.push_back({.time_s = time_s, .refusal = {}, .interrupted = asked > stop_after});
      }
    }
    return answers;
  }

  size_t asked = 0;
  size_t stop_after = 1'000'000;

 private:
  std::function<double(const ir::Kernel&)> time_of_;
};

/// A tile of a mapping of the toy.
inline double tile_of(const ir::Kernel& kernel, const char* loop) {
  const auto* tile = kernel.schedule.statements.find("mul")->tiles.find(loop);
  return static_cast<double>(*ir::evaluate_point(tile->value().expression, kernel.bindings()));
}
inline double buffers_of(const ir::Kernel& kernel) {
  return static_cast<double>(kernel.schedule.statements.find("mul")->hold.find("A")->buf.value());
}

}  // namespace weft::tests
