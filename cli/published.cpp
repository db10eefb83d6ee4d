// SPDX-License-Identifier: Apache-2.0
#include "cli/published.h"

#include <limits>

#include <fmt/format.h>

#include "cli/operands.h"
#include "cli/table.h"
#include "cli/text.h"

namespace weft::cli {

namespace {

using base::Schema;

Schema<PublishedFigure> figure_schema() {
  using T = PublishedFigure;
  using M = PublishedMatrix;
  const auto positive = base::at_least(0);
  const base::IntegerRange sizes{0, std::numeric_limits<int64_t>::max()};
  const auto matrix = Schema<M>("the sparse operand A")
                          .integer("rows", &M::rows, sizes, "rows")
                          .required()
                          .integer("cols", &M::cols, sizes, "columns")
                          .required()
                          .integer("nnz", &M::nnz, sizes, "stored entries")
                          .required();
  return Schema<T>("a published figure")
      .text("name", &T::name, "names the figure in tables")
      .required()
      .text("kernel", &T::kernel, "a name from `weft list kernels`, or what was run")
      .required()
      .text("over", &T::over, "of a speedup: the kernel that is the base")
      .text("machine", &T::machine, "the machine that it was measured on")
      .required()
      .text("measures", &T::measures, "what the number is of")
      .required()
      .text("place", &T::place, "where it stands in the source")
      .texts("params", &T::params, "sizes, as NAME=VALUE of the kernel")
      .section("matrix", &T::matrix, matrix)
      .real("speedup", &T::speedup, positive, "how many times faster than the base")
      .real("time_ms", &T::time_ms, positive, "the time of one run")
      .real("reading_error_percent", &T::reading_error_percent, positive,
            "of a number that was read off a plot");
}

/// What the schema cannot say: a figure is one number.
void check_figure(const PublishedFigure& figure, const base::YamlNode& node,
                  base::Diagnostics& diagnostics) {
  const bool is_speedup = figure.speedup > 0, is_time = figure.time_ms > 0;
  if (is_speedup == is_time) {
    diagnostics.error(node.where(), fmt::format("{}: expected either speedup or time_ms, found {}",
                                                node.path(), is_time ? "both" : "neither"));
  }
  for (const std::string& param : figure.params) {
    if (param.find('=') == std::string::npos) {
      diagnostics.error(node.where(), fmt::format("{}.params: expected NAME=VALUE, found '{}'",
                                                  node.path(), param));
    }
  }
  if (is_speedup && figure.over.empty()) {
    diagnostics.error(node.where(),
                      fmt::format("{}: expected 'over', the kernel that a speedup is over, found "
                                  "nothing",
                                  node.path()));
  }
}

std::vector<std::pair<std::string, std::string>> params_of(const PublishedFigure& figure) {
  std::vector<std::pair<std::string, std::string>> params;
  for (const std::string& text : figure.params) {
    const Assignment param = parse_assignment(text, "params");
    params.emplace_back(param.name, param.value);
  }
  return params;
}

}  // namespace

const Schema<Published>& published_schema() {
  static const Schema<Published> schema =
      Schema<Published>("published figures")
          .integer("published", &Published::version, {1, 1}, "kind and version; the first key")
          .required()
          .text("source", &Published::source, "authors, title, and where it appeared")
          .required()
          .text("about", &Published::about, "what the figures have in common")
          .list("figures", &Published::figures, figure_schema(), "single numbers")
          .required();
  return schema;
}

Published read_published(const base::YamlNode& root, base::Diagnostics& diagnostics) {
  Published published = published_schema().read(root, diagnostics);
  if (!diagnostics.empty()) return published;
  const std::vector<base::YamlNode>& items = root.find("figures")->items();
  for (size_t i = 0; i < items.size(); ++i)
    check_figure(published.figures[i], items[i], diagnostics);
  return published;
}

RunFile published_runs(const Published& published, const std::filesystem::path& file) {
  RunFile runs{file, file.stem().string(), {}, {}, {}, {}};
  for (const PublishedFigure& figure : published.figures) {
    if (figure.speedup > 0) {
      runs.speedups.push_back({figure.name, figure.kernel, figure.over, figure.machine,
                               figure.measures, params_of(figure), figure.speedup});
      continue;
    }
    constexpr double kMillisecond = 1e-3;
    Run run;
    run.origin = Run::Origin::Published;
    run.kernel = figure.kernel;
    run.machine = run.label = figure.machine;
    run.time_s = figure.time_ms * kMillisecond;
    run.input = figure.name;
    run.params = params_of(figure);
    const PublishedMatrix& a = figure.matrix;
    if (a.rows > 0) run.inputs.push_back({"A", figure.name, a.rows, a.cols, a.nnz});
    runs.runs.push_back(std::move(run));
  }
  return runs;
}

std::string describe(const Published& published) {
  Table table({{"figure", Align::Left},
               {"kernel", Align::Left},
               {"over", Align::Left},
               {"machine", Align::Left},
               {"value"},
               {"measures", Align::Left}});
  for (const PublishedFigure& figure : published.figures) {
    const std::string value =
        figure.speedup > 0 ? show_ratio(figure.speedup) : fmt::format("{} ms", figure.time_ms);
    table.add_row(
        {figure.name, figure.kernel, figure.over, figure.machine, value, figure.measures});
  }
  return fmt::format("published     {}\n{}{}\n{}", published.source,
                     published.about.empty() ? "" : "about         ", published.about,
                     table.str(false));
}

}  // namespace weft::cli
