// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft::tests {

/// The command at work in a folder, for tests that disturb it. Its messages go to the file `name`.
class Process {
 public:
  Process(const std::filesystem::path& folder, const std::string& name,
          const std::vector<std::string>& arguments)
      : id_(fork()) {
    if (id_ != 0) return;
    std::vector<char*> words = {const_cast<char*>(WEFT_BINARY)};
    for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const bool there = chdir(folder.c_str()) == 0;
    const int file = open(name.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (there && dup2(file, 1) == 1 && dup2(file, 2) == 2) execv(WEFT_BINARY, words.data());
    _exit(127);
  }
  ~Process() {
    if (id_ > 0) {
      kill(id_, SIGKILL);
      wait();
    }
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const { kill(id_, number); }

  /// The exit status; minus the signal that ended it.
  int wait() {
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }

  /// A process that it started, as soon as there is one; 0 where it ended before.
  pid_t child() const {
    const std::string folder = "/proc/" + std::to_string(id_) + "/";
    for (;;) {
      std::ifstream children(folder + "task/" + std::to_string(id_) + "/children");
      pid_t child = 0;
      if (children >> child) return child;
      std::ifstream state(folder + "stat");
      std::string number, name, letter;
      if (!(state >> number >> name >> letter) || letter == "Z") return 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  pid_t id_;
};

}  // namespace weft::tests
