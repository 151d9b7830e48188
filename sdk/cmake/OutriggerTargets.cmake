# Targets of this project: outrigger_library, outrigger_test, outrigger_bench, outrigger_fuzzer.
include_guard(GLOBAL)

# Warnings, and exact floating point: scores must not depend on fused operations.
add_library(outrigger_flags INTERFACE)
target_compile_options(outrigger_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-align
                                                 -Woverloaded-virtual -Wconversion -Wsign-conversion
                                                 -Wno-missing-field-initializers -ffp-contract=off)
if(OUTRIGGER_WERROR)
  target_compile_options(outrigger_flags INTERFACE -Werror)
endif()

# outrigger_library(NAME SOURCES ... DEPS ... [PRIVATE_DEPS ...] [PCH ...]): one room. Its headers are included as
# "room/part/name.hpp" from the top folder.
function(outrigger_library NAME)
  cmake_parse_arguments(A "" "" "SOURCES;DEPS;PRIVATE_DEPS;PCH" ${ARGN})
  add_library(${NAME} STATIC ${A_SOURCES})
  target_link_libraries(${NAME} PUBLIC ${A_DEPS} PRIVATE outrigger_flags ${A_PRIVATE_DEPS})
  if(A_PCH)
    target_precompile_headers(${NAME} PRIVATE ${A_PCH})
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
      target_compile_options(${NAME} PRIVATE -fpch-preprocess)  # for ccache
    endif()
  endif()
endfunction()

# What every test program is compiled with; it holds the precompiled header that they share.
function(outrigger_test_options NAME)
  target_link_libraries(${NAME} PRIVATE outrigger_flags GTest::gmock)
  # GoogleTest's matchers take long to optimise, and nobody waits for them.
  target_compile_options(${NAME} PRIVATE -O0)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(${NAME} PRIVATE -fpch-preprocess)
  endif()
  target_compile_definitions(${NAME} PRIVATE OUTRIGGER_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
endfunction()

# outrigger_test(NAME SOURCES ... DEPS ... [LABELS ...] [TIMEOUT seconds]): a GoogleTest program, one ctest per case.
function(outrigger_test NAME)
  cmake_parse_arguments(A "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT OUTRIGGER_TESTS)
    return()
  endif()
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 60)
  endif()
  if(NOT A_LABELS)
    set(A_LABELS unit)
  endif()
  if(NOT TARGET outrigger_test_pch)
    # A program, since gcc tells the code of programs from that of libraries.
    file(WRITE ${CMAKE_BINARY_DIR}/test_pch.cpp "int main() {}\n")
    add_executable(outrigger_test_pch ${CMAKE_BINARY_DIR}/test_pch.cpp)
    outrigger_test_options(outrigger_test_pch)
    target_precompile_headers(outrigger_test_pch PRIVATE <gmock/gmock.h> <gtest/gtest.h> <string> <vector> <map>)
  endif()
  add_executable(${NAME} ${A_SOURCES})
  outrigger_test_options(${NAME})
  target_link_libraries(${NAME} PRIVATE ${A_DEPS} GTest::gtest_main)
  target_precompile_headers(${NAME} REUSE_FROM outrigger_test_pch)
  gtest_discover_tests(${NAME} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "${A_LABELS}")
endfunction()

function(outrigger_bench NAME)
  cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
  if(NOT OUTRIGGER_BENCH)
    return()
  endif()
  add_executable(${NAME} ${A_SOURCES})
  target_link_libraries(${NAME} PRIVATE outrigger_flags ${A_DEPS} benchmark::benchmark benchmark::benchmark_main)
  target_compile_definitions(${NAME} PRIVATE OUTRIGGER_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
endfunction()

function(outrigger_fuzzer NAME)
  cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
  if(NOT OUTRIGGER_FUZZ)
    return()
  endif()
  add_executable(${NAME} ${A_SOURCES})
  target_link_libraries(${NAME} PRIVATE outrigger_flags ${A_DEPS})
  target_link_options(${NAME} PRIVATE -fsanitize=fuzzer)
endfunction()
