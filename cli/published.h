// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/schema.h"
#include "cli/run.h"

namespace weft::cli {

/// The square or rectangular sparse operand A of a figure; of no rows where it has none.
struct PublishedMatrix {
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t nnz = 0;
};

/// One number of a publication.
struct PublishedFigure {
  std::string name;      // "smash_v3_over_v1"
  std::string kernel;    // of the library; the operation where no kernel of ours is meant
  std::string over;      // of a speedup: the kernel that is the base
  std::string machine;   // that it was measured on
  std::string measures;  // what the number is of, in a sentence
  std::string place;     // "Table 3"
  std::vector<std::string> params;  // "NAME=VALUE"
  PublishedMatrix matrix;
  double speedup = 0;                // 0: the figure is a time
  double time_ms = 0;                // 0: the figure is a speedup
  double reading_error_percent = 0;  // of numbers read off a plot
};

/// The document `published: 1`: single figures of one publication.
struct Published {
  int version = 1;
  std::string source;  // authors, title, where it appeared
  std::string about;
  std::vector<PublishedFigure> figures;
};

/// How such a document is read and described.
const base::Schema<Published>& published_schema();

/// Reads a document; every defect goes to `diagnostics`.
Published read_published(const base::YamlNode& root, base::Diagnostics& diagnostics);

/// A file of published figures as runs (those with a time) and speedups, for comparisons.
RunFile published_runs(const Published& published, const std::filesystem::path& file);

/// The figures for people.
std::string describe(const Published& published);

}  // namespace weft::cli
