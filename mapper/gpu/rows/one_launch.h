// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "kernels/program/row_program.h"

namespace weft::mapper {

/// A row kernel of one launch, whose results are written where its operands are known.
class OneLaunch : public program::RowProgram {
 public:
  /// `source`: where in a document the kernel is stated.
  explicit OneLaunch(program::RowLaunch launch, program::Source source = {})
      : launch_(std::move(launch)) {
    sources = {std::move(source)};
  }

  void restart() override { done_ = false; }
  bool next(program::RowStage& stage) override {
    if (done_) return false;
    stage.launches = {launch_};
    return done_ = true;
  }

 private:
  program::RowLaunch launch_;
  bool done_ = false;
};

}  // namespace weft::mapper
