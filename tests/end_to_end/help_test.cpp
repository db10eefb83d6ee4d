// SPDX-License-Identifier: Apache-2.0
// The manual page and the completions that the program writes about itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/weft_command.h"

namespace weft {
namespace {

using testing::HasSubstr;
using testing::Not;

class HelpPages : public tests::Command {
 protected:
  /// What bash offers after `words`, the last of them the one at the cursor.
  std::string offered(const std::string& words, int at) const {
    EXPECT_EQ(weft("completion bash").status, 0);
    const std::string line = "cd '" + folder_.string() + "' && bash -c 'source out; COMP_WORDS=(" +
                             WEFT_BINARY " " + words + "); COMP_CWORD=" + std::to_string(at) +
                             "; _weft; echo \"${COMPREPLY[@]}\"' >offered 2>&1";
    EXPECT_EQ(std::system(line.c_str()), 0);
    return tests::text_of(folder_ / "offered");
  }
};

TEST_F(HelpPages, BashCompletesCommandsOptionsAndNames) {
  EXPECT_EQ(offered("simul", 1), "simulate\n");
  EXPECT_EQ(offered("simulate --no-v", 2), "--no-values\n");
  EXPECT_EQ(offered("simulate -m piuma-s", 3), "piuma-smash\n");
  EXPECT_EQ(offered("reference run -k smash_", 4), "smash_v1 smash_v2 smash_v3\n");
  EXPECT_EQ(offered("sweep me", 2), "merge\n") << "beside the files that bash offers by itself";
  EXPECT_EQ(offered("validate sparse", 2), "sparse24\n");
}

TEST_F(HelpPages, EveryShellHasAScriptAndOthersAreRefused) {
  EXPECT_THAT(weft("completion zsh").out, HasSubstr("#compdef weft"));
  EXPECT_THAT(weft("completion fish").out, HasSubstr("-a simulate"));
  const tests::Outcome other = weft("completion tcsh");
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("SHELL: expected bash, zsh, fish, found 'tcsh'"));
}

TEST_F(HelpPages, TheManualSaysWhatHelpSays) {
  const std::string manual = weft("manual").out;
  EXPECT_THAT(manual, HasSubstr(".TH WEFT 1"));
  EXPECT_THAT(manual, HasSubstr(".SS weft sweep merge"));
  EXPECT_THAT(manual, HasSubstr("\\-\\-no\\-values"));
  EXPECT_THAT(manual, Not(HasSubstr("\n.mtx"))) << "a line of text is no macro";
}

}  // namespace
}  // namespace weft
