// SPDX-License-Identifier: Apache-2.0
// One target of libFuzzer; WEFT_FUZZED names its reader.
#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "tests/fuzz/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    weft::tests::fuzzed_reader(WEFT_FUZZED).read({reinterpret_cast<const char*>(data), size});
  } catch (const weft::base::UserError&) {  // what a user can put right
  }
  return 0;
}
