// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/graphblas.h"

#include <fmt/format.h>

#include "base/error.h"

namespace weft::native::graphblas {

namespace {

void start_once() {
  static const GrB_Info status = GrB_init(GrB_NONBLOCKING);
  check(status, "GrB_init");
}

}  // namespace

void check(GrB_Info status, const char* call) {
  WEFT_CHECK(status == GrB_SUCCESS,
             fmt::format("{} failed with GrB_Info {}", call, static_cast<int>(status)));
}

void start(int threads) {
  start_once();
  check(GxB_Global_Option_set(GxB_GLOBAL_NTHREADS, threads), "GxB_Global_Option_set");
}

std::string version() {
  start_once();
  int number[3] = {0, 0, 0};
  check(GxB_Global_Option_get(GxB_LIBRARY_VERSION, number), "GxB_Global_Option_get");
  return fmt::format("{} {}.{}.{}", GxB_IMPLEMENTATION_NAME, number[0], number[1], number[2]);
}

}  // namespace weft::native::graphblas
