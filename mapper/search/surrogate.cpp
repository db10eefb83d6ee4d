// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/surrogate.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Dense>

namespace weft::mapper {

namespace {

constexpr size_t kMostPoints = 256;
/// Decisions in which two points may differ until they say little about each other.
constexpr double kReach = 3;
constexpr double kPriorDeviation = 0.3;  // of the logarithm, before anything was simulated
constexpr double kLeastDeviation = 0.05;
constexpr double kNoise = 1e-3;  // keeps the matrix regular where points describe one program

double likeness(const Point& a, const Point& b) {
  size_t differ = 0;
  for (size_t i = 0; i < a.size(); ++i) differ += a[i] != b[i] ? 1 : 0;
  return std::exp(-static_cast<double>(differ) / kReach);
}

}  // namespace

struct Surrogate::Fit {
  double mean = 0;
  double deviation = kPriorDeviation;
  Eigen::LLT<Eigen::MatrixXd> factor;
  Eigen::VectorXd weights;
};

Surrogate::Surrogate() : fit_(std::make_unique<Fit>()) {}
Surrogate::~Surrogate() = default;

void Surrogate::observe(const Point& point, double log_ratio) {
  forget_expected();
  points_.push_back(point);
  values_.push_back(log_ratio);
  if (points_.size() > kMostPoints) {
    points_.erase(points_.begin());
    values_.erase(values_.begin());
  }
  fit();
}

void Surrogate::expect(const Point& point) {
  const double mean = predict(point).mean;
  points_.push_back(point);
  values_.push_back(mean);
  ++expected_;
  fit();
}

void Surrogate::forget_expected() {
  points_.resize(points_.size() - expected_);
  values_.resize(values_.size() - expected_);
  if (std::exchange(expected_, 0) > 0) fit();
}

void Surrogate::fit() {
  const auto n = static_cast<Eigen::Index>(points_.size());
  fit_ = std::make_unique<Fit>();
  if (n == 0) return;
  const Eigen::Map<const Eigen::VectorXd> values(values_.data(), n);
  fit_->mean = values.mean();
  const Eigen::VectorXd centred = values.array() - fit_->mean;
  if (n > 3) {
    const double spread = std::sqrt(centred.squaredNorm() / static_cast<double>(n));
    fit_->deviation = std::max(kLeastDeviation, spread);
  }
  Eigen::MatrixXd matrix(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) {
      const double alike =
          likeness(points_[static_cast<size_t>(i)], points_[static_cast<size_t>(j)]);
      matrix(i, j) = matrix(j, i) = alike + (i == j ? kNoise : 0);
    }
  }
  fit_->factor.compute(matrix);
  fit_->weights = fit_->factor.solve(centred);
}

Surrogate::Prediction Surrogate::predict(const Point& point) const {
  const auto n = static_cast<Eigen::Index>(points_.size());
  if (n == 0) return {fit_->mean, fit_->deviation};
  Eigen::VectorXd alike(n);
  for (Eigen::Index i = 0; i < n; ++i) alike(i) = likeness(points_[static_cast<size_t>(i)], point);
  const double known = alike.dot(fit_->factor.solve(alike));
  const double open = std::sqrt(std::max(0.0, 1 + kNoise - known));
  return {fit_->mean + alike.dot(fit_->weights), fit_->deviation * open};
}

}  // namespace weft::mapper
