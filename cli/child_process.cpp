// SPDX-License-Identifier: Apache-2.0
#include "cli/child_process.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

namespace weft::cli {

namespace {

/// A file without a name that catches a stream.
using Catch = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Catch open_catch() {
  Catch file(std::tmpfile(), std::fclose);
  if (file == nullptr)
    throw base::UserError(fmt::format("cannot open a temporary file: {}", std::strerror(errno)));
  return file;
}

std::string text_of(std::FILE* file) {
  std::string text;
  std::rewind(file);
  char piece[4096];
  for (size_t got = 0; (got = std::fread(piece, 1, sizeof piece, file)) > 0;)
    text.append(piece, got);
  return text;
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  constexpr int kSignalled = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

}  // namespace

ChildOutcome run_child(const std::vector<std::string>& command) {
  const Catch out = open_catch();
  const Catch err = open_catch();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(err.get()), STDERR_FILENO);
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw base::UserError(fmt::format("{}: cannot run: {}", command[0], std::strerror(error)));
  const int status = wait_for(child);
  return {status, text_of(out.get()), text_of(err.get())};
}

}  // namespace weft::cli
