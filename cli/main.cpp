// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/interrupt.h"

int main(int argc, char** argv) {
  weft::cli::install_interrupt_handler();
  return weft::cli::run_command_line({argv + 1, argv + argc});
}
