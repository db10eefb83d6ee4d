// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace weft::machine {

/// How the bytes of one tensor are dealt to the memory controllers.
struct Placement {
  enum class Kind { Interleave, Pieces, Copies };

  /// Bytes from `begin_bytes` on, up to the begin of the next piece, lie at one controller.
  struct Piece {
    int64_t begin_bytes = 0;
    int controller = 0;
  };

  Kind kind = Kind::Interleave;
  int64_t granularity_bytes = 64;  // Interleave: bytes that stay together, a power of two
  std::vector<Piece> pieces = {};  // Pieces: the first at 0, rising; empty for equal parts

  /// Pieces of `bytes` go to the controllers in turn.
  static Placement interleave(int64_t bytes) { return {Kind::Interleave, bytes, {}}; }
  /// Each controller has one contiguous part, all of about the same size.
  static Placement block() { return {Kind::Pieces, 0, {}}; }
  /// Controller i has the bytes from begins_bytes[i] on up to the begin of the next: the rows of a
  /// matrix, say.
  static Placement block(const std::vector<int64_t>& begins_bytes);
  static Placement local(int controller) { return {Kind::Pieces, 0, {{0, controller}}}; }
  /// Pieces of any size at any controllers.
  static Placement at(std::vector<Piece> pieces) { return {Kind::Pieces, 0, std::move(pieces)}; }
  /// Every controller has all of it, and a core asks its own: what nobody writes.
  static Placement copies() { return {Kind::Copies, 0, {}}; }
};

/// Where a byte of the global address space lies.
struct MemoryLocation {
  int controller = 0;
  int64_t local_address = 0;

  bool operator==(const MemoryLocation&) const = default;
};

/// A tensor's range of the global address space, [base, base + bytes), and where its bytes lie.
class Region {
 public:
  Region(std::string name, int64_t base, int64_t bytes, const Placement& placement,
         std::vector<int64_t> local_bases);

  const std::string& name() const { return name_; }
  int64_t base() const { return base_; }
  int64_t bytes() const { return bytes_; }

  /// Where `core` finds the byte: of copies, in its own. Precondition: `address` is inside the
  /// region.
  MemoryLocation locate(int64_t address, int core = 0) const;

  /// Bytes up to the end of the piece that `address` is in: what one request may cover.
  int64_t bytes_to_border(int64_t address) const;

 private:
  size_t piece_of(int64_t offset) const;

  std::string name_;
  int64_t base_;
  int64_t bytes_;
  Placement::Kind kind_;
  int64_t granularity_bytes_;
  int granularity_shift_;
  int64_t controllers_;
  int controller_shift_;               // -1 where the number of controllers is no power of two
  std::vector<int64_t> local_bases_;   // [controller]
  std::vector<int64_t> begins_;        // [piece]
  std::vector<MemoryLocation> homes_;  // [piece] of its first byte
};

/// The global address space of a fabric and its division among memory controllers.
class AddressMap {
 public:
  /// Regions begin at multiples of `alignment_bytes` (a power of two) in the global and in every
  /// local space.
  AddressMap(int controllers, int64_t capacity_bytes_per_controller, int64_t alignment_bytes);

  /// Gives the tensor a range of addresses. Throws UserError, naming tensor, controller and lack,
  /// where its share of a controller's memory is used up, and where the placement does not fit the
  /// machine.
  const Region& place(const std::string& name, int64_t bytes, const Placement& placement);

  /// The region that `address` is in. Precondition: it is in one.
  const Region& region_at(int64_t address) const;
  MemoryLocation locate(int64_t address, int core = 0) const {
    return region_at(address).locate(address, core);
  }

  const std::deque<Region>& regions() const { return regions_; }
  int controllers() const { return static_cast<int>(used_.size()); }
  /// Bytes in use at a controller.
  int64_t used_bytes(int controller) const { return used_.at(static_cast<size_t>(controller)); }

 private:
  /// Bytes of the tensor at each controller; fills in the pieces of equal blocks.
  std::vector<int64_t> share_of_each(const std::string& name, int64_t bytes,
                                     Placement& placement) const;
  std::vector<int64_t> interleaved_shares(const std::string& name, int64_t bytes,
                                          int64_t granularity_bytes) const;
  std::vector<int64_t> piece_shares(const std::string& name, int64_t bytes,
                                    std::vector<Placement::Piece>& pieces) const;
  int64_t aligned(int64_t bytes) const {
    return (bytes + alignment_ - 1) / alignment_ * alignment_;
  }

  int64_t capacity_;
  int64_t alignment_;
  int64_t next_base_ = 0;
  std::vector<int64_t> used_;   // [controller]
  std::vector<int64_t> bases_;  // of the regions, rising: what a search walks
  std::deque<Region> regions_;  // by base; a deque, so that references to regions last
};

}  // namespace weft::machine
