// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "kernels/tensor/generate.h"
#include "kernels/tensor/matrix_market.h"
#include "tests/unit/tensor/files.h"

namespace weft::tests {
namespace {

using tensor::read_matrix_market;

const std::string kBanner = "%%MatrixMarket matrix coordinate real general\n";

class MatrixMarketErrors : public Files {
 protected:
  std::string read_error(const std::string& name) const {
    return without_directory(user_error([&] { read_matrix_market(path(name)); }));
  }
  std::string text_error(const std::string& text) const {
    write("m.mtx", text);
    return read_error("m.mtx");
  }
};

TEST_F(MatrixMarketErrors, MissingFileSuggestsItsNeighbour) {
  write("matrix.mtx", kBanner);
  EXPECT_EQ(read_error("matrx.mtx"),
            "matrx.mtx: expected a file, found nothing of that name; did you mean 'matrix.mtx'?");
}

TEST_F(MatrixMarketErrors, DirectoryIsNoMatrix) {
  std::filesystem::create_directory(path("folder"));
  EXPECT_EQ(read_error("folder"), "folder: expected a file, found a directory");
}

TEST_F(MatrixMarketErrors, EmptyFileHasNoBanner) {
  EXPECT_EQ(text_error(""), "m.mtx:1:1: expected a Matrix Market banner, found an empty file");
}

TEST_F(MatrixMarketErrors, MissingBannerIsShownWithWhatIsThere) {
  EXPECT_EQ(text_error("3 3 1\n1 1 1.0\n"),
            "m.mtx:1:1: expected a banner like '%%MatrixMarket matrix coordinate real general', "
            "found '3'");
}

TEST_F(MatrixMarketErrors, EveryMisspeltBannerWordIsNamed) {
  EXPECT_EQ(
      text_error("%%MatrixMarket matrx coordinat reel generl\n1 1 0\n"),
      "m.mtx:1:16: expected 'matrix', found 'matrx'; did you mean 'matrix'?\n"
      "m.mtx:1:22: expected 'coordinate', 'array', found 'coordinat'; did you mean 'coordinate'?\n"
      "m.mtx:1:32: expected 'real', 'integer', 'pattern', found 'reel'; did you mean 'real'?\n"
      "m.mtx:1:37: expected 'general', 'symmetric', 'skew-symmetric', found 'generl'; did you mean "
      "'general'?");
}

TEST_F(MatrixMarketErrors, ShortBannerNamesWhatIsMissing) {
  EXPECT_EQ(
      text_error("%%MatrixMarket matrix coordinate real\n1 1 0\n"),
      "m.mtx:1:38: expected 'general', 'symmetric', 'skew-symmetric', found the end of the line");
}

TEST_F(MatrixMarketErrors, ComplexAndHermitianAreNotSupported) {
  EXPECT_EQ(text_error("%%MatrixMarket matrix coordinate complex hermitian\n1 1 0\n"),
            "m.mtx:1:34: expected 'real', 'integer', 'pattern', found 'complex' (not supported)\n"
            "m.mtx:1:42: expected 'general', 'symmetric', 'skew-symmetric', found 'hermitian' (not "
            "supported)");
}

TEST_F(MatrixMarketErrors, PatternNeedsCoordinatesAndNoSigns) {
  EXPECT_EQ(
      text_error("%%MatrixMarket matrix array pattern skew-symmetric\n1 1\n"),
      "m.mtx:1:1: expected real or integer values in array format, found 'pattern'\n"
      "m.mtx:1:1: expected real or integer values in a skew-symmetric matrix, found 'pattern'");
}

TEST_F(MatrixMarketErrors, BannerAloneLacksSizes) {
  EXPECT_EQ(text_error(kBanner + "% a comment\n"),
            "m.mtx:2:1: expected a line of sizes, the file ends here");
}

TEST_F(MatrixMarketErrors, EverySizeIsCheckedForRange) {
  EXPECT_EQ(text_error(kBanner + "-3 2147483648 99999999999999999999\n"),
            "m.mtx:2:1: expected a number of rows in [1, 2147483647], found '-3'\n"
            "m.mtx:2:4: expected a number of columns in [1, 2147483647], found '2147483648'\n"
            "m.mtx:2:15: expected a number of entries in [0, 9223372036854775807], found "
            "'99999999999999999999'");
}

TEST_F(MatrixMarketErrors, SizesStandAloneOnTheirLine) {
  EXPECT_EQ(text_error(kBanner + "3 3\n"),
            "m.mtx:2:4: expected a number of entries in [0, 9223372036854775807], found the end of "
            "the line");
  EXPECT_EQ(text_error(kBanner + "3 3 1 7\n"),
            "m.mtx:2:7: expected the end of the line, found '7'");
}

TEST_F(MatrixMarketErrors, SymmetricStorageNeedsASquare) {
  EXPECT_EQ(text_error("%%MatrixMarket matrix coordinate real symmetric\n3 4 0\n"),
            "m.mtx:2:1: expected a square matrix where storage is not general, found 3 x 4");
}

TEST_F(MatrixMarketErrors, TruncatedFileSaysHowFarItGoes) {
  EXPECT_EQ(text_error(kBanner + "9 9 100\n1 1 1\n2 2 2\n"),
            "m.mtx:4:1: expected 100 entries, the file ends after 2");
}

TEST_F(MatrixMarketErrors, AbsurdEntryCountAllocatesNothing) {
  EXPECT_EQ(text_error(kBanner + "9 9 9223372036854775807\n1 1 1\n"),
            "m.mtx:3:1: expected 9223372036854775807 entries, the file ends after 1");
}

TEST_F(MatrixMarketErrors, AbsurdArrayAllocatesNothing) {
  EXPECT_EQ(text_error("%%MatrixMarket matrix array real general\n1000000 1000000\n1\n"),
            "m.mtx:3:1: expected 1000000000000 entries, the file ends after 1");
}

TEST_F(MatrixMarketErrors, TooManyEntriesAreNotDropped) {
  EXPECT_EQ(text_error(kBanner + "9 9 1\n1 1 1\n\n% comment\n2 2 2\n3 3 3\n"),
            "m.mtx:6:1: expected the end of the file after 1 entries, found '2'");
}

TEST_F(MatrixMarketErrors, EveryBadIndexIsNamedByLineAndColumn) {
  EXPECT_EQ(text_error(kBanner +
                       "5 6 6\n0 1 1\n1 7 1\n-1 1 1\n 1 1.5 1\nx 1 1\n99999999999999999999 1 1\n"),
            "m.mtx:3:1: expected a row index in [1, 5], found '0' (indices count from 1)\n"
            "m.mtx:4:3: expected a column index in [1, 6], found '7'\n"
            "m.mtx:5:1: expected a row index in [1, 5], found '-1'\n"
            "m.mtx:6:4: expected a column index in [1, 6], found '1.5'\n"
            "m.mtx:7:1: expected a row index in [1, 5], found 'x'\n"
            "m.mtx:8:1: expected a row index in [1, 5], found '99999999999999999999'");
}

TEST_F(MatrixMarketErrors, EveryBadValueIsNamedByLineAndColumn) {
  EXPECT_EQ(text_error(kBanner + "9 9 6\n1 1 nan\n1 2 -inf\n1 3 1e999\n1 4\n1 5 one\n1 6 1 2\n"),
            "m.mtx:3:5: expected a finite number, found 'nan'\n"
            "m.mtx:4:5: expected a finite number, found '-inf'\n"
            "m.mtx:5:5: expected a finite number, found '1e999'\n"
            "m.mtx:6:4: expected a finite number, found the end of the line\n"
            "m.mtx:7:5: expected a finite number, found 'one'\n"
            "m.mtx:8:7: expected the end of the line, found '2'");
}

TEST_F(MatrixMarketErrors, IntegerFieldHoldsIntegers) {
  EXPECT_EQ(text_error("%%MatrixMarket matrix coordinate integer general\n9 9 2\n1 1 2.5\n"
                       "1 1 9223372036854775808\n"),
            "m.mtx:3:5: expected an integer of 64 bits, found '2.5'\n"
            "m.mtx:4:5: expected an integer of 64 bits, found '9223372036854775808'");
}

TEST_F(MatrixMarketErrors, PatternFieldHoldsNoValues) {
  EXPECT_EQ(text_error("%%MatrixMarket matrix coordinate pattern general\n9 9 1\n1 1 1\n"),
            "m.mtx:3:5: expected the end of the line, found '1' (a pattern matrix has no values)");
}

TEST_F(MatrixMarketErrors, SymmetricStorageHoldsOneTriangle) {
  EXPECT_EQ(text_error("%%MatrixMarket matrix coordinate real symmetric\n9 9 2\n2 1 1\n1 2 1\n"),
            "m.mtx:4:1: expected one triangle of a matrix that is not general, found row 1, column "
            "2 above the "
            "diagonal after entries on the other side");
}

TEST_F(MatrixMarketErrors, SkewSymmetricDiagonalIsEmpty) {
  EXPECT_EQ(text_error("%%MatrixMarket matrix coordinate real skew-symmetric\n9 9 1\n2 2 1\n"),
            "m.mtx:3:1: expected no entry on the diagonal of a skew-symmetric matrix, found one");
}

TEST_F(MatrixMarketErrors, ReportStopsAtTenDefects) {
  std::string text = kBanner + "9 9 20\n";
  for (int line = 0; line < 20; ++line) text += "1 1 bad\n";
  write("m.mtx", text);
  try {
    read_matrix_market(path("m.mtx"));
    FAIL() << "the file was accepted";
  } catch (const base::UserError& error) {
    EXPECT_EQ(error.messages().size(), 10u);
  }
}

TEST_F(MatrixMarketErrors, CutGzipStreamIsNamed) {
  std::string text = kBanner + "1000 1000 1000\n";
  for (int entry = 1; entry <= 1000; ++entry) {
    text += std::to_string(entry) + " " + std::to_string(entry * 7919 % 1000 + 1) + " 0." +
            std::to_string(entry * 7919) + "\n";
  }
  write_gzip("cut.mtx.gz", text);
  std::filesystem::resize_file(path("cut.mtx.gz"),
                               std::filesystem::file_size(path("cut.mtx.gz")) / 2);
  EXPECT_THAT(read_error("cut.mtx.gz"),
              testing::MatchesRegex(
                  "cut.mtx.gz:[0-9]+:1: expected the rest of the gzip stream, found the end "
                  "of the file \\(it is cut off\\) after [0-9]+ of 1000 entries"));
}

TEST_F(MatrixMarketErrors, GzipCutInItsHeaderIsNamed) {
  write("cut.mtx.gz", std::string_view("\x1f\x8b\x08", 3));
  EXPECT_EQ(read_error("cut.mtx.gz"),
            "cut.mtx.gz:1:1: expected the rest of the gzip stream, found the end of the file (it "
            "is cut off)");
}

TEST_F(MatrixMarketErrors, CorruptGzipStreamIsNamed) {
  write_gzip("bad.mtx.gz", kBanner + "2 2 1\n1 1 1\n");
  std::fstream file(path("bad.mtx.gz"), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-8, std::ios::end);  // the checksum
  file.write("\0\0\0\0", 4);
  file.close();
  EXPECT_EQ(
      read_error("bad.mtx.gz"),
      "bad.mtx.gz:1:1: expected a valid gzip stream, found a corrupt one (incorrect data check)");
}

TEST_F(MatrixMarketErrors, EndlessLineIsRefused) {
  EXPECT_EQ(text_error(kBanner + "9 9 1\n" + std::string(3 << 20, '7')),
            "m.mtx:2:1: expected a line of at most 1048576 bytes, found a longer one after 0 of 1 "
            "entries");
}

TEST_F(MatrixMarketErrors, BinaryFileIsShownPrintable) {
  EXPECT_EQ(text_error(std::string("\0\1\2garbage\n", 11)),
            "m.mtx:1:1: expected a banner like '%%MatrixMarket matrix coordinate real general', "
            "found '?'");
}

TEST_F(MatrixMarketErrors, RowPointersBeyondMemoryAreNotAllocated) {
  const std::string error = text_error(kBanner + "2147483647 2147483647 0\n");
  if (error == "no error") GTEST_SKIP() << "this machine holds 32 GiB of row pointers";
  EXPECT_THAT(
      error,
      testing::MatchesRegex(
          "m.mtx:2:1: expected a matrix within half of this machine's memory \\([0-9.]+ GiB\\), "
          "found 2147483647 x 2147483647 with [0-9]+ entries, which needs 32.0 GiB"));
}

TEST_F(MatrixMarketErrors, UnwritablePlaceIsNamed) {
  const tensor::CsrMatrix empty{
      .rows = 1, .cols = 1, .row_start = {0, 0}, .column = {}, .value = {}};
  const auto write = [&] { tensor::write_matrix_market(path("none/m.mtx"), empty); };
  EXPECT_EQ(without_directory(user_error(write)),
            "none/m.mtx: cannot be written: No such file or directory");
}

/// Lets this process write files of at most `bytes`, as if the disk were full beyond.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(MatrixMarketErrors, FullDiskIsNamedAndKeepsTheOldFile) {
  write("m.mtx", "old");
  const tensor::CsrMatrix matrix = tensor::generate("uniform:rows=1000,cols=1000,nnz=50000");
  {
    const FileSizeLimit limit(64 << 10);
    EXPECT_EQ(
        without_directory(user_error([&] { tensor::write_matrix_market(path("m.mtx"), matrix); })),
        "m.mtx: cannot be written: File too large");
  }
  EXPECT_EQ(std::filesystem::file_size(path("m.mtx")), 3u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path(".")), {}), 1);
}

}  // namespace
}  // namespace weft::tests
