// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/nest/warp_record.h"

#include <algorithm>
#include <array>

namespace weft::mapper {

using program::AccessKind;
using program::CtaTrace;

namespace {

constexpr size_t kLanes = 32;
constexpr uint64_t kSectorBytes = 32;
constexpr uint64_t kBanks = 32;
constexpr uint64_t kWordBytes = 4;
/// Iterations of an unrolled loop whose loads are in flight together.
constexpr uint64_t kUnrolled = 4;

uint32_t in_flight_together(size_t elements) {
  return static_cast<uint32_t>((elements + kUnrolled - 1) / kUnrolled);
}

/// The addresses of the lanes in one request.
struct Request {
  std::array<uint64_t, kLanes> units{};  // sectors, addresses of atomics, or words of shared memory
  size_t count = 0;
  uint32_t bytes = 0;

  void add(uint64_t unit) { units[count++] = unit; }
  /// Sorts and drops what is there twice.
  void settle() {
    const auto end = units.begin() + static_cast<std::ptrdiff_t>(count);
    if (!std::is_sorted(units.begin(), end)) std::sort(units.begin(), end);
    count = static_cast<size_t>(std::unique(units.begin(), end) - units.begin());
  }
};

/// The requests of one kind that the i-th elements of the lanes make.
struct Requests {
  Request global;
  Request shared;
  bool own = false;
};

class WarpRecorder {
 public:
  WarpRecorder(std::span<const LaneLog* const> lanes, CtaTrace& trace)
      : lanes_(lanes), trace_(trace) {}

  void run(unsigned warp, bool fp64) {
    uint64_t instructions = 0;
    uint64_t arithmetic = 0;
    uint32_t probes = 0;
    for (const LaneLog* lane : lanes_) {
      instructions = std::max(instructions, lane->instructions);
      arithmetic = std::max(arithmetic, lane->arithmetic);
      probes = std::max(probes, lane->probes);
      trace_.work().products += static_cast<double>(lane->products);
      for (const LaneCopy& copy : lane->copies) trace_.access(copy.kind, copy.address, copy.bytes);
    }
    record_accesses();
    program::WarpWork& work = trace_.work();
    const auto issued = static_cast<double>(instructions);
    const auto math = static_cast<double>(arithmetic);
    work.instructions += issued;
    (fp64 ? work.fma64 : work.fma32) += math;
    work.alu += std::max(0.0, issued - math - requests_);
    program::WarpChain& chain = trace_.chain(warp);
    // About every second instruction of a walk waits for the one before; the sums of a thread are
    // a chain.
    chain.instructions +=
        static_cast<uint32_t>((instructions - arithmetic + 1) / 2 + (fp64 ? 0 : arithmetic));
    chain.fma64 += static_cast<uint32_t>(fp64 ? arithmetic : 0);
    chain.loads += probes + walked_loads_ + accessed_loads_;
    chain.shared += accessed_shared_;
  }

 private:
  static size_t access_begin(const LaneLog& lane, size_t access) {
    if (access == 0) return 0;
    return access <= lane.accesses.size() ? lane.accesses[access - 1] : lane.elements.size();
  }

  /// Access 0 is what the walk touches before the first.
  void record_accesses() {
    size_t accesses = 0;
    for (const LaneLog* lane : lanes_) accesses = std::max(accesses, lane->accesses.size());
    for (size_t access = 0; access <= accesses; ++access) {
      size_t elements = 0;
      for (const LaneLog* lane : lanes_)
        elements =
            std::max(elements, access_begin(*lane, access + 1) - access_begin(*lane, access));
      loads_ = shared_loads_ = 0;
      for (size_t i = 0; i < elements; ++i) record_element(access, i);
      if (access == 0) {
        walked_loads_ = in_flight_together(loads_);
      } else {
        accessed_loads_ = std::max(accessed_loads_, in_flight_together(loads_));
      }
      accessed_shared_ = std::max(accessed_shared_, in_flight_together(shared_loads_));
    }
  }

  void record_element(size_t access, size_t i) {
    std::array<Requests, 3> kinds;
    for (const LaneLog* lane : lanes_) {
      const size_t at = access_begin(*lane, access) + i;
      if (at >= access_begin(*lane, access + 1)) continue;
      const LaneElement& element = lane->elements[at];
      Requests& of = kinds[static_cast<size_t>(element.kind)];
      Request& request = element.shared ? of.shared : of.global;
      const bool atomic = element.kind == AccessKind::Atomic;
      request.add(element.shared ? element.address / kWordBytes
                  : atomic       ? element.address
                                 : element.address / kSectorBytes);
      request.bytes = element.bytes;
      of.own = of.own || element.own;
    }
    for (size_t kind = 0; kind < kinds.size(); ++kind) {
      if (kinds[kind].global.count > 0)
        record_global(kinds[kind].global, static_cast<AccessKind>(kind));
      if (kinds[kind].shared.count > 0)
        record_shared(kinds[kind], static_cast<AccessKind>(kind) == AccessKind::Atomic);
    }
  }

  /// Atomics of lanes on one element follow each other in the L2: the first of each element, then
  /// the second, and so on.
  void record_atomics(Request& addresses) {
    const auto begin = addresses.units.begin();
    std::sort(begin, begin + static_cast<std::ptrdiff_t>(addresses.count));
    std::array<uint8_t, kLanes> turn{};
    size_t turns = 0;
    for (size_t i = 0; i < addresses.count; ++i) {
      const bool again = i > 0 && addresses.units[i] == addresses.units[i - 1];
      turn[i] = again ? static_cast<uint8_t>(turn[i - 1] + 1) : 0;
      turns = std::max<size_t>(turns, turn[i] + size_t{1});
    }
    for (size_t at = 0; at < turns; ++at) {
      Request sectors;
      for (size_t i = 0; i < addresses.count; ++i) {
        if (turn[i] == at) sectors.add(addresses.units[i] / kSectorBytes);
      }
      record_sectors(sectors, AccessKind::Atomic);
    }
  }

  void record_global(Request& request, AccessKind kind) {
    kind == AccessKind::Atomic ? record_atomics(request) : record_sectors(request, kind);
    trace_.work().global_requests += 1;
    requests_ += 1;
    loads_ += kind == AccessKind::Read ? 1 : 0;
  }

  void record_sectors(Request& request, AccessKind kind) {
    request.settle();
    for (size_t begin = 0; begin < request.count;) {
      size_t end = begin + 1;
      while (end < request.count && request.units[end] == request.units[end - 1] + 1) ++end;
      trace_.access(kind, request.units[begin] * kSectorBytes, (end - begin) * kSectorBytes);
      begin = end;
    }
  }

  void record_shared(Requests& of, bool atomic) {
    const auto words = (of.shared.bytes + kWordBytes - 1) / kWordBytes;
    const double passes = of.own ? static_cast<double>(words) : fullest_bank(of.shared, words);
    program::WarpWork& work = trace_.work();
    (atomic ? work.atomic_requests : work.shared_requests) += 1;
    (atomic ? work.atomic_wavefronts : work.shared_wavefronts) += passes;
    requests_ += 1;
    ++shared_loads_;
  }

  /// Words of the bank that has most of a request's, whose elements are `each` words long.
  static double fullest_bank(Request& request, uint64_t each) {
    request.settle();
    std::array<uint8_t, kBanks> words{};
    for (size_t i = 0; i < request.count; ++i) {
      for (uint64_t word = 0; word < each; ++word) ++words[(request.units[i] + word) % kBanks];
    }
    return static_cast<double>(*std::ranges::max_element(words));
  }

  std::span<const LaneLog* const> lanes_;
  CtaTrace& trace_;
  double requests_ = 0;
  size_t loads_ = 0;  // requests of the access at hand
  size_t shared_loads_ = 0;
  uint32_t walked_loads_ = 0;
  uint32_t accessed_loads_ = 0;
  uint32_t accessed_shared_ = 0;
};

}  // namespace

void record_warp(std::span<const LaneLog* const> lanes, unsigned warp, bool fp64, CtaTrace& trace) {
  WarpRecorder(lanes, trace).run(warp, fp64);
}

}  // namespace weft::mapper
