// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/round.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::dense {

namespace {

using ir::Dtype;

/// A binary floating-point format: bits of the significand with the implied one, the exponent of
/// its smallest normal value, its largest value, and whether larger ones become infinite.
struct FloatFormat {
  int bits;
  int min_exponent;
  double largest;
  bool infinite;
};

FloatFormat format_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::F32:
      return {24, -126, 0x1.fffffep127, true};
    case Dtype::Tf32:
      return {11, -126, 0x1.ffcp127, true};
    case Dtype::F16:
      return {11, -14, 65504, true};
    case Dtype::Bf16:
      return {8, -126, 0x1.fep127, true};
    case Dtype::F8e4m3:
      return {4, -6, 448, false};
    default:
      return {3, -14, 57344, false};  // F8e5m2
  }
}

double round_float(const FloatFormat& format, double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  const int exponent = std::max(std::ilogb(value), format.min_exponent);
  const double unit = std::ldexp(1.0, exponent - format.bits + 1);
  const double rounded = std::nearbyint(value / unit) * unit;
  if (std::abs(rounded) <= format.largest) return rounded;
  const double past = format.infinite ? std::numeric_limits<double>::infinity() : format.largest;
  return std::copysign(past, value);
}

template <class Integer>
double round_integer(double value) {
  const double low = static_cast<double>(std::numeric_limits<Integer>::min());
  const double high = static_cast<double>(std::numeric_limits<Integer>::max());
  return std::clamp(std::nearbyint(value), low, high);
}

}  // namespace

double round_to(Dtype dtype, double value) {
  switch (dtype) {
    case Dtype::F64:
      return value;
    case Dtype::F32:
      return static_cast<float>(value);
    case Dtype::I64:
      return std::nearbyint(value);
    case Dtype::I32:
      return round_integer<int32_t>(value);
    case Dtype::I8:
      return round_integer<int8_t>(value);
    default:
      return round_float(format_of(dtype), value);
  }
}

double epsilon_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::F64:
      return 0x1p-52;
    case Dtype::I64:
    case Dtype::I32:
    case Dtype::I8:
      return 0;
    default:
      return std::ldexp(1.0, 1 - format_of(dtype).bits);
  }
}

}  // namespace weft::dense
