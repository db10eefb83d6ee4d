// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "mapper/search/mapspace.h"

namespace weft::mapper {

/// What simulations so far say about the error of the estimate: a Gaussian process over points,
/// whose observations are logarithms of simulated over estimated time. Two points are the more
/// alike the fewer decisions they differ in (the Hamming kernel; Hutter, Hoos, Leyton-Brown,
/// Sequential model-based optimization for general algorithm configuration, LION 2011).
class Surrogate {
 public:
  Surrogate();
  ~Surrogate();
  Surrogate(const Surrogate&) = delete;
  Surrogate& operator=(const Surrogate&) = delete;

  /// Takes an observation in; only the latest few hundred count.
  void observe(const Point& point, double log_ratio);
  /// Takes a point for which a simulation is under way as observed at its own prediction, so that
  /// the next pick looks elsewhere.
  void expect(const Point& point);
  /// Forgets the points that were expected.
  void forget_expected();

  struct Prediction {
    double mean = 0;       // of log(simulated / estimated)
    double deviation = 0;  // its standard deviation
  };
  Prediction predict(const Point& point) const;

 private:
  struct Fit;
  void fit();

  std::vector<Point> points_;
  std::vector<double> values_;
  size_t expected_ = 0;  // how many of the last points were not simulated yet
  std::unique_ptr<Fit> fit_;
};

}  // namespace weft::mapper
