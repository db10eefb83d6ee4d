// SPDX-License-Identifier: Apache-2.0
#include "mapper/place/bisect.h"

#include <algorithm>
#include <array>
#include <queue>

namespace weft::mapper {

namespace {

using Weights = std::array<int64_t, 2>;

/// A half may weigh so much more than its share.
constexpr double kSlack = 0.03;
constexpr int kPasses = 4;
/// Moves in a row without a new best after which a pass ends.
constexpr size_t kPatience = 400;

/// Vertices of one recursion divided into sides 0 and 1.
class Bisection {
 public:
  /// `share`: of the weights that side 0 is to have. `local`: scratch, [vertex of the graph].
  Bisection(const TrafficGraph& graph, const std::vector<uint32_t>& vertices, double share,
            std::vector<int32_t>& local)
      : graph_(graph), vertices_(vertices), local_(local), side_(vertices.size(), 1) {
    for (size_t i = 0; i < vertices_.size(); ++i) local_[vertices_[i]] = static_cast<int32_t>(i);
    for (const uint32_t vertex : vertices_) {
      for (size_t w = 0; w < 2; ++w) {
        total_[w] += graph_.weights[vertex][w];
        heaviest_[w] = std::max(heaviest_[w], graph_.weights[vertex][w]);
      }
    }
    begin(share);
    for (size_t s = 0; s < 2; ++s) {
      for (size_t w = 0; w < 2; ++w) {
        const double part = static_cast<double>(total_[w]) * (s == 0 ? share : 1 - share);
        const auto even = static_cast<int64_t>(part * (1 + kSlack)) + heaviest_[w] / 2;
        most_[s][w] = std::max(even, load_[s][w]);
      }
    }
  }
  ~Bisection() {
    for (const uint32_t vertex : vertices_) local_[vertex] = -1;
  }
  Bisection(const Bisection&) = delete;
  Bisection& operator=(const Bisection&) = delete;

  void refine() {
    for (int pass = 0; pass < kPasses && improve(); ++pass) {
    }
  }

  int side(size_t i) const { return side_[i]; }

 private:
  /// Fills side 0 in the order of the rows, with ranges of A by their work and ranges of B by what
  /// is asked of them.
  void begin(double share) {
    Weights filled{};
    for (size_t i = 0; i < vertices_.size(); ++i) {
      const Weights& weight = graph_.weights[vertices_[i]];
      const size_t w =
          weight[TrafficGraph::kWork] > 0 ? TrafficGraph::kWork : TrafficGraph::kServed;
      const double middle = static_cast<double>(filled[w]) + 0.5 * static_cast<double>(weight[w]);
      side_[i] = middle <= share * static_cast<double>(total_[w]) ? 0 : 1;
      filled[w] += weight[w];
      add(load_[static_cast<size_t>(side_[i])], weight, 1);
    }
  }

  static void add(Weights& load, const Weights& weight, int64_t sign) {
    for (size_t w = 0; w < 2; ++w) load[w] += sign * weight[w];
  }

  /// Bytes that are cut no more if the vertex changes sides, less those that are cut then.
  int64_t gain_of(size_t i) const {
    int64_t gain = 0;
    const uint32_t vertex = vertices_[i];
    for (size_t e = graph_.first_edge[vertex]; e < graph_.first_edge[vertex + 1]; ++e) {
      const int32_t other = local_[graph_.edges[e].to];
      if (other < 0) continue;
      gain += side_[static_cast<size_t>(other)] != side_[i] ? graph_.edges[e].bytes
                                                            : -graph_.edges[e].bytes;
    }
    return gain;
  }

  /// On the way a half may be too heavy by half a vertex more, or none could ever change places.
  bool may_move(size_t i) const {
    const auto to = static_cast<size_t>(1 - side_[i]);
    const Weights& weight = graph_.weights[vertices_[i]];
    for (size_t w = 0; w < 2; ++w) {
      const int64_t most = most_[to][w] + (heaviest_[w] + 1) / 2;
      if (weight[w] > 0 && load_[to][w] + weight[w] > most) return false;
    }
    return true;
  }

  bool balanced() const {
    for (size_t s = 0; s < 2; ++s) {
      for (size_t w = 0; w < 2; ++w) {
        if (load_[s][w] > most_[s][w]) return false;
      }
    }
    return true;
  }

  void move(size_t i) {
    const Weights& weight = graph_.weights[vertices_[i]];
    add(load_[static_cast<size_t>(side_[i])], weight, -1);
    side_[i] = 1 - side_[i];
    add(load_[static_cast<size_t>(side_[i])], weight, 1);
  }

  /// One pass; false where it saved nothing.
  bool improve() {
    struct Candidate {
      int64_t gain;
      size_t vertex;
      bool operator<(const Candidate& other) const {
        return gain != other.gain ? gain < other.gain : vertex > other.vertex;
      }
    };
    std::vector<int64_t> gain(vertices_.size());
    std::vector<bool> locked(vertices_.size(), false);
    std::priority_queue<Candidate> queue;
    for (size_t i = 0; i < vertices_.size(); ++i) queue.push({gain[i] = gain_of(i), i});
    std::vector<size_t> moved;
    int64_t saved = 0, best = 0;
    size_t best_moves = 0;
    while (!queue.empty() && moved.size() < best_moves + kPatience) {
      const auto [expected, i] = queue.top();
      queue.pop();
      // What changed since it was queued is queued again; what has no room may have some later.
      if (locked[i] || expected != gain[i] || !may_move(i)) continue;
      locked[i] = true;
      saved += gain[i];
      move(i);
      moved.push_back(i);
      if (saved > best && balanced()) {
        best = saved;
        best_moves = moved.size();
      }
      const uint32_t vertex = vertices_[i];
      for (size_t e = graph_.first_edge[vertex]; e < graph_.first_edge[vertex + 1]; ++e) {
        const int32_t found = local_[graph_.edges[e].to];
        if (found < 0 || locked[static_cast<size_t>(found)]) continue;
        const auto other = static_cast<size_t>(found);
        gain[other] += (side_[other] == side_[i] ? -2 : 2) * graph_.edges[e].bytes;
        queue.push({gain[other], other});
      }
    }
    while (moved.size() > best_moves) {
      move(moved.back());
      moved.pop_back();
    }
    return best > 0;
  }

  const TrafficGraph& graph_;
  const std::vector<uint32_t>& vertices_;
  std::vector<int32_t>& local_;
  std::vector<int> side_;  // [vertex of the recursion]
  Weights total_{}, heaviest_{};
  std::array<Weights, 2> load_{}, most_{};
};

void halve(const TrafficGraph& graph, const std::vector<uint32_t>& vertices, unsigned first,
           unsigned parts, std::vector<int32_t>& local, std::vector<unsigned>& part) {
  if (parts == 1) {
    for (const uint32_t vertex : vertices) part[vertex] = first;
    return;
  }
  const unsigned left = parts / 2;
  std::array<std::vector<uint32_t>, 2> halves;
  {
    Bisection bisection(graph, vertices, static_cast<double>(left) / parts, local);
    bisection.refine();
    for (size_t i = 0; i < vertices.size(); ++i)
      halves[static_cast<size_t>(bisection.side(i))].push_back(vertices[i]);
  }
  halve(graph, halves[0], first, left, local, part);
  halve(graph, halves[1], first + left, parts - left, local, part);
}

}  // namespace

std::vector<unsigned> partition(const TrafficGraph& graph, unsigned parts) {
  std::vector<uint32_t> all(graph.vertices());
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint32_t>(i);
  std::vector<int32_t> local(graph.vertices(), -1);
  std::vector<unsigned> part(graph.vertices(), 0);
  halve(graph, all, 0, parts, local, part);
  return part;
}

int64_t bytes_cut(const TrafficGraph& graph, const std::vector<unsigned>& part) {
  int64_t bytes = 0;
  for (uint32_t from = 0; from < graph.vertices(); ++from) {
    for (size_t e = graph.first_edge[from]; e < graph.first_edge[from + 1]; ++e) {
      const uint32_t to = graph.edges[e].to;
      if (from < to && part[from] != part[to]) bytes += graph.edges[e].bytes;
    }
  }
  return bytes;
}

}  // namespace weft::mapper
