// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weft::sim {

/// What happens to a row after its last waiting access: it stays open, or it is precharged at once.
enum class PagePolicy : int { Open, Closed };

/// AllBank: every nREFI ticks all banks of a rank (of a pseudo-channel where there are any) stop
/// for nRFC.
enum class RefreshPolicy : int { None, AllBank };

/// How the bits of an address choose a place in the channel, see AddressMapper.
enum class AddressMapping : int { Mop4ClXor, RoBaRaCoCh };

/// Shared: one command a tick for everything (DDR). RowAndColumn: activations and precharges have a
/// bus of their own (HBM).
enum class CommandBus : int { Shared, RowAndColumn };

/// Which banks share the activation window nRRD/nFAW: those of a rank (DDR) or of a pseudo-channel
/// (HBM).
enum class ActivationScope : int { Rank, PseudoChannel };

/// The parts of one channel and their sizes. All counts and sizes are powers of two.
struct DramOrganization {
  int pseudo_channels = 1;  // each with a data bus of its own
  int ranks = 1;            // ranks or stack IDs that share the data bus
  int bank_groups = 4;
  int banks_per_group = 4;
  int64_t row_bytes = 8192;
  int64_t burst_bytes = 64;
  CommandBus command_bus = CommandBus::Shared;
  ActivationScope activation_scope = ActivationScope::Rank;
};

/// JEDEC timing parameters in ticks of tick_ps; names as in the standards without the leading t.
/// The schema in dram_config.cpp says what each is.
struct DramTiming {
  int tick_ps = 625;
  int bl = 4, cl = 22, cwl = 16;
  int rcd_rd = 22, rcd_wr = 22, rp = 22, ras = 52, rc = 74, rtp = 12, wr = 24;
  int ccd_s = 4, ccd_l = 8, ccd_l_wr = 8, ccd_r = 6;
  int rrd_s = 4, rrd_l = 8, faw = 34;
  int wtr_s = 4, wtr_l = 12, rtw = 12;
  int rfc = 576, refi = 12480;
  int ppd = 1;
  int act_cycles = 1, column_cycles = 1, command_grid = 1;
};

/// Units of a channel that are refreshed by themselves, at most.
inline constexpr int kMaxRefreshUnits = 8;

/// The memory controller of a channel.
struct DramController {
  int read_queue = 64;  // accesses that wait for a command: the window of reordering
  int write_queue = 64;
  double write_low_watermark = 0.2;   // of write_queue: a drain of writes ends below it
  double write_high_watermark = 0.8;  // of write_queue: a drain begins above it
  PagePolicy page_policy = PagePolicy::Open;
  RefreshPolicy refresh = RefreshPolicy::AllBank;
  AddressMapping mapping = AddressMapping::Mop4ClXor;
  double front_ns = 0;   // from the port to the queues
  double back_ns = 0;    // from the last data to the port
  double atomic_ns = 1;  // one operation of the atomic unit
};

/// Everything that is configured about the channels of one memory.
struct DramConfig {
  int dram = 1;  // version of the document's form
  std::string name = "unnamed";
  int channels = 1;
  DramOrganization organization;
  DramTiming timing;
  DramController controller;

  /// Data-bus bandwidth of all channels together.
  double peak_gb_s() const;
  /// Time of a read of one burst from a closed row of an idle memory, from port to port: the sum of
  /// front, activate, read, burst and back.
  double unloaded_read_ns() const;
};

/// The same memory at another bandwidth and unloaded read latency: the tick is set so that all
/// channels together reach `gb_s`, the other timings keep their time as nearly as ticks allow, and
/// back_ns makes up the latency exactly. Throws UserError where the timings alone exceed the
/// latency.
DramConfig with_bandwidth_and_latency(const DramConfig& config, double gb_s, double latency_ns);

/// Reads and checks a DRAM document (`dram: 1`). Defects go to `diagnostics`.
DramConfig load_dram_config(const std::filesystem::path& file, base::Diagnostics& diagnostics);

/// Checks what the schema cannot: sizes that depend on each other. Messages begin with `where`.
void check_dram_config(const DramConfig& config, const base::Location& where,
                       base::Diagnostics& diagnostics);

/// The preset NAME.yaml of a folder; the case of the name does not matter. Throws UserError that
/// lists the presets where there is none of the name.
DramConfig load_dram_preset(std::string_view name, const std::filesystem::path& folder);

}  // namespace weft::sim
