// SPDX-License-Identifier: Apache-2.0

// Halves of nodes, one with outgoing edges and one with incoming edges, are matched so that no cell
// of the joint-degree matrix holds more nodes than it has pairs to spare. This is a flow from out
// classes to in classes with a limit for each cell: it starts with the wanted matching less what
// is too much, and grows along shortest augmenting paths (Edmonds and Karp) until nothing is left
// over or none is found, when it is the largest.
#include "kernels/tensor/degree_pairs.h"

#include <algorithm>
#include <optional>

#include "base/error.h"

namespace weft::tensor {

namespace {

constexpr int32_t kUnseen = -2;

class DegreeMatching {
 public:
  DegreeMatching(const JointTable& table, std::vector<DegreePair> wanted)
      : table_(table),
        none_out_(static_cast<int32_t>(table.out_degree.size())),
        none_in_(static_cast<int32_t>(table.in_degree.size())),
        pairs_(std::move(wanted)),
        nodes_(table.out_degree.size() + 1,
               std::vector<std::vector<size_t>>(table.in_degree.size() + 1)) {}

  std::vector<DegreePair> match() {
    for (size_t node = 0; node < pairs_.size(); ++node) {
      const auto [out, in] = pairs_[node];
      place(node, out == DegreePair::kNone ? none_out_ : out,
            in == DegreePair::kNone ? none_in_ : in);
    }
    for (const size_t node : apart_) {
      if (!rematch(node)) split_.push_back(node);
    }
    split_left_over();
    return std::move(pairs_);
  }

 private:
  int64_t room(int32_t out, int32_t in) const {
    if (out == none_out_ || in == none_in_) return static_cast<int64_t>(pairs_.size());
    const size_t row = static_cast<size_t>(out), column = static_cast<size_t>(in);
    return table_.out_nodes[row] * table_.in_nodes[column] - table_.edges[row][column] -
           static_cast<int64_t>(nodes_[row][column].size());
  }

  std::vector<size_t>& at(int32_t out, int32_t in) {
    return nodes_[static_cast<size_t>(out)][static_cast<size_t>(in)];
  }

  void place(size_t node, int32_t out, int32_t in) {
    if (room(out, in) > 0) return at(out, in).push_back(node);
    apart_.push_back(node);
    free_in_.push_back(in);
  }

  /// The out class from which a shortest alternating path from `start` goes to each in class, and
  /// the in class at the end of it that has a half to spare.
  std::optional<int32_t> search(int32_t start) {
    from_out_.assign(static_cast<size_t>(none_in_) + 1, kUnseen);
    from_in_.assign(static_cast<size_t>(none_out_) + 1, kUnseen);
    std::vector<int32_t> front = {start};
    for (size_t next = 0; next < front.size(); ++next) {
      const int32_t out = front[next];
      for (int32_t in = 0; in <= none_in_; ++in) {
        int32_t& source = from_out_[static_cast<size_t>(in)];
        if (source != kUnseen || room(out, in) <= 0) continue;
        source = out;
        if (std::ranges::find(free_in_, in) != free_in_.end()) return in;
        for (int32_t other = 0; other <= none_out_; ++other) {
          int32_t& reached = from_in_[static_cast<size_t>(other)];
          if (other == start || reached != kUnseen || at(other, in).empty()) continue;
          reached = in;
          front.push_back(other);
        }
      }
    }
    return {};
  }

  /// Gives the outgoing half of `node` another incoming half, moving others along the path.
  bool rematch(size_t node) {
    const int32_t start = pairs_[node].out == DegreePair::kNone ? none_out_ : pairs_[node].out;
    const std::optional<int32_t> end = search(start);
    if (!end) return false;
    free_in_.erase(std::ranges::find(free_in_, *end));
    for (int32_t in = *end;;) {
      const int32_t out = from_out_[static_cast<size_t>(in)];
      if (out == start) {
        give(node, out, in);
        return true;
      }
      const int32_t before = from_in_[static_cast<size_t>(out)];
      const size_t moved = at(out, before).back();
      at(out, before).pop_back();
      give(moved, out, in);
      in = before;
    }
  }

  void give(size_t node, int32_t out, int32_t in) {
    at(out, in).push_back(node);
    pairs_[node].in = in == none_in_ ? DegreePair::kNone : in;
  }

  void split_left_over() {
    WEFT_CHECK(split_.size() == free_in_.size(), "halves of nodes that do not pair up");
    for (const size_t node : split_) pairs_[node].in = DegreePair::kNone;
    for (const int32_t in : free_in_) pairs_.push_back({DegreePair::kNone, in});
  }

  const JointTable& table_;
  int32_t none_out_, none_in_;     // the classes of degree 0, after all others
  std::vector<DegreePair> pairs_;  // [node]
  std::vector<std::vector<std::vector<size_t>>> nodes_;  // [out][in] that have both
  std::vector<size_t> apart_;                            // nodes whose halves may not meet
  std::vector<int32_t> free_in_;                         // classes of their incoming halves
  std::vector<size_t> split_;                            // nodes that no path helps
  std::vector<int32_t> from_out_;                        // [in class] of the search
  std::vector<int32_t> from_in_;                         // [out class] of the search
};

}  // namespace

std::vector<DegreePair> loopless_pairs(const JointTable& table, std::vector<DegreePair> wanted) {
  return DegreeMatching(table, std::move(wanted)).match();
}

}  // namespace weft::tensor
