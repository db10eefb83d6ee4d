// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/csv.h"

namespace weft::cli::validate {

/// The microbenchmarks' results in a directory as one table: a row for every measured value.
///
/// Files are named BENCHMARK__CARD.txt and have the forms that the public gpu-benches suite prints
/// (RRZE-HPC): lines of numbers between lines that are none. Columns: `gpu` (CARD without a suffix
/// such as _graph), `curve` (BENCHMARK/CARD, and what tells the columns of a file apart),
/// `benchmark`, `kernel`, `x` and `x2` (what is varied: KiB, threads, elements, strides) and
/// `measured`. A file of another name gives one row whose benchmark is `unknown`.
base::CsvTable read_microbench_tables(const std::filesystem::path& directory,
                                      base::Diagnostics& diagnostics);

}  // namespace weft::cli::validate
