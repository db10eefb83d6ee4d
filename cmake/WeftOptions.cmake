# Language level, instruction set, warnings and sanitizers, shared by every target of the project.
option(WEFT_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(WEFT_COVERAGE "Count how often each line below the command runs (gcov)" OFF)
option(WEFT_UNITY "Compile sixteen sources at a time" ON)
option(WEFT_FUZZ "Build the fuzz targets, which need clang's libFuzzer" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3")
# Lines are enough for the traces of sanitizers, and variables would be a quarter of the time of compiling. With
# sanitizers clang++ takes 0.6 to 0.7 of the time of g++ at -O1, and at -O0, where nothing runs long, 0.4 of that.
set(CMAKE_CXX_FLAGS_DEBUG "-g1 -fno-omit-frame-pointer")
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  string(APPEND CMAKE_CXX_FLAGS_DEBUG " -O1")
  set(WEFT_COLD_OPTIMIZATION $<IF:$<CONFIG:Debug>,-O0,-O1>)
else()
  string(APPEND CMAKE_CXX_FLAGS_DEBUG " -Og")
  # Sources that are compiled together are some hundred MiB to the compiler; to look for what of them it could forget
  # is a tenth of its time.
  add_compile_options("SHELL:--param ggc-min-heapsize=1000000")
  set(WEFT_COLD_OPTIMIZATION $<$<NOT:$<CONFIG:Debug>>:-O1>)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# The slot calendars use PDEP, which every x86-64 processor since 2013 has; elsewhere a portable loop
# gives the same result. Contraction stays off so that values do not depend on the instruction set.
include(CheckCXXSourceRuns)
set(CMAKE_REQUIRED_FLAGS "-march=x86-64-v3")
check_cxx_source_runs("
#include <immintrin.h>
int main(int argc, char**) { return _pdep_u64(argc, 4) == 4 && __builtin_cpu_supports(\"avx2\") ? 0 : 1; }"
  WEFT_HAS_X86_64_V3)
unset(CMAKE_REQUIRED_FLAGS)
add_compile_options(-ffp-contract=off)
if(WEFT_HAS_X86_64_V3)
  add_compile_options(-march=x86-64-v3)
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
if(WEFT_SANITIZE)
  # What goes through a null pointer or beyond an object AddressSanitizer reports too; checking it twice would be a
  # fifth of the time of compiling. Whether every pointer is aligned would be another sixth, and only device code
  # reads words through pointers to something smaller: its test on the host checks that for itself.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-sanitize=alignment,null,object-size,vptr,nonnull-attribute,returns-nonnull-attribute)
  add_link_options(-fsanitize=address,undefined)
endif()
if(WEFT_COVERAGE)
  # Workers end by _exit, which would lose what they counted.
  set(coverage_exit ${PROJECT_BINARY_DIR}/coverage_exit.o)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -c ${PROJECT_SOURCE_DIR}/tests/support/coverage_exit.cpp -o ${coverage_exit}
    COMMAND_ERROR_IS_FATAL ANY)
  add_link_options(--coverage LINKER:--wrap=_exit ${coverage_exit})
endif()
if(WEFT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_library(weft_warnings INTERFACE)
target_compile_options(weft_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  # g++ 12 reports a false overflow inside fmt 9's format-string parser once it is inlined at -O3.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
  # clang counts changes of sign as conversions, the script of the reports as too long a literal, and the same alias in
  # two joined sources as one that hides the other; g++ does not.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion -Wno-overlength-strings>
  $<$<AND:$<CXX_COMPILER_ID:Clang>,$<BOOL:${WEFT_UNITY}>>:-Wno-shadow>
  # At -O1 it says of every `omp simd` loop that it left it as it is.
  $<$<AND:$<CXX_COMPILER_ID:Clang>,$<CONFIG:Debug>>:-Wno-pass-failed>
  # The code that sanitizers and coverage put in between reads to g++ 12 as use before initialisation.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<OR:$<BOOL:${WEFT_SANITIZE}>,$<BOOL:${WEFT_COVERAGE}>>>:-Wno-maybe-uninitialized>)
