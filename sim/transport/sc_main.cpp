// SPDX-License-Identifier: Apache-2.0
#include <systemc>

/// libsystemc's own main would call this. Weft has its own main and elaborates in its machines, but
/// the library does not load without the symbol.
int sc_main(int, char**) {
  return 0;
}
