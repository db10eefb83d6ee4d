// SPDX-License-Identifier: Apache-2.0
#include "cli/report/page.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "cli/report/html.h"
#include "cli/report/roofline.h"
#include "cli/report/sections.h"
#include "cli/summary.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

std::vector<InputGroup> groups_of(const std::vector<Run>& runs) {
  std::vector<InputGroup> groups;
  for (const Run& run : runs) {
    if (run.failed()) continue;
    const auto same = [&](const InputGroup& group) { return group.input == run.input; };
    auto found = std::find_if(groups.begin(), groups.end(), same);
    if (found == groups.end()) found = groups.insert(groups.end(), {run.input, {}});
    found->runs.push_back(&run);
  }
  return groups;
}

/// A heading and the parts of every input; nothing where no run has the numbers.
std::string section(const char* heading, const std::vector<InputGroup>& groups,
                    const std::function<std::string(const InputGroup&)>& part) {
  std::string body;
  for (const InputGroup& group : groups) body += part(group);
  return body.empty() ? body : element("h2", "", heading) + body;
}

/// The result in a sentence: the fastest simulated run of each input.
std::string headline(const std::vector<Run>& all, const std::vector<InputGroup>& groups) {
  std::string out;
  for (const InputGroup& group : groups) {
    const Run* best = nullptr;
    for (const Run* run : group.runs) {
      if (run->origin == Run::Origin::Simulated && (best == nullptr || run->time_s < best->time_s))
        best = run;
    }
    if (best == nullptr) continue;
    std::string sentence =
        fmt::format("Fastest{}: {} in {}", group.input.empty() ? "" : " for " + group.input,
                    best->title(), show_time(best->time_s));
    if (const Run* native = native_of(all, *best)) {
      sentence += fmt::format(", {} the speed of {}", show_ratio(speedup_over(native, *best)),
                              native->label);
    }
    if (!best->bound_by.empty()) sentence += fmt::format("; bound by {}", best->bound_by);
    out += element("p", "", escape(sentence + "."));
  }
  return out;
}

std::string inputs_table(const std::vector<InputGroup>& groups) {
  Table table({{"input", Align::Left},
               {"tensor", Align::Left},
               {"rows"},
               {"columns"},
               {"entries"},
               {"source", Align::Left}});
  for (const InputGroup& group : groups) {
    for (const InputShape& shape : group.runs.front()->inputs) {
      table.add_row({group.input.empty() ? "-" : group.input, shape.name,
                     std::to_string(shape.rows), std::to_string(shape.cols),
                     std::to_string(shape.nnz), shape.source});
    }
  }
  return table.rows().empty() ? std::string{} : html_table(table, "Inputs");
}

std::string failure_list(const std::vector<Run>& runs) {
  std::string items;
  for (const std::string& line : failures(runs)) items += element("li", "", escape(line));
  return items.empty()
             ? items
             : element("h2", "", "Without a result") + element("ul", "class=\"bad\"", items);
}

std::string preformatted(const std::string& text) {
  return element("pre", "", escape(text));
}

std::string reproduction(const RunFile& file) {
  std::string out;
  if (!file.command.empty()) out += preformatted(file.command);
  if (!file.experiment.empty())
    out += folded("the experiment as resolved", preformatted(file.experiment));
  std::set<std::string> shown;
  for (const Run& run : file.runs) {
    if (run.configuration.empty() || !shown.insert(run.label).second) continue;
    out += folded("configuration of " + run.label, preformatted(run.configuration));
  }
  return out.empty() ? out : element("h2", "", "How to run this again") + out;
}

}  // namespace

std::string page(const RunFile& file) {
  const std::vector<InputGroup> groups = groups_of(file.runs);
  std::string body = element("h1", "", escape(file.name)) + headline(file.runs, groups) +
                     html_table(summary_table(file.runs), "All runs") + inputs_table(groups) +
                     failure_list(file.runs);
  body += section("Speed", groups,
                  [&](const InputGroup& group) { return speedup_section(file.runs, group); });
  body += section("Roofline", groups, [](const InputGroup& group) {
    return draw_roofline(group.runs, group.input.empty() ? "Roofline" : "Roofline, " + group.input);
  });
  body += section("Memory", groups, memory_section);
  body += section("Cycles", groups, stall_section);
  body += section("Network", groups, network_section);
  body += section("Phases", groups, phase_section);
  body += section("Occupancy", groups, occupancy_section);
  body += section("Cost by source line", groups, source_section);
  body += section("Mappings", groups, mapping_section);
  body += reproduction(file);
  return html_page(file.name, body);
}

}  // namespace weft::cli::report
