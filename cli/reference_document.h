// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/reference.h"
#include "kernels/native/native_run.h"

namespace weft::cli {

/// What an operation has to do, whoever does it.
struct ReferenceWork {
  double flops = 0;
  double products = 0;          // multiply-adds; of a 2:4 operand those with stored values
  double results = 0;           // elements or entries of the result
  double compulsory_bytes = 0;  // operands and result once, in the type that was measured
};

/// The most that the target can do, measured with the same threads.
struct ReferencePeak {
  double gflops = 0;
  double stream_gb_s = 0;
  std::string method;
};

/// Everything that a reference document says, whatever the target.
struct ReferenceParts {
  std::string operation;
  std::string machine;  // the processor by its own name
  int threads = 1;
  nlohmann::ordered_json host;  // target-specific facts: processors, pinning, driver, clocks
  std::string asked_dtype;      // of the document
  std::string measured_dtype;   // that was computed in
  nlohmann::ordered_json params = nlohmann::ordered_json::object();
  nlohmann::ordered_json inputs;
  ReferenceWork work;
  ReferencePeak peak;
  std::string against;  // what results were verified with
  size_t fastest = 0;
  nlohmann::ordered_json implementations = nlohmann::ordered_json::array();
};

/// An implementation in the form of the document. `work` and `peak` give its rates.
nlohmann::ordered_json implementation_json(const native::NativeRun& run,
                                           const ReferenceParts& parts);

/// The document; its time is that of the fastest implementation.
nlohmann::ordered_json reference_document(const ReferenceRequest& request, ReferenceParts parts);

}  // namespace weft::cli
