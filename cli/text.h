// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weft::cli {

/// Numbers as people read them, three significant digits. An undefined number (NaN) is always "-".
std::string show_time(double seconds);         // "1.23 ms"
std::string show_bytes(double bytes);          // "4.00 MiB"
std::string show_count(double count);          // "6.31 M"
std::string show_number(double value);         // "0.123", "4800"; from a million on "1.23e+06"
std::string show_ratio(double ratio);          // "2.31x"
std::string show_percent(double fraction);     // 0.123 as "12.3 %"
std::string show_change(double fraction);      // 0.123 as "+12.3 %"
std::string show_signed_time(double seconds);  // "-1.23 ms"

/// The number of terminal columns that UTF-8 text takes, at one column a code point.
size_t display_width(std::string_view text);

}  // namespace weft::cli
