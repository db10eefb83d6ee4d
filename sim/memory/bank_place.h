// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/memory/address_mapper.h"

namespace weft::sim {

/// Counts of the parts of a channel, all flat.
struct ChannelShape {
  explicit ChannelShape(const DramOrganization& o)
      : pseudo_channels(o.pseudo_channels),
        ranks(o.pseudo_channels * o.ranks),
        groups(ranks * o.bank_groups),
        banks(groups * o.banks_per_group),
        scopes(o.activation_scope == ActivationScope::Rank ? ranks : pseudo_channels) {}

  int pseudo_channels, ranks, groups, banks;
  int scopes;  // that share an activation window, and are refreshed at once
};

/// A row's place with indices that are flat in the channel.
struct BankPlace {
  int pseudo_channel, rank, group, bank, scope;
  int64_t row;
};

/// The flat indices of an address of a channel that is organised so.
inline BankPlace flatten(const DramAddress& at, const DramOrganization& o) {
  BankPlace place{};
  place.pseudo_channel = at.pseudo_channel;
  place.rank = at.pseudo_channel * o.ranks + at.rank;
  place.group = place.rank * o.bank_groups + at.bank_group;
  place.bank = place.group * o.banks_per_group + at.bank;
  place.scope = o.activation_scope == ActivationScope::Rank ? place.rank : place.pseudo_channel;
  place.row = at.row;
  return place;
}

}  // namespace weft::sim
