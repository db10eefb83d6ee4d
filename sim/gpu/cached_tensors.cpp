// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/cached_tensors.h"

#include <limits>

namespace weft::sim {

double CachedTensors::age_bytes(const std::string& tensor) const {
  const auto found = age_bytes_.find(tensor);
  return found == age_bytes_.end() ? std::numeric_limits<double>::infinity() : found->second;
}

void CachedTensors::note(const program::Launch& launch, double filled_bytes,
                         double unwritten_bytes) {
  unwritten_bytes_ = unwritten_bytes;
  for (auto& [tensor, age] : age_bytes_) age += filled_bytes;
  for (const program::Segment& segment : launch.segments) {
    for (const program::TileTraffic& load : segment.loads) age_bytes_[load.tensor] = filled_bytes;
    for (const program::TileTraffic& store : segment.stores)
      age_bytes_[store.tensor] = filled_bytes;
  }
}

}  // namespace weft::sim
