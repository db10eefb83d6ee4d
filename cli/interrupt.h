// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace weft::cli {

/// The exit status of a process that stopped because of Ctrl-C, as shells report it.
inline constexpr int kInterruptedStatus = 130;

/// Makes Ctrl-C (and SIGTERM) remove every TemporaryFile and end the process at once.
void install_interrupt_handler();

/// True once Ctrl-C was pressed while a DeferInterrupt was alive.
bool interrupted();

/// While one lives, Ctrl-C only sets `interrupted()`, so that the owner can save what is done and
/// then stop.
class DeferInterrupt {
 public:
  DeferInterrupt();
  ~DeferInterrupt();
  DeferInterrupt(const DeferInterrupt&) = delete;
  DeferInterrupt& operator=(const DeferInterrupt&) = delete;
};

/// A file that disappears with this object and on Ctrl-C, unless it was renamed to its final name
/// before.
class TemporaryFile {
 public:
  /// Names a file beside `target`, so that the rename stays within one file system. Creates
  /// nothing.
  explicit TemporaryFile(const std::filesystem::path& target);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace weft::cli
