// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/product_places.h"

#include "mapper/place/partition.h"

namespace weft::mapper {

namespace {

/// A place that does not look at rows.
Dealing dealing_of_all(const TensorPlace& place) {
  if (place.spread == Spread::Copy) return Dealing::copies();
  return place.interleave_bytes == 0 ? Dealing() : Dealing::in_turn(place.interleave_bytes);
}

}  // namespace

ProductPlaces product_places(const SpgemmPlan& plan, unsigned cores, const tensor::CsrMatrix& a,
                             const tensor::CsrMatrix& b, const std::vector<int64_t>& row_flops) {
  ProductPlaces places;
  const bool near_b = plan.place_b.spread == Spread::Near;
  if (plan.place_z.spread == Spread::Near) {
    if (near_b) {
      ProductShares shares = shares_by_traffic(a, b, row_flops, cores);
      places.work = std::move(shares.work);
      places.b_rows = std::move(shares.b);
    } else {
      places.work = shares_by_work(row_flops, cores);
    }
  } else if (plan.place_z.spread == Spread::Block) {
    places.work = equal_shares(a.rows, cores);
    if (near_b) places.b_rows = shares_near_work(a, b, places.work, cores);
  }
  if (plan.place_a.spread == Spread::Near) places.a_rows = places.work;
  const bool by_columns_a = plan.dataflow == Dataflow::Outer;
  const bool by_columns_b = plan.dataflow == Dataflow::Inner;
  if (plan.place_a.spread == Spread::Block)
    places.a_rows = equal_shares(by_columns_a ? a.cols : a.rows, cores);
  if (plan.place_b.spread == Spread::Block)
    places.b_rows = equal_shares(by_columns_b ? b.cols : b.rows, cores);
  return places;
}

Dealing dealing_of_rows(const TensorPlace& place, const RowShares& rows) {
  return place.by_rows() ? Dealing::by_rows(rows) : dealing_of_all(place);
}

Dealing dealing_of_entries(const TensorPlace& place, const RowShares& rows,
                           const std::vector<int64_t>& starts) {
  return place.by_rows() ? Dealing::by_rows(rows, starts) : dealing_of_all(place);
}

}  // namespace weft::mapper
