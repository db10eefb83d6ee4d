// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/slices.h"

#include <algorithm>
#include <filesystem>

#include "mapper/nest/align.h"

namespace weft::mapper {

using ir::LevelType;
using program::NestSlice;
using program::Range;

namespace {

/// Positions of the last level below each position of a level, at most.
int64_t most_below(const einsum::StoredTensor& stored, size_t level) {
  const auto all = static_cast<int64_t>(stored.values.size());
  int64_t most = std::min<int64_t>(1, all);
  const auto multiply = [&](int64_t factor) {
    if (__builtin_mul_overflow(most, factor, &most)) most = all;
    most = std::min(most, all);
  };
  for (size_t l = level; l < stored.levels.size(); ++l) {
    const einsum::StoredLevel& each = stored.levels[l];
    if (each.type == LevelType::Compressed || each.type == LevelType::Hash) {
      int64_t longest = 0;
      for (size_t p = 0; p + 1 < each.position.size(); ++p)
        longest = std::max(longest, each.position[p + 1] - each.position[p]);
      multiply(longest);
    } else if (each.type == LevelType::Singleton || each.type == LevelType::Nm) {
      multiply(each.width);
    } else if (each.type != LevelType::Affine) {
      multiply(each.extent);
    }
  }
  return most;
}

/// Elements of a box where variables have these ranges.
int64_t elements_of_box(const NestKernel& nest, const NestSlice& slice,
                        const std::vector<Range>& ranges) {
  int64_t elements = 1;
  for (const NestSlice::Span& span : slice.spans) {
    const Range range = nest.nest.space.range(span.coordinate, ranges);
    const int64_t low = std::max<int64_t>(0, range.low);
    elements *= std::max<int64_t>(0, std::min(range.high, span.extent - 1) - low + 1);
  }
  return elements;
}

/// The box that an access covers below `depth`, the loops around at their first iteration; over all
/// steps of repeated ones, or, where these are many and differ, a box that encloses all.
int64_t box_elements(const NestKernel& nest, const NestStatementPlan& plan, int depth,
                     const NestSlice& slice) {
  const bool shifts = std::ranges::all_of(slice.spans, [&](const NestSlice::Span& span) {
    return only_shifts(nest, plan, span.coordinate);
  });
  const int64_t steps = shifts ? 1 : steps_of(plan);
  const bool encloses = steps > kMostLookedAtSteps;
  int64_t most = 0;
  for (int64_t step = 0; step < (encloses ? 1 : steps); ++step) {
    std::vector<Range> ranges(nest.nest.space.size(), Range{});
    int64_t rest = step;
    for (size_t d = plan.loops.size(); d-- > 0;) {
      const LoopPlan& loop = plan.loops[d];
      Range& range = ranges[static_cast<size_t>(loop.variable)];
      if (static_cast<int>(d) > depth || (loop.repeats && encloses)) range = {0, loop.extent - 1};
      if (!loop.repeats || encloses) continue;
      range = {rest % loop.extent, rest % loop.extent};
      rest /= loop.extent;
    }
    most = std::max(most, elements_of_box(nest, slice, ranges));
  }
  return most;
}

}  // namespace

int64_t steps_of(const NestStatementPlan& plan) {
  int64_t steps = 1;
  for (const LoopPlan& loop : plan.loops) steps *= loop.repeats ? loop.extent : 1;
  return steps;
}

bool only_shifts(const NestKernel& nest, const NestStatementPlan& plan, program::Form form) {
  return std::ranges::none_of(plan.loops, [&](const LoopPlan& loop) {
    if (!loop.repeats) return false;
    std::erase_if(form.terms, [&](const program::Term& t) { return t.variable == loop.variable; });
    return nest.nest.space.depends_on(form, loop.variable);
  });
}

NestSlice slice_at(const NestKernel& nest, const NestStatementPlan& plan, const AccessPlan& access,
                   int depth) {
  const einsum::StoredTensor& stored = nest.stored->at(access.tensor->name);
  NestSlice slice;
  slice.tensor = nest.tensor_ids.at(access.tensor->name);
  size_t level = 0;
  const auto inside = [&](size_t l) {
    if (access.levels[l].depth > depth) return true;
    for (size_t d = static_cast<size_t>(depth) + 1; d < plan.loops.size(); ++d) {
      if (nest.nest.space.depends_on(access.levels[l].coordinate, plan.loops[d].variable))
        return true;
    }
    return false;
  };
  while (level < access.levels.size() && !inside(level)) ++level;
  slice.level = static_cast<int32_t>(level);
  const bool whole = level == access.levels.size();
  slice.parent = whole ? nest.nest.accesses[static_cast<size_t>(access.id)].position
                       : access.levels[level].parent;
  bool dense = true;
  for (size_t l = level; l < access.levels.size(); ++l)
    dense = dense && stored.levels[l].type == LevelType::Dense;
  if (whole) {
    slice.most_elements = 1;
    return slice;
  }
  if (!dense) {
    slice.most_elements = most_below(stored, level);
    return slice;
  }
  for (size_t l = level; l < access.levels.size(); ++l)
    slice.spans.push_back({access.levels[l].coordinate, stored.levels[l].extent, 0, {}});
  for (size_t d = static_cast<size_t>(depth) + 1; d < plan.loops.size(); ++d) {
    slice.inner.push_back(plan.loops[d].variable);
    slice.inner_extents.push_back(plan.loops[d].extent);
  }
  slice.most_elements = box_elements(nest, plan, depth, slice);
  return slice;
}

uint64_t slice_bytes(const NestKernel& nest, const NestSlice& slice) {
  const program::NestTensor& tensor = nest.nest.tensors[static_cast<size_t>(slice.tensor)];
  const uint64_t element = slice.spans.empty() ? 12 : tensor.bytes;
  const uint64_t bytes = static_cast<uint64_t>(slice.most_elements) * element;
  return align_up(bytes, kAlignment);
}

size_t depth_of(const NestStatementPlan& plan, const std::string& loop) {
  size_t depth = plan.loops.size();
  for (size_t d = 0; d < plan.loops.size(); ++d) {
    if (plan.loops[d].name == loop) depth = d;
  }
  return depth;
}

program::Share sharers_below(const NestStatementPlan& plan, int depth) {
  program::Share sharers = program::Share::None;
  size_t first = static_cast<size_t>(depth) + 1;
  // Loops dealt out as one list with that at `depth` are of the same iteration.
  while (depth >= 0 && first < plan.loops.size() &&
         plan.loops[first].share == plan.loops[static_cast<size_t>(depth)].share)
    ++first;
  for (size_t d = first; d < plan.loops.size(); ++d) {
    const program::Share share = plan.loops[d].share;
    if (share == program::Share::Lanes) {
      if (sharers == program::Share::None) sharers = share;
    } else if (share != program::Share::None) {
      sharers = program::Share::CoreThreads;
    }
  }
  return sharers;
}

uint64_t copies_per_core(const NestTarget& target, program::Share sharers) {
  const int64_t threads = target.threads_per_core;
  switch (sharers) {
    case program::Share::None:
      return static_cast<uint64_t>(threads);
    case program::Share::Lanes:
      return static_cast<uint64_t>((threads + program::kWarpLanes - 1) / program::kWarpLanes);
    default:
      return 1;
  }
}

void take_scratchpad(NestKernel& nest, const std::string& what, uint64_t bytes) {
  nest.scratchpad.emplace_back(what, bytes);
  nest.scratchpad_bytes += bytes;
}

uint16_t source_index(NestKernel& nest, const base::Location& where, const std::string& statement,
                      const std::string& tensor, const std::string& what) {
  const std::string file = std::filesystem::path(where.file).filename().string();
  const auto found = std::ranges::find_if(nest.sources, [&](const program::Source& source) {
    return source.file == file && source.line == where.line && source.statement == statement &&
           source.tensor == tensor && source.what == what;
  });
  const auto index = static_cast<uint16_t>(found - nest.sources.begin());
  if (found == nest.sources.end())
    nest.sources.push_back({file, where.line, statement, tensor, what});
  return index;
}

}  // namespace weft::mapper
