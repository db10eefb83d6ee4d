// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/address_mapper.h"

#include <set>
#include <tuple>

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

DramOrganization hbm() {
  DramOrganization o;
  o.pseudo_channels = 2;
  o.ranks = 2;
  o.bank_groups = 4;
  o.banks_per_group = 4;
  o.row_bytes = 1024;
  o.burst_bytes = 32;
  return o;
}

auto bank_of(const DramAddress& at) {
  return std::tuple(at.pseudo_channel, at.rank, at.bank_group, at.bank);
}

class AddressMapperTest : public ::testing::TestWithParam<AddressMapping> {};

TEST_P(AddressMapperTest, NoTwoBurstsShareAPlace) {
  const AddressMapper mapper(hbm(), GetParam());
  std::set<std::tuple<int, int, int, int, int64_t, int64_t>> places;
  constexpr uint64_t kBursts = 8192;
  for (uint64_t i = 0; i < kBursts; ++i) {
    const DramAddress at = mapper.decode(i * 32);
    places.emplace(at.pseudo_channel, at.rank, at.bank_group, at.bank, at.row, at.column);
    EXPECT_LT(at.pseudo_channel, 2);
    EXPECT_LT(at.rank, 2);
    EXPECT_LT(at.bank_group, 4);
    EXPECT_LT(at.bank, 4);
    EXPECT_LT(at.column, 32);
  }
  EXPECT_EQ(places.size(), kBursts);
}

TEST_P(AddressMapperTest, BytesOfABurstStayTogether) {
  const AddressMapper mapper(hbm(), GetParam());
  const DramAddress first = mapper.decode(0x12340), last = mapper.decode(0x1235F);
  EXPECT_EQ(bank_of(first), bank_of(last));
  EXPECT_EQ(first.column, last.column);
}

INSTANTIATE_TEST_SUITE_P(Mappings, AddressMapperTest,
                         ::testing::Values(AddressMapping::Mop4ClXor, AddressMapping::RoBaRaCoCh));

TEST(AddressMapper, RoBaRaCoChKeepsARowTogether) {
  const AddressMapper mapper(hbm(), AddressMapping::RoBaRaCoCh);
  const DramAddress first = mapper.decode(0);
  for (uint64_t i = 0; i < 32; ++i) {
    const DramAddress at = mapper.decode(i * 32);
    EXPECT_EQ(bank_of(at), bank_of(first));
    EXPECT_EQ(at.row, first.row);
    EXPECT_EQ(at.column, static_cast<int64_t>(i));
  }
  EXPECT_EQ(mapper.decode(1024).pseudo_channel, 1);
}

TEST(AddressMapper, Mop4ClXorSpreadsNeighbours) {
  const AddressMapper mapper(hbm(), AddressMapping::Mop4ClXor);
  std::set<std::tuple<int, int, int, int>> banks;
  for (uint64_t i = 0; i < 4; ++i) banks.insert(bank_of(mapper.decode(i * 32)));
  EXPECT_EQ(banks.size(), 4u);
}

}  // namespace
}  // namespace weft::sim
