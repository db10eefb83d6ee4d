// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/report/validation_page.h"
#include "cli/terminal.h"
#include "cli/validate/curve_plot.h"
#include "cli/validate/validation_output.h"

namespace weft::cli {

int validate_command(const ValidateOptions& options) {
  const validate::SuiteEntry& suite = validate::find_suite(options.suite);
  validate::ValidationRequest request = options.request;
  request.context.configs = source_root() / "configs";
  const DeferInterrupt until_saved;
  const validate::Validation validation = validate::run_validation(suite, request);
  if (!options.rows_file.empty())
    write_text(options.rows_file, validate::validation_rows_csv(validation));
  if (!options.json_file.empty())
    write_json(options.json_file, validate::validation_json(validation));
  if (!options.plot_file.empty())
    write_text(options.plot_file, validate::curve_plot_svg(validation));
  if (!options.report_file.empty())
    write_text(options.report_file, report::validation_page(validation));
  if (options.json_file != "-" && options.rows_file != "-")
    fmt::print("{} against {}\n\n{}", validation.quantity, request.data.string(),
               validate::validation_table(validation).str(wants_colour(stdout)));
  if (validation.complete) return kOk;
  fmt::print(stderr, "weft: stopped; the figures are those of the rows that were done\n");
  return kInterruptedStatus;
}

}  // namespace weft::cli
