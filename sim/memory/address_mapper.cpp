// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/address_mapper.h"

#include <bit>

namespace weft::sim {

namespace {

int bits_of(int64_t count) {
  return std::countr_zero(static_cast<uint64_t>(count));
}

/// Takes the lowest `bits` off `value`.
uint64_t take(uint64_t& value, int bits) {
  const uint64_t field = value & ((uint64_t{1} << bits) - 1);
  value >>= bits;
  return field;
}

constexpr int kMopColumnBits = 2;  // four bursts share a row before the next bank

}  // namespace

AddressMapper::AddressMapper(const DramOrganization& organization, AddressMapping mapping)
    : mapping_(mapping),
      burst_bits_(bits_of(organization.burst_bytes)),
      pseudo_channel_bits_(bits_of(organization.pseudo_channels)),
      rank_bits_(bits_of(organization.ranks)),
      bank_group_bits_(bits_of(organization.bank_groups)),
      bank_bits_(bits_of(organization.banks_per_group)),
      column_bits_(bits_of(organization.row_bytes / organization.burst_bytes)) {}

DramAddress AddressMapper::decode(uint64_t local_address) const {
  uint64_t rest = local_address >> burst_bits_;
  const bool spread = mapping_ == AddressMapping::Mop4ClXor;
  uint64_t column = take(rest, spread ? kMopColumnBits : column_bits_);
  uint64_t pseudo_channel = take(rest, pseudo_channel_bits_);
  uint64_t rank = take(rest, rank_bits_);
  uint64_t bank_group = take(rest, bank_group_bits_);
  uint64_t bank = take(rest, bank_bits_);
  if (spread) {
    column |= take(rest, column_bits_ - kMopColumnBits) << kMopColumnBits;
    uint64_t mask = column;
    pseudo_channel ^= take(mask, pseudo_channel_bits_);
    rank ^= take(mask, rank_bits_);
    bank_group ^= take(mask, bank_group_bits_);
    bank ^= take(mask, bank_bits_);
  }
  return {static_cast<int>(pseudo_channel), static_cast<int>(rank),
          static_cast<int>(bank_group),     static_cast<int>(bank),
          static_cast<int64_t>(rest),       static_cast<int64_t>(column)};
}

}  // namespace weft::sim
