// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "kernels/ir/read_kernel.h"

namespace weft::ir {

/// A document of every block, to be spoilt in one place at a time.
inline const std::string kSpmm = R"(kir: 1
kernel: spmm
params: {M: 9, K: 8, N: 64}
index: {m: M, k: K, n: N}
tensors:
  A: {dims: [m, k], dtype: f32, levels: [dense(m), compressed(k)]}
  X: {dims: [k, n], dtype: f32, levels: [dense(k), dense(n)]}
  Y: {dims: [m, n], dtype: f32, levels: [dense(m), dense(n)]}
compute:
  - mul: Y[m,n] += A[m,k] * X[k,n]
schedule:
  mul:
    split: {n: [n1, n0]}
    tiles: {n0: [8, 16, 32]}
    order: [n1, m, k, n0]
    par: {n1: cta.y, m: cta.x, n0: lane}
    hold: {A: {at: m, in: smem, via: cp_async, buf: 2}}
    accum: {Y: {at: m, kind: scalar, in: reg}}
bind:
  arch: h200
  roles: {smem: sm.smem, lane: sm.warp.lane}
  place: {A: {dram: interleave(64B)}, Y: {dram: block(m)}}
  cache: [X]
  limits: {regs_per_thread: 128, smem_per_cta: 96KiB}
)";

/// `text` with the first `from` replaced by `to`.
inline std::string spoilt(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  WEFT_CHECK(at != std::string::npos, "the test spoils what is not there");
  return text.replace(at, from.size(), to);
}

inline Kernel read_text(std::string_view text, base::Diagnostics& diagnostics) {
  return read_kernel(base::read_yaml_text(text, "k.yaml", diagnostics), diagnostics);
}

/// The messages that a document earns.
inline std::vector<std::string> messages_of(std::string_view text) {
  base::Diagnostics diagnostics;
  read_text(text, diagnostics);
  return diagnostics.messages();
}

/// A kernel whose document has no defect.
inline Kernel read_sound(std::string_view text) {
  base::Diagnostics diagnostics;
  Kernel kernel = read_text(text, diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

}  // namespace weft::ir
