// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/structured.h"

#include "base/error.h"

namespace weft::dense {

namespace {

constexpr size_t kGroup = 4;
constexpr size_t kKept = 2;

}  // namespace

void prune24(DenseTensor& tensor, base::Xoshiro256& random) {
  for (size_t group = 0; group < tensor.values.size(); group += kGroup) {
    for (size_t left = kGroup; left > kKept;) {
      double& value = tensor.values[group + random.below(kGroup)];
      if (value == 0) continue;
      value = 0;
      --left;
    }
  }
}

Structured24 compress24(const DenseTensor& tensor) {
  Structured24 stored;
  stored.shape = tensor.shape;
  for (size_t group = 0; group < tensor.values.size(); group += kGroup) {
    size_t kept = 0;
    for (size_t i = 0; i < kGroup; ++i) {
      // Groups with fewer nonzeros store zeros from their end.
      const bool must = kGroup - i <= kKept - kept;
      if (kept == kKept || (tensor.values[group + i] == 0 && !must)) continue;
      stored.values.push_back(tensor.values[group + i]);
      stored.positions.push_back(static_cast<uint8_t>(i));
      ++kept;
    }
    WEFT_CHECK(kept == kKept, "a group of a 2:4 tensor that stores other than two values");
  }
  return stored;
}

std::optional<int64_t> find_dense_group(const DenseTensor& tensor) {
  for (size_t group = 0; group < tensor.values.size(); group += kGroup) {
    size_t nonzeros = 0;
    for (size_t i = 0; i < kGroup; ++i) nonzeros += tensor.values[group + i] != 0 ? 1 : 0;
    if (nonzeros > kKept) return static_cast<int64_t>(group);
  }
  return std::nullopt;
}

}  // namespace weft::dense
