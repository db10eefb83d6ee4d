// SPDX-License-Identifier: Apache-2.0
#include "cli/calibrate/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/random.h"
#include "cli/calibrate/search.h"

namespace weft::cli::calibrate {

namespace {

constexpr size_t kFolds = 3;

double three_digits(double value) {
  return std::stod(fmt::format("{:.3g}", value));
}

std::vector<size_t> rows_of(const std::vector<MeasuredGpu>& gpus) {
  std::vector<size_t> all;
  for (const MeasuredGpu& gpu : gpus) all.insert(all.end(), gpu.rows.begin(), gpu.rows.end());
  return all;
}

std::vector<size_t> without(const std::vector<size_t>& all, const std::vector<size_t>& some) {
  std::vector<size_t> rest;
  for (const size_t row : all) {
    if (std::ranges::count(some, row) == 0) rest.push_back(row);
  }
  return rest;
}

/// The rows of one GPU in a random order, dealt to folds in turn.
std::vector<std::vector<size_t>> folds_of(const MeasuredGpu& gpu, uint64_t seed) {
  std::vector<size_t> rows = gpu.rows;
  base::Xoshiro256 random(seed);
  for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
  std::vector<std::vector<size_t>> folds(kFolds);
  for (size_t i = 0; i < rows.size(); ++i) folds[i % kFolds].push_back(rows[i]);
  return folds;
}

class Calibrator {
 public:
  explicit Calibrator(const CalibrationRequest& request)
      : rows_(request.tables, request.parameters, request.context, request.limit, request.seed),
        all_(rows_of(rows_.gpus())),
        seed_(request.seed) {
    for (size_t i = 0; i < rows_.parameters().size(); ++i) presets_.push_back(preset_of(i));
  }

  Calibration run() {
    Calibration result;
    const std::vector<double> fitted = fit(all_);
    for (size_t i = 0; i < fitted.size(); ++i) {
      const std::optional<double> after =
          matters(i, fitted) ? std::optional(fitted[i]) : std::nullopt;
      result.parameters.push_back({rows_.parameters()[i], presets_[i], after});
    }
    for (const MeasuredGpu& gpu : rows_.gpus()) {
      result.gpus.push_back({gpu.device, gpu.rows.size(), rows_.mape_percent(gpu.rows, {}),
                             rows_.mape_percent(gpu.rows, fitted), 0});
    }
    rows_.gpus().size() > 1 ? hold_out_gpus(result) : hold_out_folds(result);
    return result;
  }

 private:
  /// The value of the first GPU that the parameter applies to.
  double preset_of(size_t parameter) const {
    for (const MeasuredGpu& gpu : rows_.gpus()) {
      if (rows_.parameters()[parameter].applies_to(gpu.compute_capability))
        return gpu.presets[parameter];
    }
    return rows_.gpus().empty() ? std::numeric_limits<double>::quiet_NaN()
                                : rows_.gpus().front().presets[parameter];
  }

  /// Whether some of the rows are of a GPU that the parameter applies to.
  bool touches(size_t parameter, const std::vector<size_t>& rows) const {
    return std::ranges::any_of(rows_.gpus(), [&](const MeasuredGpu& gpu) {
      return rows_.parameters()[parameter].applies_to(gpu.compute_capability) &&
             std::ranges::any_of(gpu.rows,
                                 [&](size_t row) { return std::ranges::count(rows, row) > 0; });
    });
  }

  /// Whether the errors change between the bounds of a parameter.
  bool matters(size_t parameter, const std::vector<double>& fitted) {
    if (!touches(parameter, all_)) return false;
    std::vector<double> least = fitted, most = fitted;
    least[parameter] = rows_.parameters()[parameter].least;
    most[parameter] = rows_.parameters()[parameter].most;
    return rows_.mape_percent(all_, least) != rows_.mape_percent(all_, most);
  }

  /// Values of all parameters, fitted on some rows; presets where no row tells.
  std::vector<double> fit(const std::vector<size_t>& rows) {
    std::vector<Range> ranges;
    std::vector<double> start;
    std::vector<size_t> moved;
    for (size_t i = 0; i < presets_.size(); ++i) {
      if (!touches(i, rows)) continue;
      ranges.push_back({rows_.parameters()[i].least, rows_.parameters()[i].most});
      start.push_back(presets_[i]);
      moved.push_back(i);
    }
    const auto all_values = [&](const std::vector<double>& some) {
      std::vector<double> values = presets_;
      for (size_t i = 0; i < moved.size(); ++i) values[moved[i]] = three_digits(some[i]);
      return values;
    };
    return all_values(descend(ranges, start, [&](const std::vector<double>& some) {
      return rows_.mape_percent(rows, all_values(some));
    }));
  }

  void hold_out_gpus(Calibration& result) {
    result.held_out_by = "a fit on the other GPUs";
    for (size_t i = 0; i < rows_.gpus().size(); ++i) {
      const std::vector<size_t>& held = rows_.gpus()[i].rows;
      result.held_out_values.push_back(fit(without(all_, held)));
      result.gpus[i].held_out = rows_.mape_percent(held, result.held_out_values.back());
    }
  }

  void hold_out_folds(Calibration& result) {
    result.held_out_by = fmt::format("fits on the other {} of {} parts", kFolds - 1, kFolds);
    if (rows_.gpus().empty()) return;
    double sum = 0;
    for (const std::vector<size_t>& held : folds_of(rows_.gpus().front(), seed_)) {
      if (held.empty()) continue;
      result.held_out_values.push_back(fit(without(all_, held)));
      sum += rows_.mape_percent(held, result.held_out_values.back()) *
             static_cast<double>(held.size());
    }
    result.gpus.front().held_out = sum / static_cast<double>(all_.size());
  }

  MeasuredRows rows_;
  std::vector<size_t> all_;
  std::vector<double> presets_;  // [parameter]
  uint64_t seed_;
};

}  // namespace

Calibration calibrate(const CalibrationRequest& request) {
  return Calibrator(request).run();
}

}  // namespace weft::cli::calibrate
