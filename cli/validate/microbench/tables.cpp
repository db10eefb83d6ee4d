// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/microbench/tables.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace weft::cli::validate {

namespace {

using Words = std::vector<std::string>;

/// A measured value of a line.
struct Point {
  std::string kernel;
  double x = 0;
  double x2 = 0;
  double measured = 0;
};

/// The leading number of a word, so that "64kB" is 64; nothing where it begins with none.
std::optional<double> number_of(const std::string& word) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end == word.data()) return std::nullopt;
  return value;
}

/// The numbers that a line begins with or has between other words.
std::vector<double> numbers_of(const Words& words) {
  std::vector<double> numbers;
  for (const std::string& word : words)
    if (const auto number = number_of(word)) numbers.push_back(*number);
  return numbers;
}

std::vector<Point> latency_points(const Words& words) {
  const std::vector<double> n = numbers_of(words);
  if (n.size() != words.size() || n.size() < 5) return {};
  return {{"", n[2], 0, n[4]}};
}

/// "SIZE kB [SIZE kB] TIMEms SPREAD% BANDWIDTH GB/s ...".
std::vector<Point> bandwidth_points(const Words& words) {
  const auto unit = std::find(words.begin(), words.end(), "GB/s");
  const auto last_size = std::find(std::make_reverse_iterator(unit), words.rend(), "kB");
  if (unit == words.end() || last_size == words.rend() || last_size + 1 == words.rend()) return {};
  const auto size = number_of(*(last_size + 1));
  const auto bandwidth = number_of(*(unit - 1));
  if (!size || !bandwidth) return {};
  return {{"", *size, 0, *bandwidth}};
}

/// "BLOCK THREADS [BLOCKS] OCCUPANCY | GB/s: INIT READ SCALE TRIAD 3PT 5PT"; without BLOCKS, where
/// BLOCK is threads of an SM, the triad reads two arrays instead of three.
std::vector<Point> stream_points(const Words& words) {
  constexpr size_t kTriad = 3;
  constexpr std::array kKernels = {"init", "read", "scale", "triad", "3pt", "5pt"};
  const auto unit = std::find(words.begin(), words.end(), "GB/s:");
  const std::vector<double> head = numbers_of(Words(words.begin(), unit));
  if (unit == words.end() || head.size() < 2 || head[0] < 1 || head[1] < 1) return {};
  const std::vector<double> values = numbers_of(Words(unit + 1, words.end()));
  const bool old = head.size() < 4;
  std::vector<Point> points;
  for (size_t i = 0; i < std::min(values.size(), kKernels.size()); ++i)
    points.push_back({i == kTriad && old ? "triad-2" : kKernels[i], head[1], head[0], values[i]});
  return points;
}

/// "ELEMENTS SIZEkB VALUE...": the last column is of blocks of 1024 threads, each other one of
/// half the block of the next.
std::vector<Point> small_kernel_points(const Words& words) {
  constexpr size_t kMostColumns = 2 + 11;  // down to blocks of one thread
  const std::vector<double> n = numbers_of(words);
  if (n.size() != words.size() || n.size() < 3 || n.size() > kMostColumns || n[0] < 1) return {};
  std::vector<Point> points;
  for (size_t i = 2; i < n.size(); ++i) {
    const double block = 1024.0 / static_cast<double>(uint64_t{1} << (n.size() - 1 - i));
    points.push_back({fmt::format("block {}", block), n[0], block, n[i]});
  }
  return points;
}

/// "TYPE stride|block K STEP CYCLES ...".
std::vector<Point> stride_points(const Words& words) {
  if (words.size() < 5 || (words[1] != "stride" && words[1] != "block")) return {};
  const std::vector<double> n = numbers_of(Words(words.begin() + 2, words.end()));
  if (n.size() < 3 || n[0] < 0 || (words[1] == "block" && n[0] < 1)) return {};
  return {{fmt::format("{} {}", words[0], words[1]), n[0], n[1], n[2]}};
}

/// "DEVICE BLOCKS blocks N its X Fl/B B GB/s F GF/s C Mhz P W ...".
std::vector<Point> roofline_points(const Words& words) {
  const auto before = [&](const char* unit) {
    const auto found = std::find(words.begin(), words.end(), unit);
    return found == words.end() || found == words.begin() ? std::nullopt : number_of(*(found - 1));
  };
  const auto intensity = before("Fl/B");
  const auto gflop_s = before("GF/s");
  const auto watts = before("W");
  if (!intensity || !gflop_s || !watts) return {};
  return {{"gflop_s", *intensity, 0, *gflop_s}, {"watts", *intensity, 0, *watts}};
}

using ReadLine = std::vector<Point> (*)(const Words&);

const std::map<std::string, ReadLine>& benchmarks() {
  static const std::map<std::string, ReadLine> readers = {
      {"gpu-latency", latency_points},
      {"gpu-cache", bandwidth_points},
      {"gpu-l2-cache", bandwidth_points},
      {"gpu-stream", stream_points},
      {"gpu-small-kernels", small_kernel_points},
      {"gpu-strides", stride_points},
      {"gpu-roofline", roofline_points}};
  return readers;
}

class TableBuilder {
 public:
  void add(const std::filesystem::path& file, base::Diagnostics& diagnostics) {
    const std::string stem = file.stem().string();
    const size_t bar = stem.find("__");
    const std::string benchmark = stem.substr(0, bar);
    const std::string card = bar == std::string::npos ? stem : stem.substr(bar + 2);
    const auto reader = benchmarks().find(benchmark);
    const bool known = bar != std::string::npos && reader != benchmarks().end() && usable(card);
    if (!known) return add_row(0, {card, stem, "unknown", "", "0", "0", "0"});
    std::ifstream in(file);
    std::string line;
    const size_t before = rows_.size();
    for (int number = 1; std::getline(in, line); ++number) {
      std::istringstream words_of(line);
      const Words words(std::istream_iterator<std::string>(words_of), {});
      for (const Point& point : reader->second(words)) {
        const bool graph = card.ends_with("_graph");
        const std::string curve = fmt::format("{}/{}", benchmark, card);
        add_row(number,
                {graph ? card.substr(0, card.size() - 6) : card,
                 point.kernel.empty() ? curve : fmt::format("{}/{}", curve, point.kernel),
                 graph ? benchmark + "-graph" : benchmark, point.kernel, fmt::format("{}", point.x),
                 fmt::format("{}", point.x2), fmt::format("{}", point.measured)});
      }
    }
    if (rows_.size() == before)
      diagnostics.error({file.string()},
                        fmt::format("expected results of {}, found none", benchmark));
  }

  base::CsvTable table(const std::string& name) {
    std::vector<base::CsvCell> names;
    for (const char* column : {"gpu", "curve", "benchmark", "kernel", "x", "x2", "measured"})
      names.push_back({column, 1, 1});
    return {name, names, std::move(rows_)};
  }

 private:
  /// Kernels that stay on the card or wait for each other are other benchmarks.
  static bool usable(const std::string& card) {
    return !card.ends_with("_pt") && !card.ends_with("_gsync");
  }

  void add_row(int line, std::vector<std::string> texts) {
    std::vector<base::CsvCell> row;
    row.reserve(texts.size());
    for (std::string& text : texts) row.push_back({std::move(text), line, 1});
    rows_.push_back(std::move(row));
  }

  std::vector<std::vector<base::CsvCell>> rows_;
};

}  // namespace

base::CsvTable read_microbench_tables(const std::filesystem::path& directory,
                                      base::Diagnostics& diagnostics) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  if (error || files.empty()) {
    diagnostics.error({directory.string()},
                      "expected a directory of files such as gpu-latency__h200.txt, found none");
    return {};
  }
  std::sort(files.begin(), files.end());
  TableBuilder builder;
  for (const std::filesystem::path& file : files) builder.add(file, diagnostics);
  return builder.table(directory.string());
}

}  // namespace weft::cli::validate
