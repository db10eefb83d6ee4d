// SPDX-License-Identifier: Apache-2.0
#include "cli/link_picture.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/text.h"

namespace weft::cli {

namespace {

/// Bytes by the two ends of a link, routers or dies.
using Loads = std::map<std::pair<int, int>, double>;

double most_of(const Loads& loads) {
  double most = 0;
  for (const auto& [ends, bytes] : loads) most = std::max(most, bytes);
  return most;
}

/// The tenths of `most`, a dot for nothing.
char digit(const Loads& loads, int from, int to, double most) {
  const auto found = loads.find({from, to});
  if (found == loads.end() || found->second == 0) return '.';
  return static_cast<char>('0' + std::min(9, static_cast<int>(10 * found->second / most)));
}

/// A row of routers with the links along it, and the links to the next row under it.
std::string mesh_row(const Loads& loads, int y, const machine::MeshDescription& mesh, double most) {
  const int columns = mesh.columns;
  std::string row = "  ", below = "  ";
  for (int x = 0; x < columns; ++x) {
    const int here = y * columns + x;
    row += fmt::format("[{:>2}]", here);
    if (x + 1 < columns)
      row += fmt::format(" {}> <{} ", digit(loads, here, here + 1, most),
                         digit(loads, here + 1, here, most));
    below += fmt::format("{}v^{}       ", digit(loads, here, here + columns, most),
                         digit(loads, here + columns, here, most));
  }
  below.erase(below.find_last_not_of(' ') + 1);
  return row + "\n" + (y + 1 < mesh.rows ? below + "\n" : "");
}

std::string die_matrix(const Loads& loads, int dies, double most) {
  std::string text = "  from die, down; to die, across\n     ";
  for (int to = 0; to < dies; ++to) text += fmt::format("{:>3}", to);
  for (int from = 0; from < dies; ++from) {
    text += fmt::format("\n  {:>3}", from);
    for (int to = 0; to < dies; ++to) text += fmt::format("  {}", digit(loads, from, to, most));
  }
  return text + "\n";
}

std::string title(const std::string& where, double most) {
  return fmt::format("{}, in tenths of the busiest, {}\n", where, show_bytes(most));
}

}  // namespace

std::string link_picture(const std::vector<double>& link_bytes,
                         const machine::FabricDescription& fabric,
                         const machine::Topology& topology) {
  const int routers = topology.routers_per_die();
  Loads between;
  std::map<int, Loads> of_die;
  for (size_t i = 0; i < link_bytes.size(); ++i) {
    if (link_bytes[i] == 0) continue;
    const machine::Link& link = topology.links()[i];
    const int die = link.from / routers;
    if (topology.leaves_die(static_cast<int>(i))) {
      between[{die, link.to / routers}] += link_bytes[i];
    } else {
      of_die[die][{link.from % routers, link.to % routers}] += link_bytes[i];
    }
  }
  std::string text;
  if (!of_die.empty()) {
    const auto busiest =
        std::ranges::max_element(of_die, {}, [](const auto& die) { return most_of(die.second); });
    const double most = most_of(busiest->second);
    text += title(fmt::format("links of die {}", busiest->first), most);
    for (int y = 0; y < fabric.topology.mesh.rows; ++y)
      text += mesh_row(busiest->second, y, fabric.topology.mesh, most);
  }
  if (!between.empty()) {
    text += title("links between dies", most_of(between));
    text += die_matrix(between, topology.dies(), most_of(between));
  }
  return text;
}

}  // namespace weft::cli
