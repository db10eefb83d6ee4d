// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dram_oracle.h"

#include <algorithm>

namespace weft::sim::testing {

namespace {
constexpr int64_t kLongAgo = -1'000'000;
}

DramOracle::DramOracle(const DramConfig& config)
    : config_(config), mapper_(config.organization, config.controller.mapping) {
  const DramOrganization& o = config.organization;
  const auto pcs = static_cast<size_t>(o.pseudo_channels);
  const size_t ranks = pcs * static_cast<size_t>(o.ranks);
  const size_t groups = ranks * static_cast<size_t>(o.bank_groups);
  const size_t banks = groups * static_cast<size_t>(o.banks_per_group);
  oldest_hit_.resize(banks);
  banks_.assign(banks, Bank{-1, kLongAgo, kLongAgo, kLongAgo, kLongAgo, false});
  group_activated_.assign(groups, kLongAgo);
  group_read_ = group_written_ = group_activated_;
  rank_read_.assign(ranks, kLongAgo);
  rank_written_ = rank_read_;
  pc_precharged_.assign(pcs, kLongAgo);
  const bool by_rank = o.activation_scope == ActivationScope::Rank;
  activates_.assign(by_rank ? ranks : pcs, std::vector<int64_t>(4, kLongAgo));
  refreshed_until_.assign(activates_.size(), kLongAgo);
}

int DramOracle::scope(const DramAddress& at) const {
  const bool by_rank = config_.organization.activation_scope == ActivationScope::Rank;
  return by_rank ? at.pseudo_channel * config_.organization.ranks + at.rank : at.pseudo_channel;
}

int DramOracle::flat_rank(const DramAddress& at) const {
  return at.pseudo_channel * config_.organization.ranks + at.rank;
}

int DramOracle::group(const DramAddress& at) const {
  const DramOrganization& o = config_.organization;
  return (at.pseudo_channel * o.ranks + at.rank) * o.bank_groups + at.bank_group;
}

bool DramOracle::send(uint64_t address, bool write, int64_t id) {
  const auto same = [&](const Request& r) { return r.address == address; };
  const bool buffered = std::any_of(writes_.begin(), writes_.end(), same);
  if (buffered) {
    completed.push_back({id, now_ + 1});
    return true;
  }
  std::vector<Request>& queue = write ? writes_ : reads_;
  const int limit = write ? config_.controller.write_queue : config_.controller.read_queue;
  if (static_cast<int>(queue.size()) >= limit) return false;
  const DramAddress at = mapper_.decode(address);
  const int bank = group(at) * config_.organization.banks_per_group + at.bank;
  queue.push_back({at, bank, write, now_, id, address});
  return true;
}

void DramOracle::choose_mode() {
  const DramController& c = config_.controller;
  const auto pending = static_cast<double>(writes_.size());
  if (!write_mode_) {
    write_mode_ = pending > c.write_high_watermark * c.write_queue || reads_.empty();
  } else {
    write_mode_ = !(pending < c.write_low_watermark * c.write_queue && !reads_.empty());
  }
}

void DramOracle::tick() {
  ++now_;
  const DramTiming& t = config_.timing;
  if (config_.controller.refresh == RefreshPolicy::AllBank && now_ % t.refi == 0) {
    for (size_t unit = 0; unit < refreshed_until_.size(); ++unit)
      due_.push_back(static_cast<int>(unit));
  }
  const bool split = config_.organization.command_bus == CommandBus::RowAndColumn;
  const auto serve_queues = [&](bool row_bus, bool column_bus) {
    if (column_bus && serve(active_, false, true)) return;
    if (!due_.empty()) {
      if (row_bus) refresh_step();
      return;
    }
    choose_mode();
    serve(write_mode_ ? writes_ : reads_, row_bus, column_bus);
  };
  if (split) {
    serve_queues(false, true);
    serve_queues(true, false);
  } else {
    serve_queues(true, true);
  }
}

bool DramOracle::refresh_step() {
  const DramTiming& t = config_.timing;
  if (row_bus_free_ > now_) return false;
  const int unit = due_.front();
  const bool open = std::any_of(active_.begin(), active_.end(),
                                [&](const Request& r) { return scope(r.at) == unit; });
  if (open) return false;
  const size_t per_unit = banks_.size() / refreshed_until_.size();
  const auto first =
      banks_.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(unit) * per_unit);
  bool any_open = false;
  int64_t precharge_at = refreshed_until_[static_cast<size_t>(unit)], refresh_at = precharge_at;
  for (auto bank = first; bank != first + static_cast<std::ptrdiff_t>(per_unit); ++bank) {
    any_open |= bank->row >= 0;
    precharge_at = std::max({precharge_at, bank->activated + t.ras + t.act_cycles - 1,
                             bank->read + t.rtp + t.column_cycles - 1,
                             bank->written + t.cwl + t.bl + t.wr + t.column_cycles - 1});
    refresh_at =
        std::max({refresh_at, bank->precharged + t.rp, bank->activated + t.rc + t.act_cycles - 1});
  }
  if (any_open) {
    if (now_ < precharge_at) return false;
    for (auto bank = first; bank != first + static_cast<std::ptrdiff_t>(per_unit); ++bank) {
      bank->row = -1;
      bank->precharged = now_;
    }
    return true;
  }
  if (now_ < refresh_at || !on_grid()) return false;
  refreshed_until_[static_cast<size_t>(unit)] = now_ + t.rfc - (t.act_cycles - 1);
  due_.erase(due_.begin());
  return true;
}

DramOracle::Command DramOracle::next_command(const Request& request) const {
  const Bank& bank = banks_[static_cast<size_t>(request.bank)];
  if (bank.row == request.at.row) return Command::Column;
  return bank.row < 0 ? Command::Activate : Command::Precharge;
}

int64_t DramOracle::earliest_activate(const Request& request) const {
  const DramTiming& t = config_.timing;
  const Bank& bank = banks_[static_cast<size_t>(request.bank)];
  const auto s = static_cast<size_t>(scope(request.at));
  const std::vector<int64_t>& acts = activates_[s];
  return std::max({bank.activated + t.rc, bank.precharged + t.rp - (t.act_cycles - 1),
                   refreshed_until_[s],
                   group_activated_[static_cast<size_t>(group(request.at))] + t.rrd_l,
                   acts[acts.size() - 1] + t.rrd_s, acts[acts.size() - 4] + t.faw});
}

int64_t DramOracle::earliest_column(const Request& request) const {
  const DramTiming& t = config_.timing;
  const Bank& bank = banks_[static_cast<size_t>(request.bank)];
  const auto g = static_cast<size_t>(group(request.at));
  const int to_column = t.act_cycles - t.column_cycles;
  int64_t at = bank.activated + (request.write ? t.rcd_wr : t.rcd_rd) + to_column;
  const auto& same_group = request.write ? group_written_ : group_read_;
  at = std::max(at, same_group[g] + (request.write ? t.ccd_l_wr : t.ccd_l));
  if (!request.write) at = std::max(at, group_written_[g] + t.cwl + t.bl + t.wtr_l);
  const int ranks = config_.organization.ranks;
  const int first_rank = request.at.pseudo_channel * ranks;
  for (int rank = first_rank; rank < first_rank + ranks; ++rank) {
    const auto r = static_cast<size_t>(rank);
    const bool own = rank == flat_rank(request.at);
    const auto& like = request.write ? rank_written_ : rank_read_;
    at = std::max(at, like[r] + (own ? t.ccd_s : t.ccd_r));
    at = std::max(
        at, request.write ? rank_read_[r] + t.rtw : rank_written_[r] + (t.cwl + t.bl + t.wtr_s));
  }
  return at;
}

int64_t DramOracle::earliest(Command command, const Request& request) const {
  const DramTiming& t = config_.timing;
  const Bank& bank = banks_[static_cast<size_t>(request.bank)];
  if (command == Command::Activate) return earliest_activate(request);
  if (command == Command::Column) return earliest_column(request);
  const auto pc = static_cast<size_t>(request.at.pseudo_channel);
  return std::max(
      {bank.activated + t.ras + t.act_cycles - 1, bank.read + t.rtp + t.column_cycles - 1,
       bank.written + t.cwl + t.bl + t.wr + t.column_cycles - 1, pc_precharged_[pc] + t.ppd});
}

int DramOracle::pick(const std::vector<Request>& queue, bool row_bus, bool column_bus) {
  for (const Request& r : queue) oldest_hit_[static_cast<size_t>(r.bank)] = INT64_MAX;
  for (const Request& r : queue) {
    int64_t& oldest = oldest_hit_[static_cast<size_t>(r.bank)];
    if (next_command(r) == Command::Column) oldest = std::min(oldest, r.arrival);
  }
  for (size_t i = 0; i < queue.size(); ++i) {
    const Request& r = queue[i];
    const Command command = next_command(r);
    if (command == Command::Column ? !column_bus : !row_bus) continue;
    if (command != Command::Precharge && !on_grid()) continue;
    const auto bank = static_cast<size_t>(r.bank);
    if (command == Command::Precharge && (banks_[bank].active || oldest_hit_[bank] <= r.arrival))
      continue;
    if (earliest(command, r) <= now_) return static_cast<int>(i);
  }
  return -1;
}

bool DramOracle::serve(std::vector<Request>& queue, bool row_bus, bool column_bus) {
  if (queue.empty()) return false;
  const bool split = config_.organization.command_bus == CommandBus::RowAndColumn;
  if (!split && row_bus_free_ > now_) return false;
  if (split && (row_bus ? row_bus_free_ : column_bus_free_) > now_) return false;
  const int index = pick(queue, row_bus, column_bus);
  if (index < 0) return false;
  const Request request = queue[static_cast<size_t>(index)];
  const Command command = next_command(request);
  issue(command, request);
  if (command == Command::Precharge) return true;
  queue.erase(queue.begin() + index);
  if (command == Command::Activate) {
    active_.push_back(request);
    return true;
  }
  const DramTiming& t = config_.timing;
  completed.push_back({request.id, request.write ? now_ : now_ + t.cl + t.bl});
  return true;
}

void DramOracle::issue(Command command, const Request& request) {
  const DramTiming& t = config_.timing;
  Bank& bank = banks_[static_cast<size_t>(request.bank)];
  const bool split = config_.organization.command_bus == CommandBus::RowAndColumn;
  int64_t& bus = split && command == Command::Column ? column_bus_free_ : row_bus_free_;
  const auto g = static_cast<size_t>(group(request.at));
  const auto r = static_cast<size_t>(flat_rank(request.at));
  switch (command) {
    case Command::Activate:
      bank.row = request.at.row;
      bank.activated = group_activated_[g] = now_;
      bank.active = true;
      activates_[static_cast<size_t>(scope(request.at))].push_back(now_);
      bus = now_ + t.act_cycles;
      break;
    case Command::Precharge:
      bank.row = -1;
      bank.precharged = pc_precharged_[static_cast<size_t>(request.at.pseudo_channel)] = now_;
      bus = now_ + 1;
      break;
    case Command::Column:
      (request.write ? bank.written : bank.read) = now_;
      (request.write ? group_written_ : group_read_)[g] = now_;
      (request.write ? rank_written_ : rank_read_)[r] = now_;
      bank.active = false;
      bus = now_ + t.column_cycles;
      break;
  }
}

}  // namespace weft::sim::testing
