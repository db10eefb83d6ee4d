// SPDX-License-Identifier: Apache-2.0
// Linked in place of _exit where coverage is counted: writes the counts first.
extern "C" void __gcov_dump();
extern "C" [[noreturn]] void __real__exit(int status);

extern "C" [[noreturn]] void __wrap__exit(int status) {
  __gcov_dump();
  __real__exit(status);
}
