// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/block_stream.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "sim/gpu/dram_channels.h"

namespace weft::sim {

namespace {

constexpr double kLineBytes = 128;
constexpr uint64_t kLineDoubles = 16;

/// Parts of the DRAM peak. An efficiency is what a stream of reads sustains with its queues; the
/// channels themselves do a little more, pure writes leave the L2 row by row, and a mixture turns
/// the bus around.
constexpr double kWriteEfficiency = 0.99;
constexpr double kMostReadEfficiency = 0.99;
constexpr double kChannelGain = 1.03;
constexpr double kTurnaround = 0.94;

/// Time of a block beside its loads and cta_start_cycles: parameters through the constant cache
/// before the first, the way out of the SM and the news of it to the scheduler after the last; a
/// store; a further load of another array, or of an element near by. From stream tables of four
/// cards between 1.38 and 2.49 GHz: they agree in nanoseconds, not in cycles of the SM.
constexpr double kBlockNs = 100;
constexpr double kStoreNs = 20;
constexpr double kNextLoadNs = 25;
constexpr double kNeighbourNs = 10;
constexpr double kWarpStartCycles = 5;

/// Lines that a channel writes in one go.
constexpr int kWriteBatch = 112;

/// Rounds of blocks, and those that are over before the measurement begins.
constexpr int kRounds = 14;
constexpr int kWarmRounds = 4;

/// DRAM channels, on which bursts of a block's warps queue: most of the waiting below saturation.
/// Reads are served in the order of their arrival; writes gather until a batch of
/// them is worth turning the bus around, and then hold up the reads.
class Channels {
 public:
  Channels(int count, double line_cycles)
      : channels_(static_cast<size_t>(count)), line_cycles_(line_cycles) {}

  /// When a line that is asked for now has been moved.
  double read(double now, uint64_t line) {
    Channel& channel = channel_of(line);
    channel.free = std::max(channel.free, now) + line_cycles_;
    return channel.free;
  }

  /// When the channel can do something else; at once while it gathers.
  double write(double now, uint64_t line) {
    Channel& channel = channel_of(line);
    if (++channel.writes == kWriteBatch) {
      channel.writes = 0;
      channel.free = std::max(channel.free, now) + kWriteBatch * line_cycles_;
    }
    return std::max(channel.free, now);
  }

 private:
  struct Channel {
    double free = 0;  // cycle
    int writes = 0;   // gathered
  };

  Channel& channel_of(uint64_t line) { return channels_[channel_of_line(line, channels_.size())]; }

  std::vector<Channel> channels_;
  double line_cycles_;
};

enum class Step : uint8_t { Load, Store, Leave };

/// Something that happens to a warp, or to the last warp of a block.
struct Event {
  double cycle;
  uint32_t place;  // of its block
  uint32_t warp;
  Step step;
  bool operator>(const Event& other) const { return cycle > other.cycle; }
};

/// A place for a block on an SM.
struct Place {
  uint64_t block = 0;
  int warps_left = 0;
  double end = 0;
};

class StreamRun {
 public:
  StreamRun(const machine::GpuDescription& gpu, const StreamKernel& kernel,
            const StreamOccupancy& occupancy, double clock_ghz)
      : kernel_(kernel),
        threads_(occupancy.threads_per_block),
        warps_((threads_ + 31) / 32),
        latency_(gpu.dram.latency_ns * clock_ghz),
        start_(gpu.launch.cta_start_cycles),
        cycles_per_ns_(clock_ghz),
        dispatch_(gpu.launch.cta_dispatch_cycles),
        channels_(gpu.dram.channels,
                  kLineBytes * gpu.dram.channels * clock_ghz / sustained_stream_gb_s(gpu, kernel)),
        places_(static_cast<size_t>(gpu.sms * occupancy.blocks_per_sm)) {}

  /// Blocks per cycle.
  double run() {
    for (uint32_t place = 0; place < places_.size(); ++place) start_block(place, 0);
    const uint64_t warm = places_.size() * kWarmRounds;
    const uint64_t all = places_.size() * kRounds;
    double warm_cycle = 0;
    double now = 0;
    for (uint64_t done = 0; done < all;) {
      const Event event = events_.top();
      events_.pop();
      now = event.cycle;
      if (event.step == Step::Load) load(event);
      if (event.step == Step::Store) store(event);
      if (event.step != Step::Leave) continue;
      if (++done == warm) warm_cycle = now;
      start_block(event.place, now);
    }
    return static_cast<double>(all - warm) / (now - warm_cycle);
  }

 private:
  void start_block(uint32_t place, double cycle) {
    scheduler_ = std::max(scheduler_ + dispatch_, cycle);
    places_[place] = {next_block_++, warps_, 0};
    for (int warp = 0; warp < warps_; ++warp) {
      const double begin = scheduler_ + start_ + warp * kWarpStartCycles;
      events_.push({begin, place, static_cast<uint32_t>(warp),
                    kernel_.arrays_read > 0 ? Step::Load : Step::Store});
    }
  }

  void load(const Event& event) {
    double ready = event.cycle;
    for (int array = 0; array < kernel_.arrays_read; ++array) {
      const double moved =
          move_lines(event, event.cycle + array * kNextLoadNs * cycles_per_ns_, array);
      ready = std::max(ready, moved + latency_);
    }
    ready += kernel_.neighbour_loads * kNeighbourNs * cycles_per_ns_;
    if (kernel_.writes)
      events_.push({ready, event.place, event.warp, Step::Store});
    else
      end_warp(event, ready);
  }

  /// Stores are posted: a warp waits for them only when DRAM falls a round trip behind.
  void store(const Event& event) {
    const double moved = move_lines(event, event.cycle, kernel_.arrays_read);
    end_warp(event, std::max(event.cycle + kStoreNs * cycles_per_ns_, moved - latency_));
  }

  void end_warp(const Event& event, double cycle) {
    Place& place = places_[event.place];
    place.end = std::max(place.end, cycle);
    if (--place.warps_left == 0)
      events_.push({place.end + kBlockNs * cycles_per_ns_, event.place, event.warp, Step::Leave});
  }

  /// The cycle at which the last line of the warp in an array has been moved.
  double move_lines(const Event& event, double cycle, int array) {
    const int lanes = std::min(32, threads_ - static_cast<int>(event.warp) * 32);
    const uint64_t thread =
        places_[event.place].block * static_cast<uint64_t>(threads_) + uint64_t{event.warp} * 32;
    const uint64_t lines = (static_cast<uint64_t>(lanes) + kLineDoubles - 1) / kLineDoubles;
    double moved = cycle;
    for (uint64_t i = 0; i < lines; ++i) {
      const uint64_t line = address(array, thread / kLineDoubles + i);
      moved = std::max(moved, event.step == Step::Store ? channels_.write(cycle, line)
                                                        : channels_.read(cycle, line));
    }
    return moved;
  }

  static uint64_t address(int array, uint64_t line) {
    return (static_cast<uint64_t>(array) << 32) + line;
  }

  StreamKernel kernel_;
  int threads_;
  int warps_;
  double latency_;  // all in cycles from here on
  double start_;
  double cycles_per_ns_;
  double dispatch_;
  Channels channels_;
  std::vector<Place> places_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  double scheduler_ = 0;
  uint64_t next_block_ = 0;
};

}  // namespace

double sustained_stream_gb_s(const machine::GpuDescription& gpu, const StreamKernel& kernel) {
  if (kernel.arrays_read == 0) return gpu.dram.peak_gb_s * kWriteEfficiency;
  const double reads =
      gpu.dram.peak_gb_s * std::min(kMostReadEfficiency, kChannelGain * gpu.dram.efficiency);
  return kernel.writes ? reads * kTurnaround : reads;
}

double stream_gb_s(const machine::GpuDescription& gpu, const StreamKernel& kernel,
                   const StreamOccupancy& occupancy, double clock_ghz) {
  const double blocks_per_cycle = StreamRun(gpu, kernel, occupancy, clock_ghz).run();
  const double block_bytes = occupancy.threads_per_block * kernel.thread_bytes();
  return blocks_per_cycle * block_bytes * clock_ghz;
}

}  // namespace weft::sim
