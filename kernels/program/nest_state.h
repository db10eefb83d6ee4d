// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace weft::program {

/// Where a thread is in the loop nests of a program.
struct NestState {
  struct Cursor {
    int64_t at = 0;
    int64_t end = 0;
  };
  struct Loop {
    int64_t next = 0;  // value of a range, to come
    int64_t end = 0;
    int64_t step = 1;
    std::vector<Cursor> cursors;  // [driver]
    uint32_t present = 0;         // drivers at the coordinate just visited
  };
  struct Hold {
    bool fetched = false;  // the buffer to use next has been asked for
    int64_t key = -1;      // of the slice that it holds: its first element
    uint64_t ready_at = 0;
  };

  std::vector<int64_t> values;  // [variable]
  std::vector<Loop> loops;      // [loop]
  std::vector<int64_t> task;    // [tasks]
  std::vector<Hold> holds;      // [hold]
  bool running = false;         // a run stopped on its way
  double sum = 0;               // of its reduction
  bool reached = false;         // the sum has a value
  int64_t moved = 0;            // elements that a long transfer has moved so far
};

}  // namespace weft::program
