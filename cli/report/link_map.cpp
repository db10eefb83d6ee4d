// SPDX-License-Identifier: Apache-2.0
#include "cli/report/link_map.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/report/plot.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kMeshSpec = R"json({
  "padding": 0, "autosize": "none",
  "data": [{"name": "routers"}, {"name": "links"}],
  "scales": [
    {"name": "x", "type": "linear", "zero": false, "range": [0, {"signal": "side"}]},
    {"name": "y", "type": "linear", "zero": false, "range": [0, {"signal": "height"}]},
    {"name": "strength", "type": "linear", "range": [0.12, 1]},
    {"name": "breadth", "type": "linear", "range": [2, 11]}],
  "marks": [
    {"type": "rule", "from": {"data": "links"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
      "x2": {"scale": "x", "field": "x2"}, "y2": {"scale": "y", "field": "y2"},
      "stroke": {"value": "var(--s1)"}, "strokeOpacity": {"scale": "strength", "field": "busy"},
      "strokeWidth": {"scale": "breadth", "field": "busy"}, "tooltip": {"field": "words"}}}},
    {"type": "symbol", "style": "router", "from": {"data": "routers"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
      "shape": {"value": "square"}, "size": {"value": 1300}}}},
    {"type": "text", "style": "small", "from": {"data": "routers"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"}, "text": {"field": "name"},
      "align": {"value": "center"}, "baseline": {"value": "middle"}}}}]
})json";

constexpr const char* kMatrixSpec = R"json({
  "padding": 4, "autosize": {"type": "pad"},
  "data": [{"name": "cells"}],
  "signals": [{"name": "side", "update": "min(width - 60, 420)"}, {"name": "height", "update": "side"}],
  "scales": [
    {"name": "x", "type": "band", "paddingInner": 0.08, "range": [0, {"signal": "side"}]},
    {"name": "y", "type": "band", "paddingInner": 0.08, "range": [0, {"signal": "side"}]},
    {"name": "strength", "type": "linear", "range": [0.08, 1]}],
  "axes": [
    {"orient": "bottom", "scale": "x", "title": "to die", "domain": false, "ticks": false},
    {"orient": "left", "scale": "y", "title": "from die", "domain": false, "ticks": false}],
  "marks": [
    {"type": "rect", "from": {"data": "cells"}, "encode": {"update": {
      "x": {"scale": "x", "field": "to"}, "width": {"scale": "x", "band": 1},
      "y": {"scale": "y", "field": "from"}, "height": {"scale": "y", "band": 1},
      "fill": {"value": "var(--s1)"}, "fillOpacity": {"scale": "strength", "field": "busy"},
      "tooltip": {"field": "words"}}}}]
})json";

/// A router by its die and its place there.
struct Router {
  int64_t die, x, y, number;
};

Router router_at(const Run& run, int64_t index) {
  const int64_t of_die = run.mesh_columns * run.mesh_rows;
  const int64_t number = index % of_die;
  return {index / of_die, number % run.mesh_columns, number / run.mesh_columns, number};
}

Table link_table(const std::vector<const LinkUse*>& links, const Run& run) {
  Table table({{"from", Align::Left}, {"to", Align::Left}, {"busy"}});
  const auto name = [&](int64_t index) {
    const Router router = router_at(run, index);
    return fmt::format("die {} router {}", router.die, router.number);
  };
  for (const LinkUse* link : links)
    table.add_row({name(link->from), name(link->to), show_percent(link->utilisation)});
  return table;
}

/// The line of a link: beside the middle, on the right of who goes along it.
Json link_line(const Router& from, const Router& to, double utilisation) {
  constexpr double kAside = 0.09;  // of the distance of two routers
  const double across = kAside * static_cast<double>(from.y - to.y);
  const double down = kAside * static_cast<double>(to.x - from.x);
  return {{"x", static_cast<double>(from.x) + across},
          {"y", static_cast<double>(from.y) + down},
          {"x2", static_cast<double>(to.x) + across},
          {"y2", static_cast<double>(to.y) + down},
          {"busy", utilisation},
          {"words", fmt::format("router {} to router {}: busy {}", from.number, to.number,
                                show_percent(utilisation))}};
}

void set_domain(Json& scale, double least, double most) {
  scale["domain"] = {least, most};
}

std::string draw_mesh(const std::vector<const LinkUse*>& links, const Run& run,
                      const std::string& title) {
  constexpr int kCellPixels = 110;
  const double most = links.front()->utilisation;
  Json data = {{"routers", Json::array()}, {"links", Json::array()}};
  for (int64_t i = 0; i < run.mesh_columns * run.mesh_rows; ++i) {
    const Router router = router_at(run, i);
    data["routers"].push_back({{"x", router.x}, {"y", router.y}, {"name", std::to_string(i)}});
  }
  for (const LinkUse* link : links) {
    data["links"].push_back(
        link_line(router_at(run, link->from), router_at(run, link->to), link->utilisation));
  }
  Plot plot{fmt::format("{}, busiest {}", title, show_percent(most)),
            {{"s1", "the stronger, the busier; on the right of its direction"}},
            filled_spec(kMeshSpec, data),
            link_table(links, run)};
  plot.spec["signals"] = {
      {{"name", "side"}, {"update", fmt::format("min(width, {})", kCellPixels * run.mesh_columns)}},
      {{"name", "height"},
       {"update", fmt::format("side * {} / {}", run.mesh_rows, run.mesh_columns)}}};
  set_domain(plot.spec["scales"][0], -0.5, static_cast<double>(run.mesh_columns) - 0.5);
  set_domain(plot.spec["scales"][1], -0.5, static_cast<double>(run.mesh_rows) - 0.5);
  set_domain(plot.spec["scales"][2], 0, most);
  set_domain(plot.spec["scales"][3], 0, most);
  return draw(plot);
}

std::string draw_matrix(const std::vector<const LinkUse*>& links, const Run& run,
                        const std::string& title) {
  Json cells = Json::array();
  int64_t dies = 0;
  for (const LinkUse* link : links) {
    const int64_t from = router_at(run, link->from).die, to = router_at(run, link->to).die;
    dies = std::max({dies, from + 1, to + 1});
    cells.push_back({{"from", from},
                     {"to", to},
                     {"busy", link->utilisation},
                     {"words", fmt::format("die {} to die {}: busy {}", from, to,
                                           show_percent(link->utilisation))}});
  }
  const double most = links.front()->utilisation;
  Plot plot{fmt::format("{} between dies, busiest {}", title, show_percent(most)),
            {{"s1", "the stronger, the busier"}},
            filled_spec(kMatrixSpec, {{"cells", cells}}),
            link_table(links, run)};
  Json numbers = Json::array();
  for (int64_t die = 0; die < dies; ++die) numbers.push_back(die);
  plot.spec["scales"][0]["domain"] = plot.spec["scales"][1]["domain"] = numbers;
  set_domain(plot.spec["scales"][2], 0, most);
  return draw(plot);
}

}  // namespace

std::string draw_links(const Run& run, const std::string& title) {
  if (run.links.empty() || run.mesh_columns < 1 || run.mesh_rows < 1) return {};
  std::vector<const LinkUse*> inside, between;
  for (const LinkUse& link : run.links) {
    const bool leaves = router_at(run, link.from).die != router_at(run, link.to).die;
    (leaves ? between : inside).push_back(&link);
  }
  const auto busier = [](const LinkUse* a, const LinkUse* b) {
    return a->utilisation > b->utilisation;
  };
  std::ranges::stable_sort(inside, busier);
  std::ranges::stable_sort(between, busier);
  std::string out;
  if (!inside.empty()) {
    const int64_t die = router_at(run, inside.front()->from).die;
    std::erase_if(inside, [&](const LinkUse* l) { return router_at(run, l->from).die != die; });
    out += draw_mesh(inside, run, between.empty() ? title : fmt::format("{}, die {}", title, die));
  }
  if (!between.empty()) out += draw_matrix(between, run, title);
  return out;
}

}  // namespace weft::cli::report
