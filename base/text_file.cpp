// SPDX-License-Identifier: Apache-2.0
#include "base/text_file.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

namespace weft::base {

namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_forbidden_control(unsigned char c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

/// The bytes that a lead byte announces; 0 for bytes that cannot lead (RFC 3629).
size_t announced_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// Overlong forms, surrogates and points past U+10FFFF are excluded by the second byte alone.
bool second_byte_allowed(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

}  // namespace

std::ifstream open_bytes(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw UserError(fmt::format("{}: expected a file, found a directory", path.string()));
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    throw UserError(fmt::format("{}: cannot read: {}", path.string(), std::strerror(errno)));
  return stream;
}

TextFile read_text_file(const std::filesystem::path& path) {
  std::error_code status;
  if (std::filesystem::is_directory(path, status)) return {"", "a directory"};
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    const int code = errno == 0 ? ENOENT : errno;
    return {"", fmt::format("nothing readable ({})", std::generic_category().message(code))};
  }
  // In pieces, because the size of a pipe is not known beforehand.
  constexpr size_t kPieceBytes = 1 << 16;
  TextFile file;
  while (in && file.text.size() <= kMaxTextBytes) {
    const size_t before = file.text.size();
    file.text.resize(before + kPieceBytes);
    in.read(file.text.data() + before, kPieceBytes);
    file.text.resize(before + static_cast<size_t>(in.gcount()));
  }
  if (in.bad()) return {"", "a file that breaks off while it is read"};
  if (file.text.size() > kMaxTextBytes)
    return {"", fmt::format("more than {} MiB", kMaxTextBytes >> 20)};
  return file;
}

size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = announced_length(lead);
  if (length == 0 || length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  if (length > 1 && !second_byte_allowed(lead, static_cast<unsigned char>(text[1]))) return 0;
  return length;
}

std::optional<TextDefect> find_text_defect(std::string_view text, const std::string& name) {
  Location where{name, 1, 1};
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text[0]);
    const size_t length = utf8_length(text);
    if (length == 0) return TextDefect{where, fmt::format("the byte 0x{:02x}", byte)};
    if (is_forbidden_control(byte)) {
      return TextDefect{where, fmt::format("the control character 0x{:02x}", byte)};
    }
    ++where.column;
    if (byte == '\n') where = Location{name, where.line + 1, 1};
    text.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace weft::base
