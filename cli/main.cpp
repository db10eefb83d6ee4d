// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "cli/command_line.h"
#include "cli/interrupt.h"

int main(int argc, char** argv) {
  weft::cli::install_interrupt_handler();
  // A file that may not grow is then an error of the write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  return weft::cli::run_command_line({argv + 1, argv + argc});
}
