// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/owner.h"

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

namespace weft::cli::sweep {

namespace {

std::string host() {
  std::array<char, 256> name = {};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// When a process began, in clock ticks since the host did: process numbers are used again. Empty
/// where there is no such process.
std::string begin_of(const std::string& process) {
  std::ifstream stream("/proc/" + process + "/stat");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const size_t name_end = text.rfind(')');  // the name before may hold anything
  if (name_end == std::string::npos) return {};
  std::istringstream words(text.substr(name_end + 1));
  std::string word;
  constexpr int kPlace = 20;  // after the name
  for (int i = 0; i < kPlace; ++i) words >> word;
  return word;
}

}  // namespace

std::string this_process() {
  const std::string process = std::to_string(getpid());
  return fmt::format("{} {} {}", host(), process, begin_of(process));
}

bool has_ended(const std::string& owner) {
  std::istringstream words(owner);
  std::string of_host, process, begin;
  words >> of_host >> process >> begin;
  return of_host == host() && begin_of(process) != begin;
}

}  // namespace weft::cli::sweep
