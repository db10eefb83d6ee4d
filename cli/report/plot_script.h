// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weft::cli::report {

/// The script of a page with plots: the Vega library (Satyanarayan, Russell, Hoffswell and Heer,
/// "Reactive Vega", 2016) and what draws every `figure` of the page with it. cmake/WeftVega.cmake
/// puts it together when Weft is built. It holds no end tag of its own.
std::string_view plot_script();

}  // namespace weft::cli::report
