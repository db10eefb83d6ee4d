// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/memory/dram_config.h"

namespace weft::sim {

/// A burst's place in a channel. Bank group and bank count within their parent.
struct DramAddress {
  int pseudo_channel = 0;
  int rank = 0;
  int bank_group = 0;
  int bank = 0;
  int64_t row = 0;
  int64_t column = 0;  // in bursts
};

/// Splits addresses local to a channel. From the lowest burst-address bit up:
/// RoBaRaCoCh: column, pseudo-channel, rank, bank group, bank, row, so that neighbours share a row.
/// Mop4ClXor ("multiple open pages"): two column bits, pseudo-channel, rank, bank group, bank, the
/// other column bits, row; then the low column bits are XORed onto pseudo-channel, rank, bank group
/// and bank in that order, so that neighbours spread over everything that works in parallel.
class AddressMapper {
 public:
  AddressMapper(const DramOrganization& organization, AddressMapping mapping);

  /// Rows are not wrapped: an address beyond the capacity is a row of its own.
  DramAddress decode(uint64_t local_address) const;

 private:
  AddressMapping mapping_;
  int burst_bits_;
  int pseudo_channel_bits_;
  int rank_bits_;
  int bank_group_bits_;
  int bank_bits_;
  int column_bits_;
};

}  // namespace weft::sim
