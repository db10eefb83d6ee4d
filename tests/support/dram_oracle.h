// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/memory/address_mapper.h"
#include "sim/memory/dram_config.h"

namespace weft::sim::testing {

/// The obvious DRAM controller: one channel, advanced tick by tick, one command a tick and bus, a
/// scan of the whole queue for each. Slow and simple on purpose: what the reservation model is
/// compared with.
///
/// Each tick: a refresh that is due goes before everything (it waits for reads and writes whose row
/// is already opening, then precharges all and refreshes); else of the read or the write queue,
/// whichever is being served, the oldest access whose next command may issue now; a row stays open
/// while an older access waits for it.
class DramOracle {
 public:
  struct Completion {
    int64_t id;
    int64_t tick;  // last data of a read; command of a write
  };

  explicit DramOracle(const DramConfig& config);

  /// False where the queue is full. Accesses of one tick are sent before tick().
  bool send(uint64_t address, bool write, int64_t id);
  void tick();
  int64_t now() const { return now_; }
  bool idle() const { return reads_.empty() && writes_.empty() && active_.empty(); }
  /// Appended to in order of completion; the caller may clear it.
  std::vector<Completion> completed;

 private:
  enum class Command { Activate, Precharge, Column };
  struct Request {
    DramAddress at;
    int bank;  // flat index
    bool write;
    int64_t arrival;
    int64_t id;
    uint64_t address;
  };
  struct Bank {
    int64_t row = -1;
    int64_t activated, read, written, precharged;
    bool active = false;  // opened for an access that has not had its column command
  };

  Command next_command(const Request& request) const;
  int64_t earliest(Command command, const Request& request) const;
  int64_t earliest_activate(const Request& request) const;
  int64_t earliest_column(const Request& request) const;
  /// Index in `queue` of the access to serve, or -1.
  int pick(const std::vector<Request>& queue, bool row_bus, bool column_bus);
  bool serve(std::vector<Request>& queue, bool row_bus, bool column_bus);
  void issue(Command command, const Request& request);
  /// One command of the refresh that is due; true where it was issued.
  bool refresh_step();
  bool on_grid() const { return now_ % config_.timing.command_grid == 0; }
  int scope(const DramAddress& at) const;
  int flat_rank(const DramAddress& at) const;
  int group(const DramAddress& at) const;
  void choose_mode();

  DramConfig config_;
  AddressMapper mapper_;
  int64_t now_ = 0;
  bool write_mode_ = false;
  std::vector<Request> reads_, writes_, active_;
  std::vector<int64_t> oldest_hit_;  // [bank] arrival, while picking
  std::vector<Bank> banks_;          // [pc][rank][group][bank]
  std::vector<int64_t> group_activated_, group_read_, group_written_;  // [pc][rank][group]
  std::vector<int64_t> rank_read_, rank_written_;                      // [pc][rank]
  std::vector<int64_t> pc_precharged_;
  std::vector<std::vector<int64_t>> activates_;  // [scope] all times
  int64_t row_bus_free_ = 0, column_bus_free_ = 0;
  std::vector<int> due_;                  // refresh units waiting
  std::vector<int64_t> refreshed_until_;  // [refresh unit]
};

}  // namespace weft::sim::testing
