// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/files.h"
#include "cli/reference.h"
#include "cli/reference_cuda.h"
#include "cli/reference_operations.h"
#include "cli/run.h"
#include "cli/table.h"
#include "cli/text.h"
#include "kernels/native/cpu/gemm_library.h"
#include "kernels/native/cpu/graphblas.h"
#include "kernels/native/cpu/host.h"

namespace weft::cli {

namespace {

namespace fs = std::filesystem;

std::string operations() {
  Table table(
      {{"operation", Align::Left}, {"computed in", Align::Left}, {"implementations", Align::Left}});
  for (const ReferenceOperation& operation : reference_operations())
    table.add_row({operation.name, operation.types, operation.implementations});
  return table.str(false);
}

std::string targets() {
  const native::Host host = native::describe_host();
  return fmt::format(
      "cpu   {}, {} processors\n      {}; {}; {}; Weft's kernels for {}\n"
      "cuda  {}\n",
      host.cpu, host.processors, native::openblas_version(), native::xsmm_version(),
      native::graphblas::version(), host.vectors, cuda_target_text());
}

/// Every recorded run below `folder`, by its file.
std::string recorded(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Table table({{"recorded", Align::Left},
               {"operation", Align::Left},
               {"machine", Align::Left},
               {"fastest", Align::Left},
               {"time"}});
  for (const fs::path& file : files) {
    const RunFile loaded = load_run_file(file);
    const Run& run = loaded.runs.front();
    table.add_row(
        {file.stem().string(), run.kernel, run.machine, run.fastest, show_time(run.time_s)});
  }
  return files.empty() ? std::string{} : fmt::format("\n{}", table.str(false));
}

}  // namespace

std::string reference_list() {
  return fmt::format("{}\n{}{}", operations(), targets(),
                     recorded(source_root() / "traces" / "measured"));
}

}  // namespace weft::cli
