# The field's libraries, all from Debian packages (the `weft` script installs them).
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(ZLIB REQUIRED)
find_package(Boost REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(benchmark REQUIRED)

# libsystemc ships without a CMake package, and links C++20 only when told it was built for C++17.
find_path(SYSTEMC_INCLUDE_DIR systemc REQUIRED)
find_library(SYSTEMC_LIBRARY systemc REQUIRED)
add_library(systemc INTERFACE IMPORTED)
target_include_directories(systemc SYSTEM INTERFACE ${SYSTEMC_INCLUDE_DIR})
target_compile_definitions(systemc INTERFACE SC_CPLUSPLUS=201703L)
target_link_libraries(systemc INTERFACE ${SYSTEMC_LIBRARY} Threads::Threads)
# The library wants an sc_main to be there, even in a test that happens to use nothing else of the archive with ours.
target_link_options(systemc INTERFACE LINKER:--undefined=sc_main)

find_path(GRAPHBLAS_INCLUDE_DIR GraphBLAS.h PATH_SUFFIXES suitesparse REQUIRED)
find_library(GRAPHBLAS_LIBRARY graphblas REQUIRED)
add_library(graphblas INTERFACE IMPORTED)
target_include_directories(graphblas SYSTEM INTERFACE ${GRAPHBLAS_INCLUDE_DIR})
target_link_libraries(graphblas INTERFACE ${GRAPHBLAS_LIBRARY})

find_path(OPENBLAS_INCLUDE_DIR cblas.h PATH_SUFFIXES openblas x86_64-linux-gnu/openblas-pthread x86_64-linux-gnu REQUIRED)
find_library(OPENBLAS_LIBRARY openblas PATH_SUFFIXES openblas-pthread REQUIRED)
add_library(openblas INTERFACE IMPORTED)
target_include_directories(openblas SYSTEM INTERFACE ${OPENBLAS_INCLUDE_DIR})
target_link_libraries(openblas INTERFACE ${OPENBLAS_LIBRARY})

# LIBXSMM is a static library that falls back to a BLAS.
find_path(XSMM_INCLUDE_DIR libxsmm.h REQUIRED)
find_library(XSMM_LIBRARY xsmm REQUIRED)
add_library(xsmm INTERFACE IMPORTED)
target_include_directories(xsmm SYSTEM INTERFACE ${XSMM_INCLUDE_DIR})
target_link_libraries(xsmm INTERFACE ${XSMM_LIBRARY} openblas Threads::Threads ${CMAKE_DL_LIBS})
