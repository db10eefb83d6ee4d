// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace weft::tests {

namespace {

using Random = std::mt19937_64;

constexpr size_t kLongestPart = 64;
constexpr std::array<const char*, 12> kNumbers = {
    "0",    "-1",      "2147483648", "-9223372036854775808", "9223372036854775807",
    "1e18", "1e308",   "5e-324",     "99999999999999999999", "nan",
    "inf",  "00000000"};
constexpr std::array<uint64_t, 8> kWords = {0,          1,          0x7f,       0xff,
                                            0x7fffffff, 0xffffffff, 1ULL << 63, ~0ULL};

// std::uniform_int_distribution draws differently from one library to the next.
size_t below(size_t end, Random& random) {
  return end == 0 ? 0 : random() % end;
}

/// Where a part of `text` begins and how long it is.
std::pair<size_t, size_t> part_of(const std::string& text, Random& random) {
  const size_t begin = below(text.size() + 1, random);
  return {begin, std::min(text.size() - begin, 1 + below(kLongestPart, random))};
}

void flip_bit(std::string& text, Random& random) {
  if (text.empty()) return;
  char& at = text[below(text.size(), random)];
  at = static_cast<char>(at ^ (1 << below(8, random)));
}

void splice(std::string& text, const std::string& other, Random& random) {
  const auto [from, length] = part_of(other, random);
  const auto [to, replaced] = part_of(text, random);
  text.replace(to, below(2, random) == 0 ? 0 : replaced, other, from, length);
}

/// Another number in place of one that is there.
void change_number(std::string& text, Random& random) {
  constexpr const char* kDigits = "0123456789";
  size_t begin = text.find_first_of(kDigits, below(text.size() + 1, random));
  if (begin == std::string::npos) begin = text.find_first_of(kDigits);
  if (begin == std::string::npos) return;
  const size_t end = std::min(text.find_first_not_of(kDigits, begin), text.size());
  text.replace(begin, end - begin, kNumbers[below(kNumbers.size(), random)]);
}

void change_word(std::string& text, Random& random) {
  const size_t bytes = size_t{1} << below(4, random);
  if (text.size() < bytes) return;
  const uint64_t word = kWords[below(kWords.size(), random)];
  std::memcpy(text.data() + below(text.size() - bytes + 1, random), &word, bytes);
}

void change(std::string& text, const std::string& other, Random& random) {
  const auto [begin, length] = part_of(text, random);
  switch (below(8, random)) {
    case 0:
      return text.resize(begin);
    case 1:
      text.erase(begin, length);
      return;
    case 2:
      text.insert(begin, text.substr(begin, length));
      return;
    case 3:
      return splice(text, other, random);
    case 4:
    case 5:
      return change_number(text, random);
    case 6:
      return change_word(text, random);
    default:
      return flip_bit(text, random);
  }
}

}  // namespace

std::string mutate(const std::vector<std::string>& files, Random& random) {
  std::string text = files[below(files.size(), random)];
  for (size_t changes = 1 + below(3, random); changes > 0; --changes)
    change(text, files[below(files.size(), random)], random);
  return text;
}

}  // namespace weft::tests
