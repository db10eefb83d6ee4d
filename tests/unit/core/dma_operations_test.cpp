// SPDX-License-Identifier: Apache-2.0
#include "sim/core/dma_operations.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/dma_engine.h"
#include "tests/support/lone_core.h"

namespace weft::tests {
namespace {

using sim::AccessKind;
using sim::DmaDescriptor;
using sim::DmaOperation;
using testing::ElementsAre;

constexpr sim::DmaArray kScratchpad{.in_scratchpad = true, .address = 0};
constexpr sim::DmaArray kSource{.in_scratchpad = false, .address = 1 << 20};
constexpr sim::DmaArray kDestination{.in_scratchpad = false, .address = 2 << 20};

std::vector<double> applied(const DmaDescriptor& order, const std::vector<double>& source,
                            size_t destination_elements) {
  std::vector<double> destination(destination_elements, -1);
  sim::apply<double>(order, source, destination);
  return destination;
}

TEST(DmaFunction, CopiesElementByElement) {
  const DmaDescriptor order{.operation = DmaOperation::Copy, .count = 3};
  EXPECT_THAT(applied(order, {1, 2, 3, 4}, 4), ElementsAre(1, 2, 3, -1));
}

TEST(DmaFunction, StridesOnBothSides) {
  const DmaDescriptor order{
      .operation = DmaOperation::Strided, .count = 2, .source_stride = 3, .destination_stride = 2};
  EXPECT_THAT(applied(order, {1, 2, 3, 4}, 4), ElementsAre(1, -1, 4, -1));
}

TEST(DmaFunction, GathersAndScattersByIndex) {
  const std::vector<int64_t> index{3, 0, 3};
  DmaDescriptor order{.operation = DmaOperation::Gather, .count = 3, .index = index};
  EXPECT_THAT(applied(order, {1, 2, 3, 4}, 4), ElementsAre(4, 1, 4, -1));
  order.operation = DmaOperation::Indirect;
  EXPECT_THAT(applied(order, {1, 2, 3, 4}, 4), ElementsAre(4, 1, 4, -1));
  order.operation = DmaOperation::Scatter;
  EXPECT_THAT(applied(order, {1, 2, 3}, 4), ElementsAre(2, -1, -1, 3)) << "the last one stays";
}

TEST(DmaFunction, BroadcastsOneElementAndReducesToOne) {
  EXPECT_THAT(applied({.operation = DmaOperation::Broadcast, .count = 3}, {5, 6}, 4),
              ElementsAre(5, 5, 5, -1));
  EXPECT_THAT(applied({.operation = DmaOperation::Reduce, .count = 3}, {1, 2, 4, 8}, 2),
              ElementsAre(7, -1));
  EXPECT_THAT(applied({.operation = DmaOperation::Reduce, .count = 0}, {1}, 1), ElementsAre(0));
}

/// 8-byte requests that an order of 100 elements makes in memory.
struct Requests {
  uint64_t read;
  uint64_t written;
  bool operator==(const Requests&) const = default;
};

Requests requests_of(DmaDescriptor order) {
  std::vector<int64_t> index(100);
  for (size_t i = 0; i < index.size(); ++i) index[i] = static_cast<int64_t>(i * 37 % 1000);
  order.count = 100;
  order.index = index;
  FlatPort memory({});
  sim::DmaEngine dma(sim::DmaParameters{}, memory);
  dma.transfer(0, order);
  return {memory.traffic(AccessKind::Read).rounded_bytes / 8,
          memory.traffic(AccessKind::Write).rounded_bytes / 8};
}

TEST(DmaTime, CountsARequestForEveryWordOfMemoryItTouches) {
  EXPECT_EQ(requests_of(
                {.operation = DmaOperation::Copy, .source = kSource, .destination = kDestination}),
            (Requests{100, 100}));
  EXPECT_EQ(requests_of({.operation = DmaOperation::Copy,
                         .source = kSource,
                         .destination = kScratchpad,
                         .element_bytes = 4}),
            (Requests{50, 0}));
  EXPECT_EQ(requests_of({.operation = DmaOperation::Strided,
                         .source = kSource,
                         .destination = kScratchpad,
                         .element_bytes = 4,
                         .source_stride = 2}),
            (Requests{100, 0}));
}

TEST(DmaTime, ReadsAnIndexFromMemoryOnlyWhereTheOrderIsIndirect) {
  EXPECT_EQ(requests_of(
                {.operation = DmaOperation::Gather, .source = kSource, .destination = kScratchpad}),
            (Requests{100, 0}));
  EXPECT_EQ(
      requests_of(
          {.operation = DmaOperation::Indirect, .source = kSource, .destination = kScratchpad}),
      (Requests{200, 0}));
  EXPECT_EQ(
      requests_of(
          {.operation = DmaOperation::Scatter, .source = kScratchpad, .destination = kDestination}),
      (Requests{0, 100}));
}

TEST(DmaTime, ReadsTheOneElementOfABroadcastAndWritesTheOneOfAReductionOnce) {
  EXPECT_EQ(
      requests_of(
          {.operation = DmaOperation::Broadcast, .source = kSource, .destination = kDestination}),
      (Requests{1, 100}));
  EXPECT_EQ(
      requests_of(
          {.operation = DmaOperation::Reduce, .source = kSource, .destination = kDestination}),
      (Requests{100, 1}));
}

TEST(DmaTime, WaitsForTheIndexThenTheElementThenItsPlace) {
  const std::vector<int64_t> index{5};
  LatencyPort memory(90);
  const auto cycles = [&](DmaOperation operation, sim::DmaArray destination) {
    sim::DmaEngine dma({.descriptor_cycles = 8}, memory);
    return dma.transfer(1000, {.operation = operation,
                               .source = kSource,
                               .destination = destination,
                               .count = 1,
                               .index = index}) -
           1000;
  };
  EXPECT_EQ(cycles(DmaOperation::Copy, kDestination), 8 + 90 + 90);
  EXPECT_EQ(cycles(DmaOperation::Copy, kScratchpad), 8 + 90 + 1);
  EXPECT_EQ(cycles(DmaOperation::Gather, kScratchpad), 8 + 1 + 90 + 1);
  EXPECT_EQ(cycles(DmaOperation::Indirect, kScratchpad), 8 + 90 + 90 + 1);
  EXPECT_EQ(cycles(DmaOperation::Indirect, kDestination), 8 + 90 + 90 + 90);
}

TEST(DmaTime, MovesBetweenScratchpadArraysAtTheWidthOfThePort) {
  LatencyPort memory(90);
  sim::DmaEngine dma({.descriptor_cycles = 8, .scratchpad_bytes_per_cycle = 32}, memory);
  const uint64_t done =
      dma.transfer(0, {.source = kScratchpad, .destination = kScratchpad, .count = 1000});
  EXPECT_NEAR(static_cast<double>(done), 2 * 8000 / 32, 20);
}

TEST(DmaTime, FillsThePortAtItsWidth) {
  for (const unsigned width : {1U, 8U}) {
    LatencyPort memory(90);
    sim::DmaEngine dma({.descriptor_cycles = 8, .scratchpad_bytes_per_cycle = width}, memory);
    EXPECT_GE(dma.fill(0, 0, 4096), 4096 / width);
  }
}

TEST(DmaEngine, OffersWhatTheMachineLists) {
  LatencyPort memory(90);
  sim::DmaParameters parameters;
  EXPECT_TRUE(sim::DmaEngine(parameters, memory).offers(DmaOperation::Reduce));
  parameters.operations = {DmaOperation::Copy, DmaOperation::Gather};
  sim::DmaEngine dma(parameters, memory);
  EXPECT_TRUE(dma.offers(DmaOperation::Gather));
  EXPECT_FALSE(dma.offers(DmaOperation::Reduce));
  EXPECT_THROW(dma.transfer(0, {.operation = DmaOperation::Reduce}), base::InternalError);
}

}  // namespace
}  // namespace weft::tests
