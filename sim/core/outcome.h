// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/outcome.h"

namespace weft::sim {

using program::Outcome;

}  // namespace weft::sim
