// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/address_map.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "base/error.h"
#include "base/quantity.h"
#include "sim/machine/checker.h"

namespace weft::machine {

namespace {

/// Pieces [0, pieces) dealt in turn: how many the controller gets.
int64_t dealt_pieces(int64_t pieces, int64_t controllers, int64_t controller) {
  return pieces / controllers + (controller < pieces % controllers ? 1 : 0);
}

}  // namespace

Placement Placement::block(const std::vector<int64_t>& begins_bytes) {
  std::vector<Piece> pieces;
  pieces.reserve(begins_bytes.size());
  for (const int64_t begin : begins_bytes)
    pieces.push_back({begin, static_cast<int>(pieces.size())});
  return at(std::move(pieces));
}

Region::Region(std::string name, int64_t base, int64_t bytes, const Placement& placement,
               std::vector<int64_t> local_bases)
    : name_(std::move(name)),
      base_(base),
      bytes_(bytes),
      kind_(placement.kind),
      granularity_bytes_(placement.granularity_bytes),
      granularity_shift_(placement.kind == Placement::Kind::Interleave
                             ? std::countr_zero(static_cast<uint64_t>(placement.granularity_bytes))
                             : 0),
      controllers_(static_cast<int64_t>(local_bases.size())),
      controller_shift_(is_power_of_two(controllers_)
                            ? std::countr_zero(static_cast<uint64_t>(controllers_))
                            : -1),
      local_bases_(std::move(local_bases)) {
  std::vector<int64_t> next = local_bases_;
  for (size_t i = 0; i < placement.pieces.size(); ++i) {
    const auto [begin, controller] = placement.pieces[i];
    const int64_t end =
        i + 1 < placement.pieces.size() ? placement.pieces[i + 1].begin_bytes : bytes;
    int64_t& local = next[static_cast<size_t>(controller)];
    begins_.push_back(begin);
    homes_.push_back({controller, local});
    local += end - begin;
  }
}

size_t Region::piece_of(int64_t offset) const {
  return static_cast<size_t>(std::ranges::upper_bound(begins_, offset) - begins_.begin()) - 1;
}

MemoryLocation Region::locate(int64_t address, int core) const {
  const int64_t offset = address - base_;
  if (kind_ == Placement::Kind::Interleave) {
    const int64_t piece = offset >> granularity_shift_;
    // Machines nearly always have a power of two of controllers, and a division costs as much as
    // the rest.
    const int64_t round =
        controller_shift_ >= 0 ? piece >> controller_shift_ : piece / controllers_;
    const int64_t controller = piece - round * controllers_;
    const int64_t local = (round << granularity_shift_) + (offset & (granularity_bytes_ - 1));
    return {static_cast<int>(controller), local_bases_[static_cast<size_t>(controller)] + local};
  }
  if (kind_ == Placement::Kind::Copies)
    return {core, local_bases_[static_cast<size_t>(core)] + offset};
  const size_t piece = piece_of(offset);
  const MemoryLocation& home = homes_[piece];
  return {home.controller, home.local_address + offset - begins_[piece]};
}

int64_t Region::bytes_to_border(int64_t address) const {
  const int64_t offset = address - base_;
  int64_t border = bytes_;
  if (kind_ == Placement::Kind::Interleave) {
    border = ((offset >> granularity_shift_) + 1) << granularity_shift_;
  } else if (kind_ == Placement::Kind::Pieces) {
    const size_t next = piece_of(offset) + 1;
    if (next < begins_.size()) border = begins_[next];
  }
  return std::min(border, bytes_) - offset;
}

AddressMap::AddressMap(int controllers, int64_t capacity_bytes_per_controller,
                       int64_t alignment_bytes)
    : capacity_(capacity_bytes_per_controller),
      alignment_(alignment_bytes),
      used_(static_cast<size_t>(controllers), 0) {
  WEFT_CHECK(controllers > 0, "an address map needs a controller");
  WEFT_CHECK(is_power_of_two(alignment_bytes), "alignment is a power of two");
}

std::vector<int64_t> AddressMap::share_of_each(const std::string& name, int64_t bytes,
                                               Placement& placement) const {
  if (placement.kind == Placement::Kind::Interleave)
    return interleaved_shares(name, bytes, placement.granularity_bytes);
  if (placement.kind == Placement::Kind::Copies) return std::vector<int64_t>(used_.size(), bytes);
  return piece_shares(name, bytes, placement.pieces);
}

std::vector<int64_t> AddressMap::interleaved_shares(const std::string& name, int64_t bytes,
                                                    int64_t granularity_bytes) const {
  if (!is_power_of_two(granularity_bytes)) {
    throw base::UserError(
        fmt::format("place of {}: expected an interleave by a power of two, found {}", name,
                    base::format_bytes(granularity_bytes)));
  }
  const int64_t pieces = (bytes + granularity_bytes - 1) / granularity_bytes;
  std::vector<int64_t> shares;
  shares.reserve(used_.size());
  for (int i = 0; i < controllers(); ++i)
    shares.push_back(dealt_pieces(pieces, controllers(), i) * granularity_bytes);
  return shares;
}

std::vector<int64_t> AddressMap::piece_shares(const std::string& name, int64_t bytes,
                                              std::vector<Placement::Piece>& pieces) const {
  if (pieces.empty()) {
    const int64_t part = aligned((bytes + controllers() - 1) / controllers());
    for (int i = 0; i < controllers(); ++i) pieces.push_back({std::min(bytes, i * part), i});
  }
  const bool rises = pieces.front().begin_bytes == 0 && pieces.back().begin_bytes <= bytes &&
                     std::ranges::is_sorted(pieces, {}, &Placement::Piece::begin_bytes);
  WEFT_CHECK(rises, "pieces begin at 0 and rise");
  std::vector<int64_t> shares(used_.size(), 0);
  for (size_t i = 0; i < pieces.size(); ++i) {
    const int controller = pieces[i].controller;
    if (controller < 0 || controller >= controllers()) {
      throw base::UserError(fmt::format("place of {}: expected a core below {}, found {}", name,
                                        controllers(), controller));
    }
    const int64_t end = i + 1 < pieces.size() ? pieces[i + 1].begin_bytes : bytes;
    shares[static_cast<size_t>(controller)] += end - pieces[i].begin_bytes;
  }
  return shares;
}

const Region& AddressMap::place(const std::string& name, int64_t bytes,
                                const Placement& placement) {
  WEFT_CHECK(bytes >= 0, "a region has no negative size");
  Placement resolved = placement;
  const std::vector<int64_t> shares = share_of_each(name, bytes, resolved);
  for (size_t i = 0; i < shares.size(); ++i) {
    const int64_t lack = used_[i] + aligned(shares[i]) - capacity_;
    if (lack <= 0) continue;
    throw base::UserError(fmt::format(
        "place of {}: expected room for {} in the memory of core {}, found {} too little "
        "(memory.capacity_per_core is {})",
        name, base::format_bytes(shares[i]), i, base::format_bytes(lack),
        base::format_bytes(capacity_)));
  }
  bases_.push_back(next_base_);
  regions_.emplace_back(name, next_base_, bytes, resolved, used_);
  for (size_t i = 0; i < shares.size(); ++i) used_[i] += aligned(shares[i]);
  next_base_ += std::max(alignment_, aligned(bytes));
  return regions_.back();
}

const Region& AddressMap::region_at(int64_t address) const {
  const auto next = std::upper_bound(bases_.begin(), bases_.end(), address);
  WEFT_CHECK(next != bases_.begin(), "address outside of every region");
  const Region& region = regions_[static_cast<size_t>(next - bases_.begin()) - 1];
  WEFT_CHECK(address < region.base() + region.bytes(), "address outside of every region");
  return region;
}

}  // namespace weft::machine
