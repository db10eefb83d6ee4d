// SPDX-License-Identifier: Apache-2.0
//
// Advice on occupancy. Every resource allows fewer blocks as a launch asks for more of it, so the
// largest demand that still gives what is wanted is found by bisection of the question itself; no
// allocation rule is written a second time, inverted.
#include "sim/machine/occupancy_advice.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace weft::machine {

namespace {

using Wish = std::function<bool(const Occupancy&)>;

LaunchShape with(LaunchShape shape, const LaunchChange& change) {
  switch (change.parameter) {
    case LaunchParameter::ThreadsPerBlock:
      shape.threads_per_block = static_cast<int>(change.value);
      break;
    case LaunchParameter::RegistersPerThread:
      shape.registers_per_thread = static_cast<int>(change.value);
      break;
    case LaunchParameter::SharedBytesPerBlock:
      shape.static_shared_bytes = std::min(shape.static_shared_bytes, change.value);
      shape.dynamic_shared_bytes = change.value - shape.static_shared_bytes;
      break;
    case LaunchParameter::CarveOutPercent:
      shape.carve_out_percent = static_cast<int>(change.value);
      break;
  }
  return shape;
}

/// The point in [low, high] that is nearest to `from`, an end of it, and that `good` holds for.
/// Precondition: `good` changes at most once on the way.
std::optional<int64_t> nearest(int64_t from, int64_t to, const std::function<bool(int64_t)>& good) {
  if (!good(to)) return std::nullopt;
  int64_t bad = from;
  while (std::abs(to - bad) > 1) {
    const int64_t middle = bad + (to - bad) / 2;
    (good(middle) ? to : bad) = middle;
  }
  return to;
}

/// The change of one parameter, from what it is towards `end`, that grants the wish.
std::optional<LaunchChange> nearest_change(const SmLimits& sm, const LaunchShape& shape,
                                           LaunchParameter parameter, int64_t now, int64_t end,
                                           const Wish& wish) {
  LaunchChange change{parameter, end < now, now};
  const std::optional<int64_t> value = nearest(now, end, [&](int64_t candidate) {
    change.value = candidate;
    return wish(occupancy(sm, with(shape, change)));
  });
  if (!value) return std::nullopt;
  change.value = *value;
  return change;
}

/// What relaxes a resource; nothing for slots, which the hardware sets.
std::optional<LaunchChange> relaxation(const SmLimits& sm, const LaunchShape& shape,
                                       Resource resource, const Wish& wish) {
  switch (resource) {
    case Resource::Warps:
      return nearest_change(sm, shape, LaunchParameter::ThreadsPerBlock, shape.threads_per_block, 1,
                            wish);
    case Resource::Registers:
      return nearest_change(sm, shape, LaunchParameter::RegistersPerThread,
                            shape.registers_per_thread, 0, wish);
    case Resource::SharedMemory:
      return nearest_change(sm, shape, LaunchParameter::SharedBytesPerBlock, shape.shared_bytes(),
                            0, wish);
    case Resource::Blocks:
    case Resource::Barriers:
      return std::nullopt;
  }
  return std::nullopt;
}

OccupancyRaise outcome_of(const SmLimits& sm, LaunchShape shape,
                          const std::vector<LaunchChange>& changes) {
  for (const LaunchChange& change : changes) shape = with(shape, change);
  const Occupancy result = occupancy(sm, shape);
  return {changes, result.blocks_per_sm, result.warps_per_sm};
}

/// Every binding resource relaxed until it alone allows one more block.
std::optional<OccupancyRaise> raise_together(const SmLimits& sm, const LaunchShape& shape,
                                             const Occupancy& now) {
  std::vector<LaunchChange> changes;
  LaunchShape changed = shape;
  for (const Resource resource : now.limiters()) {
    const auto enough = [&](const Occupancy& result) {
      return result.limit(resource) > now.blocks_per_sm;
    };
    if (enough(occupancy(sm, changed))) continue;  // an earlier change relaxed it too
    const auto change = relaxation(sm, changed, resource, enough);
    if (!change) return std::nullopt;
    changes.push_back(*change);
    changed = with(changed, *change);
  }
  return outcome_of(sm, shape, changes);
}

/// Larger blocks, for a launch whose blocks fill their slots and leave warps unused. More warps a
/// block need not give more warps at once, so the sizes are tried one by one.
std::optional<OccupancyRaise> larger_block(const SmLimits& sm, const LaunchShape& shape,
                                           const Occupancy& now) {
  for (int warps = shape.warps_per_block() + 1; warps * kThreadsPerWarp <= kMaxThreadsPerBlock;
       ++warps) {
    const OccupancyRaise raise = outcome_of(
        sm, shape, {{LaunchParameter::ThreadsPerBlock, false, (warps - 1) * kThreadsPerWarp + 1}});
    if (raise.warps_per_sm > now.warps_per_sm) return raise;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(LaunchParameter parameter) {
  static constexpr std::array<std::string_view, 4> kNames = {
      "threads_per_block", "registers_per_thread", "shared_bytes_per_block", "carve_out_percent"};
  return kNames[static_cast<size_t>(parameter)];
}

std::vector<OccupancyRaise> occupancy_advice(const SmLimits& sm, const LaunchShape& shape) {
  const Occupancy now = occupancy(sm, shape);
  const std::vector<Resource> limiters = now.limiters();
  const auto more_blocks = [&](const Occupancy& result) {
    return result.blocks_per_sm > now.blocks_per_sm;
  };
  std::vector<OccupancyRaise> raises;
  for (const Resource resource : limiters) {
    if (const auto change = relaxation(sm, shape, resource, more_blocks))
      raises.push_back(outcome_of(sm, shape, {*change}));
  }
  if (shape.carve_out_percent && now.limit(Resource::SharedMemory) == now.blocks_per_sm) {
    if (const auto change = nearest_change(sm, shape, LaunchParameter::CarveOutPercent,
                                           *shape.carve_out_percent, 100, more_blocks))
      raises.push_back(outcome_of(sm, shape, {*change}));
  }
  // Smaller blocks may be more and yet hold fewer warps.
  std::erase_if(
      raises, [&](const OccupancyRaise& raise) { return raise.warps_per_sm <= now.warps_per_sm; });
  if (raises.empty()) {
    if (const auto raise = raise_together(sm, shape, now)) raises.push_back(*raise);
  }
  if (now.limit(Resource::Blocks) == now.blocks_per_sm) {
    if (const auto raise = larger_block(sm, shape, now)) raises.push_back(*raise);
  }
  return raises;
}

}  // namespace weft::machine
